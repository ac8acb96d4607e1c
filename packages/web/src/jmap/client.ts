import { SessionGate } from './session-gate.ts';
import type { Session, SetError } from './types.ts';

/** A method call or response: name, arguments, call id (RFC 8620 §3.2). */
export type Invocation = readonly [name: string, args: Readonly<Record<string, unknown>>, callId: string];

/** A method call before it has an id and an account. */
export type Call = readonly [name: string, args: Readonly<Record<string, unknown>>];

/** A failure the person can be told about. `code` is stable and shown for support. */
export class JmapError extends Error {
  readonly code: string;

  constructor(code: string, detail: string = '') {
    super(detail ? `${code}: ${detail}` : code);
    this.name = 'JmapError';
    this.code = code;
  }
}

const capabilities = {
  core: 'urn:ietf:params:jmap:core',
  mail: 'urn:ietf:params:jmap:mail',
  submission: 'urn:ietf:params:jmap:submission',
};

/** Headers of every request that could change something: another site's page cannot add them. */
export const sameSiteHeaders: Readonly<Record<string, string>> = { 'X-Hongyan': '1' };

function isSignedOut(error: unknown): boolean {
  return error instanceof JmapError && error.code === 'signedOut';
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  if (response.status === 401) throw new JmapError('signedOut');
  if (response.status === 413) throw new JmapError('tooLarge');
  let detail = '';
  try {
    const problem = (await response.json()) as { type?: string; detail?: string };
    detail = [problem.type, problem.detail].filter(Boolean).join(' ');
  } catch {
    // Not a problem document: the status says enough.
  }
  throw new JmapError(`http${response.status}`, detail);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await checked(await fetch(url, { credentials: 'same-origin', ...init }));
  } catch (error) {
    if (error instanceof JmapError || (error instanceof DOMException && error.name === 'AbortError'))
      throw error;
    throw new JmapError('network', error instanceof Error ? error.message : '');
  }
}

/** An answer that is no error; one that is throws. */
export function sound(answer: Invocation): Invocation {
  const [name, { type, description }] = answer;
  if (name === 'error') throw new JmapError(String(type), typeof description === 'string' ? description : '');
  return answer;
}

/** Speaks JMAP (RFC 8620) to the server this page came from. */
export class JmapClient {
  readonly session: Session;
  readonly accountId: string;
  /** Where requests wait while nobody is signed in any more. */
  readonly gate: SessionGate;
  readonly #using: readonly string[];

  /** `accountId`: another account than one's own, behind the same gate. */
  constructor(session: Session, accountId?: string, gate: SessionGate = new SessionGate()) {
    this.session = session;
    this.gate = gate;
    this.accountId = accountId ?? session.primaryAccounts[capabilities.mail] ?? '';
    this.#using = Object.keys(session.capabilities);
  }

  /** Reads the session; null when nobody is signed in. */
  static async connect(): Promise<JmapClient | null> {
    try {
      // As index.html asks for it while this program is still on its way; `/.well-known/jmap` would be one trip more.
      const response = await request('/jmap/session', {});
      return new JmapClient((await response.json()) as Session);
    } catch (error) {
      if (error instanceof JmapError && error.code === 'signedOut') return null;
      throw error;
    }
  }

  /** As `request`; when the session has ended it goes on once the person has signed in again. */
  #request(url: string, init: RequestInit): Promise<Response> {
    return this.gate.through(() => request(url, init), isSignedOut);
  }

  /** Whether the server and this account have a capability. */
  offers(capability: string): boolean {
    return (
      capability in this.session.capabilities &&
      capability in (this.session.accounts[this.accountId]?.accountCapabilities ?? {})
    );
  }

  /** A limit of the core capability (RFC 8620 §2), or `fallback`. */
  limit(name: string, fallback: number): number {
    const value = this.session.capabilities[capabilities.core]?.[name];
    return typeof value === 'number' ? value : fallback;
  }

  /** A limit of an account capability, or `fallback`. */
  accountLimit(capability: string, name: string, fallback: number): number {
    const value = this.session.accounts[this.accountId]?.accountCapabilities[capability]?.[name];
    return typeof value === 'number' ? value : fallback;
  }

  /** A property of the account's submission capability, such as `maxDelayedSend`. */
  submission(name: string): unknown {
    return this.session.accounts[this.accountId]?.accountCapabilities[capabilities.submission]?.[name];
  }

  /** Runs calls in one request. `accountId` is added to each. A method-level error throws. */
  async call(calls: readonly Call[]): Promise<Invocation[]> {
    return (await this.each(calls)).map(sound);
  }

  /** As `call`, where errors of methods stand among the answers: see `sound`. */
  async each(calls: readonly Call[]): Promise<Invocation[]> {
    const methodCalls = calls.map(([name, args], index) => [
      name,
      { accountId: this.accountId, ...args },
      `${index}`,
    ]);
    const response = await this.#request(this.session.apiUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...sameSiteHeaders },
      body: JSON.stringify({ using: this.#using, methodCalls }),
    });
    return ((await response.json()) as { methodResponses: Invocation[] }).methodResponses;
  }

  /** Runs one call and returns its arguments. */
  async one<Result>(name: string, args: Readonly<Record<string, unknown>>): Promise<Result> {
    const [first] = await this.call([[name, args]]);
    if (!first) throw new JmapError('noAnswer');
    return first[1] as Result;
  }

  /** As `one`, for the few methods that belong to no account. */
  async plain<Result>(name: string, args: Readonly<Record<string, unknown>>): Promise<Result> {
    return this.one<Result>(name, { ...args, accountId: undefined });
  }

  /** Address of a blob's bytes (RFC 8620 §6.2). */
  downloadUrl(blobId: string, name: string, type: string): string {
    return this.session.downloadUrl
      .replace('{accountId}', encodeURIComponent(this.accountId))
      .replace('{blobId}', encodeURIComponent(blobId))
      .replace('{name}', encodeURIComponent(name || 'file'))
      .replace('{type}', encodeURIComponent(type || 'application/octet-stream'));
  }

  /** Reads a blob. */
  async download(blobId: string, name: string, type: string): Promise<Blob> {
    return (await this.#request(this.downloadUrl(blobId, name, type), {})).blob();
  }

  /** Sends a file (RFC 8620 §6.1), telling progress from 0 to 1. */
  async upload(
    file: Blob,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ blobId: string; type: string; size: number }> {
    return this.gate.through(() => this.#transfer(file, onProgress, signal), isSignedOut);
  }

  #transfer(
    file: Blob,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ blobId: string; type: string; size: number }> {
    return new Promise((resolve, reject) => {
      // fetch cannot tell upload progress.
      const transfer = new XMLHttpRequest();
      transfer.open(
        'POST',
        this.session.uploadUrl.replace('{accountId}', encodeURIComponent(this.accountId)),
      );
      transfer.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
      for (const [name, value] of Object.entries(sameSiteHeaders)) transfer.setRequestHeader(name, value);
      transfer.responseType = 'json';
      transfer.upload.addEventListener('progress', event => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      });
      transfer.addEventListener('load', () => {
        if (transfer.status >= 200 && transfer.status < 300)
          resolve(transfer.response as { blobId: string; type: string; size: number });
        else
          reject(
            new JmapError({ 401: 'signedOut', 413: 'tooLarge' }[transfer.status] ?? `http${transfer.status}`),
          );
      });
      transfer.addEventListener('error', () => reject(new JmapError('network')));
      transfer.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      signal.addEventListener('abort', () => transfer.abort());
      transfer.send(file);
    });
  }
}

/** The first error in the `not…` maps of a /set response, or null. */
export function setError(
  ...maps: (Readonly<Record<string, SetError>> | null | undefined)[]
): JmapError | null {
  for (const map of maps) {
    const first = Object.values(map ?? {})[0];
    if (first) return new JmapError(first.type, first.description ?? '');
  }
  return null;
}
