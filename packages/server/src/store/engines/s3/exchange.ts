import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface ExchangeRequest {
  readonly method: string;
  /** `http:` or `https:` URL with path and query as they were signed. */
  readonly url: URL;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  /** Longest answer that is taken, bytes. */
  readonly mostBytes: number;
  /** Longest silence, ms. */
  readonly silenceMs: number;
  /** Longest time for all of it, ms: a peer that sends a byte a second is no better than a silent one. */
  readonly totalMs: number;
  readonly agent: HttpAgent | HttpsAgent;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Something went wrong on the way: the same request may well succeed later. */
export class ExchangeFailed extends Error {}

function failed(reason: string, cause?: unknown): ExchangeFailed {
  return new ExchangeFailed(reason, cause === undefined ? undefined : { cause });
}

/** Reads an answer to its end and checks that it is as long as it said. */
function take(
  request: ClientRequest,
  response: IncomingMessage,
  mostBytes: number,
  head: boolean,
): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes) request.destroy(failed('answer is too long'));
      else chunks.push(chunk);
    });
    response.on('error', error => reject(failed('answer broke off', error)));
    response.on('close', () => reject(failed('answer broke off')));
    response.on('end', () => {
      const said = response.headers['content-length'];
      if (!head && said !== undefined && Number(said) !== size) {
        reject(failed('answer is shorter than it said'));
        return;
      }
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks, size),
      });
    });
  });
}

/** One request and its answer. Throws `ExchangeFailed` for anything that is not a whole answer in time. */
export async function exchange(wanted: ExchangeRequest): Promise<ExchangeAnswer> {
  const { url, method, headers, body, agent, silenceMs, totalMs, mostBytes } = wanted;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { promise, resolve, reject } = Promise.withResolvers<ExchangeAnswer>();
  const request = send(
    {
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: wanted.path,
      method,
      headers,
      agent,
    },
    response => void take(request, response, mostBytes, method === 'HEAD').then(resolve, reject),
  );
  const whole = setTimeout(() => request.destroy(failed('took too long')), totalMs);
  request.setTimeout(silenceMs, () => request.destroy(failed('silent for too long')));
  request.on('error', error =>
    reject(error instanceof ExchangeFailed ? error : failed(error.message, error)),
  );
  for (const chunk of body) request.write(chunk);
  request.end();
  try {
    return await promise;
  } finally {
    clearTimeout(whole);
  }
}
