import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isSpecialAddress } from '../../../flow/relay/addresses.ts';
import { MailError } from '../../../platform/errors.ts';

export interface ImageProxyLimits {
  /** Largest picture, bytes. */
  readonly maxBytes: number;
  /** For the whole journey, redirects included, ms. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  /** Pictures fetched at a time by one process. */
  readonly maxConcurrent: number;
  /** Whether loopback and private addresses may be asked: in tests only. */
  readonly allowPrivate: boolean;
}

export const defaultImageProxyLimits: ImageProxyLimits = {
  maxBytes: 10 * 1024 * 1024,
  timeoutMs: 10_000,
  maxRedirects: 3,
  maxConcurrent: 32,
  allowPrivate: false,
};

/** A picture on its way: the type is one that cannot carry scripts. */
export interface RemoteImage {
  readonly type: string;
  readonly body: AsyncIterable<Uint8Array>;
}

const safeTypes = new Set(
  'image/png image/jpeg image/gif image/webp image/bmp image/avif image/x-icon image/vnd.microsoft.icon'.split(
    ' ',
  ),
);

function refused(reason: string): MailError {
  return new MailError('input.invalid', { reason });
}

/** Resolves a name and refuses it when any of its addresses is not on the Internet: checked at the moment of connecting, so that a name cannot change its mind in between. */
function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const inside = addresses.find(({ address }) => isSpecialAddress(address));
      if (inside && !allowPrivate) {
        callback(Object.assign(new Error('address inside'), { code: 'EADDRNOTAVAIL' }), '', 0);
        return;
      }
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
    });
  };
}

function checkedUrl(text: string, base: URL | undefined, limits: ImageProxyLimits): URL {
  if (!URL.canParse(text, base)) throw refused('address');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('scheme');
  if (url.username !== '' || url.password !== '') throw refused('credentials');
  if (url.port !== '' && !limits.allowPrivate) throw refused('port');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isSpecialAddress(host) && !limits.allowPrivate) throw refused('address');
  return url;
}

function get(url: URL, limits: ImageProxyLimits, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(url, {
      agent: false,
      lookup: guardedLookup(limits.allowPrivate),
      signal,
      // Nothing that tells who is reading.
      headers: { accept: 'image/*', 'user-agent': 'Hongyan-Image-Proxy' },
      maxHeaderSize: 16 * 1024,
    })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
}

async function* bounded(response: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    total += chunk.length;
    if (total > maxBytes) {
      response.destroy();
      throw new MailError('message.too_large', { max: maxBytes });
    }
    yield chunk;
  }
}

/**
 * Fetches a picture that a mail refers to, so that its sender learns neither the reader's address nor programs. Throws
 * `input.invalid` for what is no public web address or no picture, `message.too_large` over the limit.
 */
export async function fetchImage(address: string, limits: ImageProxyLimits): Promise<RemoteImage> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  let url = checkedUrl(address, undefined, limits);
  for (let hop = 0; ; hop += 1) {
    const response = await get(url, limits, signal).catch((error: unknown) => {
      throw new MailError('input.invalid', { reason: 'unreachable' }, { cause: error });
    });
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      if (hop >= limits.maxRedirects) throw refused('redirects');
      url = checkedUrl(headers.location, url, limits);
      continue;
    }
    const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (statusCode !== 200 || !safeTypes.has(type)) {
      response.destroy();
      throw refused(statusCode === 200 ? 'type' : 'status');
    }
    if (Number(headers['content-length'] ?? 0) > limits.maxBytes) {
      response.destroy();
      throw new MailError('message.too_large', { max: limits.maxBytes });
    }
    return { type, body: bounded(response, limits.maxBytes) };
  }
}
