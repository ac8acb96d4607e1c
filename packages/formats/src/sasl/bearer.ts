/** Mechanisms that carry a bearer token: RFC 7628, and the one that came before it and is still what many programs speak. */
export type BearerMechanism = 'OAUTHBEARER' | 'XOAUTH2';

export interface BearerMessage {
  /** Whose mail is asked for; null where the client leaves it to the token. */
  readonly login: string | null;
  readonly token: string;
}

const separator = '\x01';
/** RFC 6750 §2.1 `b64token`. */
const tokenOctets = /^[A-Za-z0-9._~+/-]+=*$/;
const most = { octets: 12 * 1024, pairs: 32 };

function tokenOf(value: string): string | null {
  const space = value.indexOf(' ');
  if (space < 0 || value.slice(0, space).toLowerCase() !== 'bearer') return null;
  const token = value.slice(space + 1).trim();
  return tokenOctets.test(token) ? token : null;
}

/** `n,a=user@example.com,`: no channel binding, perhaps whose mail (RFC 5801 §4). Null for anything else. */
function gs2Login(header: string): { readonly login: string | null } | null {
  const parts = header.split(',', 4);
  const [binding, authzid = '', end] = parts;
  if (parts.length !== 3 || end !== '' || (binding !== 'n' && binding !== 'y')) return null;
  if (authzid === '') return { login: null };
  if (!authzid.startsWith('a=')) return null;
  // RFC 5801 §4: a comma and an equals sign are written as =2C and =3D.
  return { login: authzid.slice(2).replaceAll('=2C', ',').replaceAll('=3D', '=') };
}

function pairsOf(fields: readonly string[]): Map<string, string> | null {
  const pairs = new Map<string, string>();
  for (const field of fields) {
    const equals = field.indexOf('=');
    if (equals < 1) return null;
    const key = field.slice(0, equals).toLowerCase();
    if (pairs.has(key)) return null;
    pairs.set(key, field.slice(equals + 1));
  }
  return pairs;
}

/** Reads the client's message (RFC 7628 §3.1). Null when it is not one; unknown keys are passed over. */
export function parseBearer(mechanism: BearerMechanism, bytes: Uint8Array): BearerMessage | null {
  if (bytes.length > most.octets) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const fields = text.split(separator, most.pairs + 1);
  // The message ends in two separators.
  if (fields.length < 3 || fields.length > most.pairs || fields.pop() !== '' || fields.pop() !== '')
    return null;
  const header = mechanism === 'OAUTHBEARER' ? gs2Login(fields.shift() ?? '') : { login: null };
  const pairs = pairsOf(fields);
  if (header === null || pairs === null) return null;
  const token = tokenOf(pairs.get('auth') ?? '');
  if (token === null) return null;
  const login = mechanism === 'XOAUTH2' ? (pairs.get('user') ?? null) : header.login;
  return { login: login === '' ? null : login, token };
}

/** What is said before a token is refused (RFC 7628 §3.2.2). */
export function bearerFailure(mechanism: BearerMechanism): string {
  return mechanism === 'OAUTHBEARER'
    ? '{"status":"invalid_token"}'
    : '{"status":"401","schemes":"bearer","scope":""}';
}
