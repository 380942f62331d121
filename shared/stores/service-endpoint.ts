/** Services whose name in variables isn't their host's in capitals. */
const NAMES: { readonly [service: string]: string } = { secretsmanager: 'SECRETS_MANAGER' };

/** The variables of a process: region, endpoints and credentials are named as the SDK names them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Where a service is, by the SDK's own variables: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, and otherwise its public
 * address in the region. (AWS SDKs and Tools Reference Guide, "Service-specific endpoints".)
 *
 * @param service as its host begins: `s3`, `secretsmanager`
 * @returns without a slash at its end; `override` says whether it was named by a variable
 * @throws Error when there is no region, or when endpoints are demanded that this doesn't know
 */
export function serviceEndpoint(service: string, variables: Variables) {
  const region = variables.AWS_REGION;
  if (!region) throw new Error('AWS_REGION is not set');
  // Whoever demands such endpoints must not silently get others.
  for (const demand of ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])
    if (variables[demand] === 'true') throw new Error(`${demand} is set: such endpoints are not supported`);
  const named =
    variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true'
      ? undefined
      : variables[`AWS_ENDPOINT_URL_${NAMES[service] ?? service.toUpperCase()}`] || variables.AWS_ENDPOINT_URL;
  const url = named?.replace(/\/+$/, '') ?? `https://${service}.${region}.amazonaws.com`;
  return { region, url, override: named !== undefined };
}
