import { request as httpsRequest } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type HttpTransport = (request: HttpRequest) => Promise<HttpAnswer>;

/** Most of an answer that is read: a chain of certificates is a few KB. */
const mostBytes = 1024 * 1024;
const timeoutMs = 30_000;

/** Requests over HTTPS (RFC 8555 §6.1), trusting `ca` (PEM) instead of the built-in authorities when given. */
export function createTransport(ca: string | null): HttpTransport {
  return ({ method, url, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const target = new URL(url);
      if (target.protocol !== 'https:') {
        reject(new Error(`not https: ${url}`));
        return;
      }
      const request = httpsRequest(
        target,
        {
          method,
          timeout: timeoutMs,
          agent: false,
          ...(ca !== null && { ca }),
          headers: {
            'user-agent': 'hongyan-acme/1',
            ...headers,
            ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
          },
        },
        response => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > mostBytes) request.destroy(new Error('answer too large'));
            else chunks.push(chunk);
          });
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      request.on('timeout', () => request.destroy(new Error('the authority did not answer in time')));
      request.on('error', reject);
      request.end(body);
    });
}
