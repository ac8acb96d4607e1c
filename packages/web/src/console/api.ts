import { sameSiteHeaders } from '../jmap/client.ts';
import { uniqueId } from '../lib/unique.ts';

/** A field of a request that was refused, as a JSON pointer, and the rule it broke. */
export interface FieldProblem {
  readonly field: string;
  readonly rule: string;
  readonly limit?: number;
}

/** A refusal of the administration API (RFC 9457). `title` is for people, in their language. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly problems: readonly FieldProblem[];
  /** Every member of the problem document. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, details: Readonly<Record<string, unknown>>) {
    const code = typeof details['code'] === 'string' ? details['code'] : `http${status}`;
    super(code);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.title = typeof details['title'] === 'string' ? details['title'] : code;
    this.problems = Array.isArray(details['problems']) ? (details['problems'] as FieldProblem[]) : [];
    this.details = details;
  }
}

export type Query = Readonly<
  Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>
>;

/** One page of a list. `next` is the cursor of the following one; null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly total?: number;
}

/** Something read, with the mark by which a change can tell that nobody else changed it since. */
export interface Tagged<Value> {
  readonly value: Value;
  readonly etag: string | null;
}

interface Sending {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** A file instead of JSON. */
  readonly file?: Blob;
  readonly ifMatch?: string | null;
  readonly accept?: string;
}

function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== null && one !== undefined && one !== '') search.append(name, String(one));
  }
  const text = search.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

/** Speaks the administration API (docs/api/administration.md). The console uses nothing else. */
export class Api {
  readonly #language: () => string;

  constructor(language: () => string) {
    this.#language = language;
  }

  async #send({ method, path, query, body, file, ifMatch, accept }: Sending): Promise<Response> {
    const headers: Record<string, string> = {
      Accept: accept ?? 'application/json',
      'Accept-Language': this.#language(),
      ...sameSiteHeaders,
    };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    else if (file) headers['Content-Type'] = file.type || 'application/octet-stream';
    if (ifMatch) headers['If-Match'] = ifMatch;
    // A press on a slow line must not make two of what it makes.
    if (method === 'POST') headers['Idempotency-Key'] = uniqueId();
    let response: Response;
    try {
      response = await fetch(address(path, query), {
        method,
        credentials: 'same-origin',
        headers,
        ...(body === undefined ? (file ? { body: file } : {}) : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiProblem(0, { code: 'network' });
    }
    if (response.ok) return response;
    let details: Record<string, unknown> = {};
    try {
      details = (await response.json()) as Record<string, unknown>;
    } catch {
      // Not a problem document: the status has to do.
    }
    throw new ApiProblem(response.status, details);
  }

  async #json<Value>(sending: Sending): Promise<Value> {
    const response = await this.#send(sending);
    return (response.status === 204 ? null : await response.json()) as Value;
  }

  get<Value>(path: string, query?: Query): Promise<Value> {
    return this.#json<Value>({ method: 'GET', path, ...(query ? { query } : {}) });
  }

  /** With the ETag, for a change with `ifMatch`. */
  async getTagged<Value>(path: string): Promise<Tagged<Value>> {
    const response = await this.#send({ method: 'GET', path });
    return { value: (await response.json()) as Value, etag: response.headers.get('ETag') };
  }

  post<Value>(path: string, body?: unknown, query?: Query): Promise<Value> {
    return this.#json<Value>({
      method: 'POST',
      path,
      ...(body === undefined ? {} : { body }),
      ...(query ? { query } : {}),
    });
  }

  put<Value>(path: string, body: unknown, ifMatch: string | null = null): Promise<Value> {
    return this.#json<Value>({ method: 'PUT', path, body, ifMatch });
  }

  patch<Value>(path: string, body: unknown, ifMatch: string | null = null): Promise<Value> {
    return this.#json<Value>({ method: 'PATCH', path, body, ifMatch });
  }

  async delete(path: string, query?: Query): Promise<void> {
    await this.#send({ method: 'DELETE', path, ...(query ? { query } : {}) });
  }

  /** Hands over a file as the body. */
  upload<Value>(path: string, file: Blob, query?: Query): Promise<Value> {
    return this.#json<Value>({ method: 'POST', path, file, ...(query ? { query } : {}) });
  }

  /** A file that has to be asked for with a body. */
  async postFile(path: string, body: unknown): Promise<Blob> {
    return (await this.#send({ method: 'POST', path, body, accept: '*/*' })).blob();
  }

  /** Puts a file in the place of another. */
  replaceFile<Value>(path: string, file: Blob): Promise<Value> {
    return this.#json<Value>({ method: 'PUT', path, file });
  }

  /** Address of a file to download, for a link. */
  fileUrl(path: string, query?: Query): string {
    return address(path, query);
  }
}
