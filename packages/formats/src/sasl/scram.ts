import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import {
  type ClientFirst,
  encodeName,
  formatServerFirst,
  parseClientFinal,
  parseClientFirst,
  parseServerFirst,
} from './scram-messages.ts';

/** What a server stores to verify SCRAM-SHA-256 (RFC 5802 §3, RFC 7677). */
export interface ScramSecrets {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
  /** Other passwords of the same login under the same salt and iterations, each as good. */
  readonly alternatives?: readonly ScramAlternative[];
}

/** Keys of one more password, with what tells it apart. */
export interface ScramAlternative {
  readonly id: string;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** Bytes of a channel binding of this connection by its registered name; null when it has none of that name. */
export type ChannelBindings = (type: string) => Uint8Array | null;

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)));
}

/** Computes what a server stores for a password, already prepared (`saslprep`). Takes time in proportion to `iterations`. */
export function scramSecrets(password: string, salt: Uint8Array, iterations: number): ScramSecrets {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  return {
    salt,
    iterations,
    storedKey: sha256(hmac(salted, 'Client Key')),
    serverKey: hmac(salted, 'Server Key'),
  };
}

/** One server side of a SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange (RFC 5802, RFC 7677). */
export class ScramServer {
  readonly #plus: boolean;
  readonly #bindings: ChannelBindings | null;
  #first: ClientFirst | null = null;
  #secrets: ScramSecrets | null = null;
  #serverFirst = '';
  #nonce = '';
  #matched: string | null = null;

  /**
   * `plus`: the client chose the -PLUS mechanism. `bindings`: what this connection can bind, null when the -PLUS
   * mechanism was not offered.
   */
  constructor(options: { readonly plus: boolean; readonly bindings: ChannelBindings | null }) {
    this.#plus = options.plus;
    this.#bindings = options.bindings;
  }

  /**
   * Takes client-first-message. Returns the login whose secrets are needed, or null when the exchange fails: not
   * well-formed, channel binding flag does not fit the mechanism, or `y` although -PLUS was offered, which is
   * what a downgrade looks like (RFC 5802 §6).
   */
  clientFirst(message: Buffer): { readonly login: string; readonly authorizationId: string } | null {
    const first = parseClientFirst(message);
    if (first === null) return null;
    if (this.#plus !== (first.flag.kind === 'p')) return null;
    if (first.flag.kind === 'y' && this.#bindings !== null) return null;
    if (first.flag.kind === 'p' && this.#bindings?.(first.flag.type) == null) return null;
    this.#first = first;
    return { login: first.login, authorizationId: first.authorizationId };
  }

  /** Answers with server-first-message. `serverNonce`: printable ASCII without comma, at least 18 random bytes' worth. */
  serverFirst(secrets: ScramSecrets, serverNonce: string): string {
    if (this.#first === null) throw new Error('client-first-message has not come');
    this.#secrets = secrets;
    this.#nonce = this.#first.nonce + serverNonce;
    this.#serverFirst = formatServerFirst({
      nonce: this.#nonce,
      salt: secrets.salt,
      iterations: secrets.iterations,
    });
    return this.#serverFirst;
  }

  /** Takes client-final-message. Returns server-final-message when the client knows the password, else null. */
  clientFinal(message: Buffer): string | null {
    const final = parseClientFinal(message);
    const secrets = this.#secrets;
    const first = this.#first;
    if (final === null || secrets === null || first === null || final.nonce !== this.#nonce) return null;
    const header = Buffer.from(first.gs2Header, 'utf8');
    const bound = first.flag.kind === 'p' ? (this.#bindings?.(first.flag.type) ?? null) : Buffer.alloc(0);
    if (bound === null || !final.channelBinding.equals(Buffer.concat([header, bound]))) return null;
    const signed = `${first.bare},${this.#serverFirst},${final.withoutProof}`;
    if (final.proof.length !== 32) return null;
    let found: Omit<ScramAlternative, 'id'> | null = null;
    // All are tried, also after one fitted: how many there are, and which it was, must not show in the time.
    for (const keys of [{ id: null, ...secrets }, ...(secrets.alternatives ?? [])]) {
      const clientKey = xor(final.proof, hmac(keys.storedKey, signed));
      if (!timingSafeEqual(sha256(clientKey), keys.storedKey) || found !== null) continue;
      found = keys;
      this.#matched = keys.id;
    }
    return found && `v=${hmac(found.serverKey, signed).toString('base64')}`;
  }

  /** After `clientFinal`: the id of the alternative that fitted, null when it was the main password or none. */
  get matched(): string | null {
    return this.#matched;
  }
}

/** One client side of the exchange. */
export class ScramClient {
  readonly #options: { login: string; password: string; nonce: string };
  readonly #gs2Header: string;
  readonly #binding: Uint8Array;
  #serverSignature = '';

  /** `login` and `password` prepared (`saslprep`); `binding` for the -PLUS mechanism. */
  constructor(options: {
    readonly login: string;
    readonly password: string;
    readonly nonce: string;
    readonly binding?: { readonly type: string; readonly bytes: Uint8Array };
  }) {
    this.#options = options;
    this.#gs2Header = options.binding === undefined ? 'n,,' : `p=${options.binding.type},,`;
    this.#binding = options.binding?.bytes ?? Buffer.alloc(0);
  }

  clientFirst(): string {
    return this.#gs2Header + this.#bare;
  }

  /** Takes server-first-message and answers with client-final-message; null when the server's is not acceptable. */
  clientFinal(serverFirst: Buffer): string | null {
    const first = parseServerFirst(serverFirst);
    if (first === null || !first.nonce.startsWith(this.#options.nonce) || first.nonce === this.#options.nonce)
      return null;
    const binding = Buffer.concat([Buffer.from(this.#gs2Header), this.#binding]).toString('base64');
    const withoutProof = `c=${binding},r=${first.nonce}`;
    const signed = `${this.#bare},${serverFirst.toString('utf8')},${withoutProof}`;
    const salted = pbkdf2Sync(this.#options.password, first.salt, first.iterations, 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), signed).toString('base64');
    return `${withoutProof},p=${xor(clientKey, hmac(sha256(clientKey), signed)).toString('base64')}`;
  }

  /** Whether server-final-message proves that the server knows the password's keys. */
  accepts(serverFinal: Buffer): boolean {
    const expected = Buffer.from(`v=${this.#serverSignature}`);
    return (
      this.#serverSignature !== '' &&
      serverFinal.length === expected.length &&
      timingSafeEqual(serverFinal, expected)
    );
  }

  get #bare(): string {
    return `n=${encodeName(this.#options.login)},r=${this.#options.nonce}`;
  }
}
