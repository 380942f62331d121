import { afterEach, describe, expect, it } from 'vitest';
import { findServices, SERVICES, type ServiceEnvironment } from './service-environment.ts';

let found: ServiceEnvironment | undefined;
afterEach(() => found?.stop());

const KEYS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'theirs', AWS_SECRET_ACCESS_KEY: 'theirs' };

async function endpoints(variables: Readonly<Record<string, string>>) {
  found = await findServices(variables);
  return new Map(SERVICES.map((service) => [service, found?.environment[`AWS_ENDPOINT_URL_${service}`] ?? '']));
}

describe('the services that tests talk to', () => {
  it('are emulators where nothing is named', async () => {
    const all = await endpoints({ ...KEYS, AWS_PROFILE: 'mine' });

    for (const url of all.values()) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(found?.environment).toMatchObject({ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_PROFILE: '' });
  });

  it('are emulators but for the one that is named, whose keys stay', async () => {
    const { SQS, ...others } = Object.fromEntries(
      await endpoints({ ...KEYS, AWS_ENDPOINT_URL_SQS: 'https://sqs.example.com' }),
    );

    expect(SQS).toBe('https://sqs.example.com');
    for (const url of Object.values(others)) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(found?.given).toEqual(['SQS']);
    expect(found?.environment).toMatchObject(KEYS);
    expect(found?.environment).not.toHaveProperty('AWS_PROFILE');
  });

  it('are all at one address where that is named, but for those that have their own', async () => {
    const all = await endpoints({
      ...KEYS,
      AWS_ENDPOINT_URL: 'http://example.com:4566',
      AWS_ENDPOINT_URL_S3: 'http://s3.example.com',
    });

    expect(all.get('S3')).toBe('http://s3.example.com');
    expect([...all.values()].filter((url) => url === 'http://example.com:4566')).toHaveLength(SERVICES.length - 1);
  });
});
