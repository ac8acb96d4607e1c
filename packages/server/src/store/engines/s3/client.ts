import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../platform/clock.ts';
import { MailError } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { childrenOf, childText, readXml } from './answers.ts';
import { Availability } from './availability.ts';
import { type ExchangeAnswer, ExchangeFailed, exchange } from './exchange.ts';
import { inParts, partBytes, wrongRange } from './parts.ts';
import {
  amzDate,
  authorization,
  encodeKey,
  encodeQuery,
  encodeUri,
  type S3Credentials,
  type SignedParts,
  sha256Hex,
} from './signature.ts';

export interface S3Options {
  /** `http:` or `https:` URL of the service, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Whether the bucket stands in the path (`https://host/bucket/key`) or before the host. */
  readonly pathStyle: boolean;
  readonly credentials: S3Credentials;
  /** Certificate authorities to trust instead of the built-in ones, PEM. */
  readonly ca: string | null;
  /** Longest silence of the store, ms. */
  readonly timeoutMs: number;
  /** How often a request is tried. */
  readonly attempts: number;
  /** Most connections at a time. */
  readonly connections: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
}

interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  readonly query?: SignedParts['query'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: readonly Uint8Array[];
  /** Longest answer, bytes. */
  readonly mostBytes?: number;
  /** Bytes that the answer is likely to have: allows for its time. */
  readonly expectedBytes?: number;
  /** Says why an answer is not the one that was asked for, so that it is asked for again; null when it is fine. */
  readonly wrong?: (answer: ExchangeAnswer) => string | null;
}

const xmlBytes = 4 * 1024 * 1024;
/** Slowest pace that is waited for, bytes per second. */
const slowestPace = 128 * 1024;
/** First pause before another try, ms; doubles. */
const firstPauseMs = 100;
const markHeader = 'x-amz-meta-upload';

/** Answers after which the same request may succeed. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** Code of an error answer, for the log. */
function codeOf(answer: ExchangeAnswer): string {
  const xml = readXml(answer.body);
  return (xml && childText(xml, 'Code'))?.slice(0, 64) ?? `HTTP ${answer.status}`;
}

/**
 * A bucket of an S3-compatible store. Requests are signed (Signature Version 4, payload included), have a time limit, and
 * are tried again with growing, random pauses. What fails for good throws `store.unavailable`, and for a while everything
 * else does at once, so that nobody waits for a store that is away.
 */
export class S3Client implements Disposable {
  readonly #options: S3Options;
  readonly #endpoint: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #availability = new Availability();

  constructor(options: S3Options) {
    this.#options = options;
    this.#endpoint = new URL(options.endpoint);
    const { connections: maxSockets, ca } = options;
    const shared = { keepAlive: true, maxSockets, maxFreeSockets: Math.min(16, maxSockets), timeout: 30_000 };
    this.#agent =
      this.#endpoint.protocol === 'https:'
        ? new HttpsAgent({ ...shared, ...(ca !== null && { ca }) })
        : new HttpAgent(shared);
  }

  /** Whether the store did not answer lately. */
  get away(): boolean {
    return this.#availability.away;
  }

  /**
   * Bytes of an object from `start`, at most `length`; fewer only when it ends there. Null when there is no such object.
   */
  async get(key: string, start: number, length: number): Promise<Buffer | null> {
    if (length <= 0) return Buffer.alloc(0);
    const answer = await this.#send({
      method: 'GET',
      key,
      headers: { range: `bytes=${start}-${start + length - 1}` },
      mostBytes: length + 64 * 1024,
      expectedBytes: length,
      wrong: answer => (answer.status === 206 ? wrongRange(answer, start, length) : null),
    });
    if (answer.status === 404 && codeOf(answer) !== 'NoSuchBucket') return null;
    if (answer.status === 416) return Buffer.alloc(0);
    if (answer.status === 206) return answer.body;
    throw this.#refused('get', answer);
  }

  /** Length of an object and the mark of its upload; null when there is none. */
  async head(key: string): Promise<{ size: number; mark: string | null } | null> {
    const answer = await this.#send({ method: 'HEAD', key });
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.#refused('head', answer);
    const mark = answer.headers[markHeader];
    return {
      size: Number(answer.headers['content-length'] ?? 0),
      mark: typeof mark === 'string' ? mark : null,
    };
  }

  /**
   * Makes a new object of `length` bytes out of `chunks`. Returns false when an object of that name is there already
   * (where the store can tell: it is never overwritten). Memory: one part of 8 MiB.
   */
  async create(
    key: string,
    length: number,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean> {
    const mark = randomUUID();
    if (length > partBytes) return this.#createInParts(key, mark, chunks);
    const body: Uint8Array[] = [];
    for await (const chunk of chunks) body.push(chunk);
    const headers = { 'content-type': 'application/octet-stream', 'if-none-match': '*', [markHeader]: mark };
    const answer = await this.#send({ method: 'PUT', key, headers, body });
    return this.#created(key, mark, answer);
  }

  /** Removes an object; one that is not there is removed already. */
  async remove(key: string): Promise<void> {
    const answer = await this.#send({ method: 'DELETE', key });
    if (answer.status !== 204 && answer.status !== 200 && answer.status !== 404) {
      throw this.#refused('delete', answer);
    }
  }

  /** Objects whose key begins with `prefix` and comes after `after`, in order of keys. */
  async *list(prefix: string, after: string = ''): AsyncGenerator<ListedObject> {
    let from = after;
    for (;;) {
      const query = [
        ['list-type', '2'],
        ['prefix', prefix],
        ['max-keys', '1000'],
        ...(from === '' ? [] : [['start-after', from] as const]),
      ] as const;
      const page = await this.#xml({ method: 'GET', key: '', query }, 'ListBucketResult');
      const objects = childrenOf(page, 'Contents');
      for (const object of objects) {
        from = childText(object, 'Key') ?? '';
        yield { key: from, size: Number(childText(object, 'Size') ?? 0) };
      }
      if (childText(page, 'IsTruncated') !== 'true' || objects.length === 0) return;
    }
  }

  /** Gives up uploads in parts below `prefix` that began before `before` (ms since the epoch). Returns how many. */
  async abortUploads(prefix: string, before: number): Promise<number> {
    const query = [
      ['uploads', ''],
      ['prefix', prefix],
    ] as const;
    const page = await this.#xml({ method: 'GET', key: '', query }, 'ListMultipartUploadsResult');
    let count = 0;
    for (const upload of childrenOf(page, 'Upload')) {
      const key = childText(upload, 'Key');
      const id = childText(upload, 'UploadId');
      if (!key?.startsWith(prefix) || id === null) continue;
      if (!(Date.parse(childText(upload, 'Initiated') ?? '') < before)) continue;
      await this.#send({ method: 'DELETE', key, query: [['uploadId', id]] });
      count += 1;
    }
    return count;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async #createInParts(
    key: string,
    mark: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<boolean> {
    const headers = { 'content-type': 'application/octet-stream', [markHeader]: mark };
    const begun = await this.#xml(
      { method: 'POST', key, query: [['uploads', '']], headers },
      'InitiateMultipartUploadResult',
    );
    const uploadId = childText(begun, 'UploadId') ?? '';
    try {
      const etags: string[] = [];
      for await (const body of inParts(chunks)) {
        const query = [
          ['partNumber', String(etags.length + 1)],
          ['uploadId', uploadId],
        ] as const;
        const answer = await this.#send({ method: 'PUT', key, query, body });
        if (answer.status !== 200) throw this.#refused('part', answer);
        etags.push(answer.headers.etag ?? '');
      }
      const created = await this.#completeUpload(key, mark, uploadId, etags);
      if (!created) await this.#abort(key, uploadId);
      return created;
    } catch (error) {
      await this.#abort(key, uploadId);
      throw error;
    }
  }

  /** What cannot be given up now is after its time: see `abortUploads`. */
  async #abort(key: string, uploadId: string): Promise<void> {
    await this.#send({ method: 'DELETE', key, query: [['uploadId', uploadId]] }).catch(() => null);
  }

  async #completeUpload(
    key: string,
    mark: string,
    uploadId: string,
    etags: readonly string[],
  ): Promise<boolean> {
    const parts = etags.map(
      (etag, i) =>
        `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</ETag></Part>`,
    );
    const text = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
    const answer = await this.#send({
      method: 'POST',
      key,
      query: [['uploadId', uploadId]],
      headers: { 'content-type': 'application/xml', 'if-none-match': '*' },
      body: [Buffer.from(text)],
      // It answers 200 before it knows, so the failure stands in the text.
      wrong: answer =>
        answer.status === 200 && readXml(answer.body)?.name === 'Error' ? codeOf(answer) : null,
    });
    // A first try whose answer was lost has ended the upload.
    if (answer.status === 404 && (await this.head(key))?.mark === mark) return true;
    return this.#created(key, mark, answer);
  }

  /** Whether a request has made the object: "there is one" may be about that of an earlier try of ours. */
  async #created(key: string, mark: string, answer: ExchangeAnswer): Promise<boolean> {
    if (answer.status === 200) return true;
    if (answer.status !== 412 && answer.status !== 409) throw this.#refused('put', answer);
    return (await this.head(key))?.mark === mark;
  }

  async #xml(request: Request, name: string): Promise<NonNullable<ReturnType<typeof readXml>>> {
    const answer = await this.#send({ ...request, mostBytes: xmlBytes });
    if (answer.status !== 200) throw this.#refused(request.method.toLowerCase(), answer);
    const xml = readXml(answer.body);
    if (xml?.name !== name) {
      throw new MailError('store.unavailable', { reason: 'object store: unexpected answer' });
    }
    return xml;
  }

  /** An answer that no retry will change: wrong keys, no such bucket, no right to do that. */
  #refused(operation: string, answer: ExchangeAnswer): MailError {
    const code = codeOf(answer);
    this.#options.log.error('s3.refused', { operation, status: answer.status, code });
    return new MailError('store.unavailable', {
      reason: 'object store refused',
      status: answer.status,
      code,
    });
  }

  /** Sends a request until it is answered, or gives up. */
  async #send(request: Request): Promise<ExchangeAnswer> {
    if (!this.#availability.admit()) {
      throw new MailError('store.unavailable', { reason: 'object store is away' });
    }
    const { attempts, log, timeoutMs } = this.#options;
    const begun = performance.now();
    let reason = '';
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await exchange(this.#signed(request));
        const wrong = isPassing(answer.status) ? codeOf(answer) : (request.wrong?.(answer) ?? null);
        if (wrong === null) {
          this.#availability.succeeded();
          return answer;
        }
        reason = wrong;
      } catch (error) {
        if (!(error instanceof ExchangeFailed)) {
          this.#availability.failed();
          throw error;
        }
        reason = error.message;
      }
      log.debug('s3.try_failed', { method: request.method, attempt, reason });
      // A try that used up its time is not made again and again: somebody waits for the answer.
      if (attempt >= attempts || performance.now() - begun > 2 * timeoutMs) break;
      await sleep(Math.random() * firstPauseMs * 2 ** attempt);
    }
    this.#availability.failed();
    log.warn('s3.away', { method: request.method, reason });
    throw new MailError('store.unavailable', { reason: `object store: ${reason}` });
  }

  #signed(request: Request): Parameters<typeof exchange>[0] {
    const { bucket, pathStyle, region, credentials, clock, timeoutMs } = this.#options;
    const { method, key, query = [], headers = {}, body = [] } = request;
    const base = this.#endpoint.pathname.replace(/\/$/, '');
    const path = `${base}${pathStyle ? `/${encodeUri(bucket)}` : ''}/${encodeKey(key)}`;
    const url = new URL(this.#endpoint);
    if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
    const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
    const at = clock.now();
    const payloadHash = sha256Hex(...body);
    const signed = {
      ...headers,
      host: url.host,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': amzDate(at),
    };
    const authorized = authorization(
      { method, path, query, headers: signed, payloadHash, at, region },
      credentials,
    );
    const text = encodeQuery(query);
    const mostBytes = request.mostBytes ?? 64 * 1024;
    return {
      method,
      url,
      path: text === '' ? path : `${path}?${text}`,
      headers: {
        ...signed,
        authorization: authorized,
        ...((length > 0 || method === 'PUT' || method === 'POST') && { 'content-length': String(length) }),
      },
      body,
      mostBytes,
      silenceMs: timeoutMs,
      totalMs: timeoutMs + ((length + (request.expectedBytes ?? 0)) / slowestPace) * 1000,
      agent: this.#agent,
    };
  }
}
