import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isSpecialAddress } from '../../../flow/relay/addresses.ts';

export interface PushPostOptions {
  /** For a whole request, ms. */
  readonly timeoutMs: number;
  /** Whether loopback and private addresses may be asked, over plain HTTP too: in tests only. */
  readonly allowPrivate: boolean;
}

export const defaultPushPost: PushPostOptions = { timeoutMs: 10_000, allowPrivate: false };

/** How a push went. `gone`: the push service does not know the subscription any more (RFC 8030 §7.3). */
export type PushOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'later'; readonly afterMs: number | null };

const maxUrlLength = 2_000;
const maxRetryAfterMs = 3_600_000;

/** The URL of a subscription; null for what must not be asked: not HTTPS, with a password, or inside our own network. */
export function readPushUrl(text: string, options: PushPostOptions): URL | null {
  if (text.length > maxUrlLength || !URL.canParse(text)) return null;
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const inside = isIP(host) !== 0 && isSpecialAddress(host);
  const allowed = url.protocol === 'https:' || (options.allowPrivate && inside && url.protocol === 'http:');
  if (!allowed || url.username !== '' || url.password !== '') return null;
  return inside && !options.allowPrivate ? null : url;
}

/** Checked at the moment of connecting, so that a name cannot change its mind in between. */
function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const inside = addresses?.some(({ address }) => isSpecialAddress(address)) ?? false;
      if (error || (inside && !allowPrivate)) {
        callback(error ?? Object.assign(new Error('address inside'), { code: 'EADDRNOTAVAIL' }), '', 0);
      } else if (options.all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
    });
  };
}

/** Posts to a push service (RFC 8030 §5). Redirects are not followed. Never throws. */
export async function postPush(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  options: PushPostOptions,
): Promise<PushOutcome> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { promise, resolve } = Promise.withResolvers<PushOutcome>();
  request(url, {
    method: 'POST',
    agent: false,
    lookup: guardedLookup(options.allowPrivate),
    signal: AbortSignal.timeout(options.timeoutMs),
    headers: { ...headers, 'content-length': String(body.length), 'user-agent': 'Hongyan-Push' },
    maxHeaderSize: 16 * 1024,
  })
    .on('response', response => {
      response.destroy();
      resolve(outcomeOf(response.statusCode ?? 0, response.headers['retry-after']));
    })
    .on('error', () => resolve({ kind: 'later', afterMs: null }))
    .end(body);
  return promise;
}

function outcomeOf(status: number, retryAfter: string | undefined): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status !== 429 && status < 500) return { kind: 'refused', status };
  const seconds = /^[0-9]{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null;
  return { kind: 'later', afterMs: seconds === null ? null : Math.min(seconds * 1000, maxRetryAfterMs) };
}
