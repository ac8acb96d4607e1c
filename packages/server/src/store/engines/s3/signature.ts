import { createHash, createHmac } from 'node:crypto';

/** Who signs. The secret is never logged nor shown. */
export interface S3Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface SignedParts {
  readonly method: string;
  /** Path, percent-encoded as it is sent. */
  readonly path: string;
  /** Parameters of the query, not encoded. */
  readonly query: readonly (readonly [string, string])[];
  /** All headers that are signed, names in lower case; `host` and `x-amz-content-sha256` have to be among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the payload in hex. */
  readonly payloadHash: string;
  /** Time of signing, ms since the epoch. */
  readonly at: number;
  readonly region: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** SHA-256 of bytes, hex. */
export function sha256Hex(...chunks: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Percent-encoding of everything but unreserved characters (RFC 3986 §2.3), as Signature Version 4 wants it. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A key as it stands in a path: slashes stay. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeUri).join('/');
}

/** A query as it is sent and signed: sorted by encoded name. */
export function encodeQuery(query: SignedParts['query']): string {
  return query
    .map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join('&');
}

/** A time as `x-amz-date` has it: `20130524T000000Z`. */
export function amzDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function hmac(key: Uint8Array | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** The signature of a request (AWS Signature Version 4, service `s3`), hex: also what a server computes to compare. */
export function signatureOf(parts: SignedParts, secretKey: string): string {
  const names = Object.keys(parts.headers).toSorted();
  const date = amzDate(parts.at);
  const day = date.slice(0, 8);
  const canonical = [
    parts.method,
    parts.path,
    encodeQuery(parts.query),
    ...names.map(name => `${name}:${(parts.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    parts.payloadHash,
  ].join('\n');
  const scope = `${day}/${parts.region}/s3/aws4_request`;
  const toSign = [algorithm, date, scope, sha256Hex(canonical)].join('\n');
  const signing = [day, parts.region, 's3', 'aws4_request'].reduce<Uint8Array | string>(
    hmac,
    `AWS4${secretKey}`,
  );
  return hmac(signing, toSign).toString('hex');
}

/** The `authorization` header of a request. */
export function authorization(parts: SignedParts, credentials: S3Credentials): string {
  const scope = `${amzDate(parts.at).slice(0, 8)}/${parts.region}/s3/aws4_request`;
  const names = Object.keys(parts.headers).toSorted().join(';');
  const signature = signatureOf(parts, credentials.secretKey);
  return `${algorithm} Credential=${credentials.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}
