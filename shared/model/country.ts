import * as z from 'zod/mini';

/** ISO 3166-1 alpha-2 as of 2026, and XK: not assigned to Kosovo by ISO, but used by address tables and by most staff directories. */
const CODES = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD ' +
    'CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF ' +
    'GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN ' +
    'KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA ' +
    'NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI ' +
    'SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI ' +
    'VN VU WF WS XK YE YT ZA ZM ZW'
  ).split(' '),
);

/** Whether a text is the code of a country that exists. `UK` is not: it would never equal the `GB` that address tables give. */
export const isCountry = (text: string): boolean => CODES.has(text);

/**
 * Codes by which address tables and proxies say that no country is known: user-assigned ones (ZZ, XX), and MaxMind's old ones for
 * Europe and for the Asia/Pacific region.
 */
const NO_COUNTRY = new Set(['ZZ', 'XX', 'EU', 'AP']);

/** Whether a text may say whose users data are about. */
export const isRegion = (text: string): boolean => text === 'unknown' || isCountry(text);

/** Whether a producer may say that somebody was there. */
export const isDeclarable = (text: string): boolean => isCountry(text) || NO_COUNTRY.has(text);

/** Codes that people write for another one: the European Union's own for two of its countries, and the three letters of the default. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
  ['USA', 'US'],
]);

/** Which country a text that is none was probably meant to be, to be put behind what is wrong with it. */
export function countryHint(text: unknown): string {
  const code = typeof text === 'string' ? text.trim().toUpperCase() : '';
  const meant = MEANT.get(code) ?? (isCountry(code) ? code : undefined);
  return meant ? `; did you mean ${meant}?` : '';
}

const saying = (expected: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'missing' : expected + countryHint(input)),
});
const asCountry = saying('not an ISO 3166 alpha-2 country such as US');
const asRegion = saying('neither an ISO 3166 alpha-2 country such as US nor unknown');

/** Lists the codes in a published JSON Schema, which a refinement doesn't reach. */
const listed = (id: string, codes: readonly string[]) => ({ id, enum: [...codes] });

/** A country in files that people write by hand, where a code that no address ever has is a slip of the pen. */
export const countrySchema = z
  .string(asCountry)
  .check(z.refine(isCountry, asCountry))
  .register(z.globalRegistry, listed('country', [...CODES]));

/** Whose users data are about: a country, or `unknown`. Any other code would never be protected, and nobody would notice. */
export const regionSchema = z
  .string(asRegion)
  .check(z.refine(isRegion, asRegion))
  .register(z.globalRegistry, listed('region', ['unknown', ...CODES]));

/** Where a producer says that somebody was; a code that stands for no country is taken as it is, and says nothing. */
export const declaredCountrySchema = z
  .string(asCountry)
  .check(z.refine(isDeclarable, asCountry))
  .register(z.globalRegistry, listed('declaredCountry', [...CODES, ...NO_COUNTRY]));
