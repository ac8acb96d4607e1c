import type { AccountId } from '../platform/ids.ts';
import { maxMessageBytes } from '../store/sql/channel-port.ts';

/** An account is at this modseq now. */
export type Notice = readonly [accountId: AccountId, modseq: number];

/** Where there is new work: the queue of mail, or the jobs of administrators. */
export type WorkTopic = 'queue' | 'jobs';

/** A sign-in that failed: the client's address and the name it gave. */
export type FailedSignIn = readonly [address: string, login: string];

/** What one node tells the others at a time. */
export interface BusNews {
  readonly notices: readonly Notice[];
  readonly work: readonly WorkTopic[];
  readonly failures: readonly FailedSignIn[];
}

export interface BusMessage extends BusNews {
  /** Who sent it: a node knows its own by it. */
  readonly from: string;
}

/** Room for the sender, the names of the parts and the brackets, bytes. */
const frameBytes = 200;
const longestLogin = 320;
const topics: readonly WorkTopic[] = ['queue', 'jobs'];

/** Splits news into messages that each fit into one notification. Sign-ins with names longer than any address are left out. */
export function encodeNews(from: string, news: BusNews): string[] {
  const items = [
    ...news.work.map(topic => ['w', JSON.stringify(topic)] as const),
    ...news.notices.map(notice => ['n', JSON.stringify(notice)] as const),
    ...news.failures
      .filter(([, login]) => login.length <= longestLogin)
      .map(failure => ['x', JSON.stringify(failure)] as const),
  ];
  const messages: string[] = [];
  let parts: Record<'n' | 'w' | 'x', string[]> = { n: [], w: [], x: [] };
  let bytes = frameBytes;
  const flush = (): void => {
    if (bytes === frameBytes) return;
    const list = (name: 'n' | 'w' | 'x'): string =>
      parts[name].length > 0 ? `,"${name}":[${parts[name].join(',')}]` : '';
    messages.push(`{"f":${JSON.stringify(from)}${list('w')}${list('n')}${list('x')}}`);
    parts = { n: [], w: [], x: [] };
    bytes = frameBytes;
  };
  for (const [part, text] of items) {
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > maxMessageBytes) flush();
    parts[part].push(text);
    bytes += size;
  }
  flush();
  return messages;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Reads a message; null for anything else. Parts that are not as they should be are left out: a newer release may send more. */
export function decodeNews(text: string): BusMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { f, n, w, x } = value as Readonly<Record<string, unknown>>;
  if (typeof f !== 'string') return null;
  const notices: Notice[] = [];
  for (const item of listOf(n)) {
    const [accountId, modseq] = listOf(item);
    if (isWhole(accountId) && isWhole(modseq)) notices.push([accountId, modseq]);
  }
  const failures: FailedSignIn[] = [];
  for (const item of listOf(x)) {
    const [address, login] = listOf(item);
    if (typeof address === 'string' && typeof login === 'string') failures.push([address, login]);
  }
  const named = listOf(w);
  return { from: f, notices, work: topics.filter(topic => named.includes(topic)), failures };
}
