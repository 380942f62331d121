import { serviceEndpoint, type Variables } from './service-endpoint.ts';
import { createSignedCall } from './signed-call.ts';

/** Writes one object, whole; an object of the same key is replaced by a new version. @throws when S3 doesn't take it */
export type ObjectWriter = (object: {
  readonly bucket: string;
  readonly key: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
}) => Promise<void>;

/**
 * S3's PutObject and nothing else of S3 (S3 API reference, PutObject). Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeObjectWriter(variables: Variables): ObjectWriter {
  const { region, url, override } = serviceEndpoint('s3', variables);
  const call = createSignedCall({ service: 's3', region });
  return async ({ bucket, key, body, contentType }) => {
    const encoded = key.split('/').map(encodeSegment).join('/');
    // A bucket is part of the host; whoever stands in for S3 need not have a name for every bucket.
    const { protocol, host } = new URL(url);
    await call({
      method: 'PUT',
      endpoint: override ? url : `${protocol}//${bucket}.${host}`,
      path: override ? `/${bucket}/${encoded}` : `/${encoded}`,
      headers: { 'content-type': contentType },
      body,
    });
  };
}

/** As RFC 3986 wants it and signatures demand it; encodeURIComponent leaves five more characters alone. */
const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
