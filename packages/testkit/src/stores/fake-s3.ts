import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type S3Credentials, sha256Hex, signatureOf } from '@hongyan/server/store/engines/s3/signature.ts';

/** What goes wrong with a request. `dribble`: a byte now and then; `cut`: the answer breaks off in the middle. */
export type S3Fault =
  | 'silence'
  | 'error 500'
  | 'slow down'
  | 'dribble'
  | 'cut'
  | 'missing'
  | 'wrong range'
  | 'whole'
  | 'reset'
  | 'forget answer';

interface Stored {
  readonly bytes: Buffer;
  readonly mark: string | undefined;
}

interface Upload {
  readonly key: string;
  readonly mark: string | undefined;
  readonly parts: Map<number, Buffer>;
  readonly begun: number;
}

export interface FakeS3Options {
  readonly bucket?: string;
  readonly region?: string;
  /** Certificate and key, PEM, for a store behind TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Whether buckets stand before the host. */
  readonly virtualHosts?: boolean;
}

export const fakeS3Credentials: S3Credentials = { accessKey: 'test-key', secretKey: 'test secret' };

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/**
 * An S3-compatible store in memory. Strict: signatures, payload hashes and the time of requests are checked, parts have
 * their least size. Faults are planned with `plan` or `away`.
 */
export class FakeS3 implements AsyncDisposable {
  readonly objects: Map<string, Stored> = new Map();
  readonly uploads: Map<string, Upload> = new Map();
  /** Requests so far: method, key. */
  readonly log: string[] = [];
  readonly bucket: string;
  readonly #region: string;
  readonly #server: Server;
  readonly #tls: boolean;
  readonly #virtualHosts: boolean;
  readonly #held = new Set<ServerResponse>();
  #faults: { fault: S3Fault; method: string | null; times: number }[] = [];
  #away = false;
  readonly #watchers = new Set<{ readonly method: string; readonly work: () => Promise<void> }>();
  #port = 0;

  private constructor(options: FakeS3Options) {
    this.bucket = options.bucket ?? 'mail';
    this.#region = options.region ?? 'us-east-1';
    this.#virtualHosts = options.virtualHosts ?? false;
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answer(request, response).catch(() => response.destroy());
    };
    this.#tls = options.tls !== undefined;
    this.#server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  }

  static async start(options: FakeS3Options = {}): Promise<FakeS3> {
    const fake = new FakeS3(options);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    fake.#port = (fake.#server.address() as AddressInfo).port;
    return fake;
  }

  get endpoint(): string {
    return `${this.#tls ? 'https' : 'http'}://localhost:${this.#port}`;
  }

  /** Lets the next `times` requests (of a method) fail. */
  plan(fault: S3Fault, times = 1, method: string | null = null): void {
    this.#faults.push({ fault, method, times });
  }

  /** Whether every request is answered with 503 from now on. */
  set away(away: boolean) {
    this.#away = away;
  }

  /** Does something before each answer to a method, until disposed. */
  onRequest(method: string, work: () => Promise<void>): Disposable {
    const watcher = { method, work };
    this.#watchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const response of this.#held) response.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #fault(method: string): S3Fault | null {
    const found = this.#faults.find(one => one.method === null || one.method === method);
    if (!found) return null;
    found.times -= 1;
    if (found.times === 0) this.#faults = this.#faults.filter(one => one !== found);
    return found.fault;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const method = request.method ?? '';
    const url = new URL(request.url ?? '', 'http://s3');
    const path = url.pathname.split('/').map(decodeURIComponent).join('/');
    const prefix = this.#virtualHosts ? '/' : `/${this.bucket}/`;
    const key = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    this.log.push(`${method} ${key}`);
    for (const watcher of this.#watchers) if (watcher.method === method) await watcher.work();
    const fault = this.#fault(method);
    if (this.#away) return this.#error(response, 503, 'ServiceUnavailable');
    if (fault === 'silence') {
      this.#held.add(response);
      return;
    }
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    if (fault === 'error 500') return this.#error(response, 500, 'InternalError');
    if (fault === 'slow down') return this.#error(response, 503, 'SlowDown');
    const refused = this.#checkSignature(request, url, body);
    if (refused) return this.#error(response, 403, refused);
    if (!path.startsWith(prefix.slice(0, -1))) return this.#error(response, 404, 'NoSuchBucket');
    if (fault === 'missing') return this.#error(response, 404, 'NoSuchKey');
    if (method === 'GET')
      return key === '' ? this.#list(url, response) : this.#get(request, response, key, fault);
    if (method === 'HEAD') return this.#head(response, key);
    if (fault === 'forget answer') {
      // It is done, but nobody hears of it.
      response.end = (() => {
        request.socket.destroy();
        return response;
      }) as typeof response.end;
    }
    if (method === 'PUT') return this.#put(request, response, url, key, body);
    if (method === 'POST') return this.#post(request, response, url, key, body);
    if (method === 'DELETE') return this.#delete(response, url, key);
    return this.#error(response, 405, 'MethodNotAllowed');
  }

  /** What is wrong with the signature; null when it is right. */
  #checkSignature(request: IncomingMessage, url: URL, body: Buffer): string | null {
    const match =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
        request.headers.authorization ?? '',
      );
    const date = String(request.headers['x-amz-date'] ?? '');
    const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
    if (!match || !time) return 'AccessDenied';
    const [, accessKey, day, region = '', signedHeaders = '', signature = ''] = match;
    const [year = 0, month = 0, dayOf = 0, hour = 0, minute = 0, second = 0] = time.slice(1).map(Number);
    const at = Date.UTC(year, month - 1, dayOf, hour, minute, second);
    if (accessKey !== fakeS3Credentials.accessKey) return 'InvalidAccessKeyId';
    if (day !== date.slice(0, 8) || region !== this.#region) return 'AuthorizationHeaderMalformed';
    const names = signedHeaders.split(';');
    const mustSign = [
      'host',
      'x-amz-content-sha256',
      ...Object.keys(request.headers).filter(name => name.startsWith('x-amz-')),
    ];
    if (mustSign.some(name => !names.includes(name))) return 'AccessDenied';
    const payloadHash = String(request.headers['x-amz-content-sha256']);
    if (payloadHash !== sha256Hex(body)) return 'XAmzContentSHA256Mismatch';
    const parts = {
      method: request.method ?? '',
      path: (request.url ?? '').split('?')[0] ?? '',
      query: [...url.searchParams],
      headers: Object.fromEntries(names.map(name => [name, String(request.headers[name] ?? '')])),
      payloadHash,
      at,
      region,
    };
    const right = signatureOf(parts, fakeS3Credentials.secretKey);
    return timingSafeEqual(Buffer.from(right), Buffer.from(signature)) ? null : 'SignatureDoesNotMatch';
  }

  #error(response: ServerResponse, status: number, code: string): void {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>test</Message></Error>`,
    );
  }

  #xml(response: ServerResponse, text: string): void {
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`);
  }

  #get(request: IncomingMessage, response: ServerResponse, key: string, fault: S3Fault | null): void {
    const object = this.objects.get(key);
    if (!object) return this.#error(response, 404, 'NoSuchKey');
    const total = object.bytes.length;
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!range || fault === 'whole') {
      response.writeHead(200, { 'content-length': total }).end(object.bytes);
      return;
    }
    const start = Number(range[1]) + (fault === 'wrong range' ? 1 : 0);
    const end = Math.min(Number(range[2]), total - 1);
    if (start >= total) return this.#error(response, 416, 'InvalidRange');
    const bytes = object.bytes.subarray(start, end + 1);
    response.writeHead(206, {
      'content-length': bytes.length,
      'content-range': `bytes ${start}-${end}/${total}`,
    });
    if (fault === 'cut') {
      response.write(bytes.subarray(0, bytes.length >> 1), () => request.socket.destroy());
      return;
    }
    if (fault === 'dribble') {
      this.#held.add(response);
      let at = 0;
      const timer = setInterval(() => {
        if (response.destroyed || at >= bytes.length) clearInterval(timer);
        else response.write(bytes.subarray(at, (at += 1)));
      }, 20);
      return;
    }
    response.end(bytes);
  }

  #head(response: ServerResponse, key: string): void {
    const object = this.objects.get(key);
    if (!object) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-length': object.bytes.length,
      ...(object.mark !== undefined && { 'x-amz-meta-upload': object.mark }),
    });
    response.end();
  }

  #put(request: IncomingMessage, response: ServerResponse, url: URL, key: string, body: Buffer): void {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const uploadId = url.searchParams.get('uploadId');
    if (uploadId !== null) {
      const upload = this.uploads.get(uploadId);
      if (upload?.key !== key) return this.#error(response, 404, 'NoSuchUpload');
      upload.parts.set(Number(url.searchParams.get('partNumber')), body);
    } else {
      if (request.headers['if-none-match'] === '*' && this.objects.has(key)) {
        return this.#error(response, 412, 'PreconditionFailed');
      }
      this.objects.set(key, {
        bytes: body,
        mark: request.headers['x-amz-meta-upload'] as string | undefined,
      });
    }
    response.writeHead(200, { etag }).end();
  }

  #post(request: IncomingMessage, response: ServerResponse, url: URL, key: string, body: Buffer): void {
    if (url.searchParams.has('uploads')) {
      const id = `upload-${this.uploads.size + 1}-${this.log.length}`;
      const mark = request.headers['x-amz-meta-upload'] as string | undefined;
      this.uploads.set(id, { key, mark, parts: new Map(), begun: Date.now() });
      return this.#xml(
        response,
        `<InitiateMultipartUploadResult><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    const id = url.searchParams.get('uploadId') ?? '';
    const upload = this.uploads.get(id);
    if (upload?.key !== key) return this.#error(response, 404, 'NoSuchUpload');
    if (request.headers['if-none-match'] === '*' && this.objects.has(key)) {
      return this.#error(response, 412, 'PreconditionFailed');
    }
    const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(match =>
      Number(match[1]),
    );
    const parts = numbers.map(number => upload.parts.get(number));
    if (parts.some((part, i) => !part || (i < parts.length - 1 && part.length < 5 * 1024 * 1024))) {
      return this.#error(response, 400, 'EntityTooSmall');
    }
    this.uploads.delete(id);
    this.objects.set(key, {
      bytes: Buffer.concat(parts.filter(part => part !== undefined)),
      mark: upload.mark,
    });
    this.#xml(
      response,
      `<CompleteMultipartUploadResult><Key>${escapeXml(key)}</Key></CompleteMultipartUploadResult>`,
    );
  }

  #delete(response: ServerResponse, url: URL, key: string): void {
    const uploadId = url.searchParams.get('uploadId');
    if (uploadId !== null) this.uploads.delete(uploadId);
    else this.objects.delete(key);
    response.writeHead(204).end();
  }

  #list(url: URL, response: ServerResponse): void {
    const prefix = url.searchParams.get('prefix') ?? '';
    if (url.searchParams.has('uploads')) {
      const found = [...this.uploads].filter(([, upload]) => upload.key.startsWith(prefix));
      const rows = found.map(
        ([id, upload]) =>
          `<Upload><Key>${escapeXml(upload.key)}</Key><UploadId>${id}</UploadId><Initiated>${new Date(upload.begun).toISOString()}</Initiated></Upload>`,
      );
      return this.#xml(response, `<ListMultipartUploadsResult>${rows.join('')}</ListMultipartUploadsResult>`);
    }
    const after = url.searchParams.get('start-after') ?? '';
    // Small pages, so that paging is used.
    const most = Math.min(3, Number(url.searchParams.get('max-keys') ?? 1000));
    const keys = [...this.objects.keys()].filter(key => key.startsWith(prefix) && key > after).toSorted();
    const rows = keys
      .slice(0, most)
      .map(
        key =>
          `<Contents><Key>${escapeXml(key)}</Key><Size>${this.objects.get(key)?.bytes.length}</Size></Contents>`,
      );
    this.#xml(
      response,
      `<ListBucketResult><IsTruncated>${keys.length > most}</IsTruncated>${rows.join('')}</ListBucketResult>`,
    );
  }
}
