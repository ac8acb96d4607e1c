import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../../platform/clock.ts';
import { certificateRequest } from './csr.ts';
import { externalBinding, publicJwk, signJws, thumbprint } from './jws.ts';
import type { HttpAnswer, HttpTransport } from './transport.ts';

/** The authority refused or could not be understood. `type` is the URN of RFC 8555 §6.7 without its prefix. */
export class AcmeError extends Error {
  readonly type: string;
  /** Seconds that the authority asks to wait, or null. */
  readonly retryAfter: number | null;

  constructor(type: string, detail: string, retryAfter: number | null = null) {
    super(`${type}: ${detail}`);
    this.name = 'AcmeError';
    this.type = type;
    this.retryAfter = retryAfter;
  }
}

/** Where a challenge is answered (RFC 8555 §8.3): put before the authority is told, taken away after. */
export interface ChallengeDoor {
  put(token: string, keyAuthorization: string): Promise<void>;
  remove(token: string): Promise<void>;
}

export interface AcmeOptions {
  readonly directory: string;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  /** P-256. */
  readonly accountKey: KeyObject;
  /** URL of the account, or null before there is one. */
  readonly accountUrl: string | null;
}

export interface AccountOptions {
  readonly contact: string | null;
  readonly agreeTerms: boolean;
  readonly binding: { readonly keyId: string; readonly secret: Buffer } | null;
}

interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  readonly meta?: { readonly externalAccountRequired?: boolean; readonly termsOfService?: string };
}

type Json = Readonly<Record<string, unknown>>;

/** Waits between looks at an order or authorization, ms, unless the authority says otherwise; and how many looks. */
const pollMs = 1_000;
const mostPollMs = 30_000;
const mostPolls = 60;
/** Times a request is signed anew for another nonce (RFC 8555 §6.5). */
const nonceTries = 10;

/** A client of one account at one authority (RFC 8555). Every failure is an `AcmeError` or an error of the transport. */
export class AcmeClient {
  readonly #options: AcmeOptions;
  #directory: Directory | null = null;
  #nonce: string | null = null;
  #account: string | null;

  constructor(options: AcmeOptions) {
    this.#options = options;
    this.#account = options.accountUrl;
  }

  /** Makes the account, or finds the one of this key (§7.3). Returns its URL. */
  async register(account: AccountOptions): Promise<string> {
    const { newAccount, meta } = await this.#open();
    if (meta?.termsOfService !== undefined && !account.agreeTerms) {
      throw new AcmeError('userActionRequired', `agree to ${meta.termsOfService} first`);
    }
    if (meta?.externalAccountRequired && account.binding === null) {
      throw new AcmeError('externalAccountRequired', 'the authority asks for an account of its own');
    }
    const { accountKey } = this.#options;
    const { binding, contact, agreeTerms } = account;
    const answer = await this.#post(newAccount, {
      termsOfServiceAgreed: agreeTerms,
      ...(contact !== null && { contact: [`mailto:${contact}`] }),
      ...(binding && {
        externalAccountBinding: externalBinding(accountKey, newAccount, binding.keyId, binding.secret),
      }),
    });
    this.#account = header(answer, 'location');
    return this.#account;
  }

  /** Orders a certificate for `names` and proves by http-01 that they lead here (§7.4, §8.3). Returns its chain, PEM. */
  async issue(names: readonly string[], key: KeyObject, door: ChallengeDoor): Promise<string> {
    const { newOrder } = await this.#open();
    const placed = await this.#post(newOrder, {
      identifiers: names.map(value => ({ type: 'dns', value })),
    });
    const orderUrl = header(placed, 'location');
    const order = parse(placed);
    for (const url of texts(order['authorizations'])) await this.#authorize(url, door);
    const ready = await this.#until(orderUrl, ['ready', 'valid']);
    if (ready['status'] === 'ready') {
      const csr = certificateRequest(key, names).toString('base64url');
      await this.#post(text(order['finalize']), { csr });
    }
    const valid = await this.#until(orderUrl, ['valid']);
    const chain = await this.#post(text(valid['certificate']), null);
    return chain.body.toString('latin1');
  }

  async #authorize(url: string, door: ChallengeDoor): Promise<void> {
    const authorization = parse(await this.#post(url, null));
    if (authorization['status'] === 'valid') return;
    const challenges = objects(authorization['challenges']);
    const challenge = challenges.find(({ type }) => type === 'http-01');
    if (!challenge) throw new AcmeError('unsupportedChallenge', 'the authority offers no http-01');
    const token = text(challenge['token']);
    // It becomes part of a path and of a file name elsewhere: nothing but base64url (§8.3).
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(token)) throw new AcmeError('malformed', 'bad token');
    await door.put(token, `${token}.${thumbprint(this.#options.accountKey)}`);
    try {
      await this.#post(text(challenge['url']), {});
      await this.#until(url, ['valid']);
    } finally {
      await door.remove(token);
    }
  }

  /** Looks again and again until the object has one of the states (§7.1.6). */
  async #until(url: string, wanted: readonly string[]): Promise<Json> {
    for (let look = 0; look < mostPolls; look += 1) {
      const answer = await this.#post(url, null);
      const object = parse(answer);
      const status = text(object['status']);
      if (wanted.includes(status)) return object;
      if (['invalid', 'expired', 'revoked', 'deactivated'].includes(status)) throw problemOf(object, status);
      const wait = retryAfter(answer, this.#options.clock.now());
      await this.#pause(Math.min(wait === null ? pollMs : wait * 1_000, mostPollMs));
    }
    throw new AcmeError('timeout', `${url} did not become ${wanted.join(' or ')}`);
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#options.clock.after(ms, resolve);
    });
  }

  async #open(): Promise<Directory> {
    if (this.#directory) return this.#directory;
    const answer = await this.#options.transport({ method: 'GET', url: this.#options.directory });
    if (answer.status !== 200) throw new AcmeError('directory', `status ${answer.status}`);
    const found = parse(answer);
    this.#directory = {
      newNonce: text(found['newNonce']),
      newAccount: text(found['newAccount']),
      newOrder: text(found['newOrder']),
      ...(isObject(found['meta']) && { meta: found['meta'] }),
    };
    return this.#directory;
  }

  /** A signed request; asks for a new nonce when the one used was refused (§6.5). */
  async #post(url: string, payload: Json | null): Promise<HttpAnswer> {
    const { accountKey, transport, clock } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const nonce = this.#nonce ?? (await this.#newNonce());
      this.#nonce = null;
      const who = this.#account === null ? { jwk: publicJwk(accountKey) } : { kid: this.#account };
      const answer = await transport({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/jose+json' },
        body: JSON.stringify(signJws(accountKey, { ...who, nonce, url }, payload)),
      });
      this.#nonce = single(answer.headers['replay-nonce']);
      if (answer.status < 400) return answer;
      const error = refusal(answer, clock.now());
      if (error.type !== 'badNonce' || attempt >= nonceTries) throw error;
    }
  }

  async #newNonce(): Promise<string> {
    const { newNonce } = await this.#open();
    const answer = await this.#options.transport({ method: 'HEAD', url: newNonce });
    return header(answer, 'replay-nonce');
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(answer: HttpAnswer): Json {
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString('utf8'));
  } catch {
    value = null;
  }
  if (isObject(value)) return value;
  throw new AcmeError('malformed', 'the authority did not answer with an object');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new AcmeError('malformed', 'the authority left out what was needed');
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, 100).map(text) : [];
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.slice(0, 100).filter(isObject) : [];
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function header(answer: HttpAnswer, name: string): string {
  const value = single(answer.headers[name]);
  if (value === null) throw new AcmeError('malformed', `no ${name} in the answer`);
  return value;
}

/** Retry-After in seconds (RFC 9110 §10.2.3), also where it is a date. */
function retryAfter(answer: HttpAnswer, now: number): number | null {
  const value = single(answer.headers['retry-after']);
  if (value === null) return null;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1_000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function refusal(answer: HttpAnswer, now: number): AcmeError {
  let problem: unknown = null;
  try {
    problem = JSON.parse(answer.body.toString('utf8'));
  } catch {
    // Not a problem document: the status has to do.
  }
  const wait = retryAfter(answer, now);
  if (!isObject(problem)) return new AcmeError('http', `status ${answer.status}`, wait);
  return new AcmeError(urnName(problem), detailOf(problem, answer.status), wait);
}

function urnName(problem: Json): string {
  const { type } = problem;
  return typeof type === 'string' ? (type.split(':').at(-1) ?? type).slice(0, 100) : 'unknown';
}

function detailOf(problem: Json, status: number | string): string {
  const { detail } = problem;
  return (typeof detail === 'string' ? detail : `status ${status}`).slice(0, 500);
}

/** Why an order or authorization is invalid: its own error, else that of a challenge (§8). */
function problemOf(object: Json, status: string): AcmeError {
  const candidates = [object['error'], ...objects(object['challenges']).map(challenge => challenge['error'])];
  const problem = candidates.find(isObject);
  return problem
    ? new AcmeError(urnName(problem), detailOf(problem, status))
    : new AcmeError(status, 'refused without a reason');
}
