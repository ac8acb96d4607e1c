import { asciiName } from '@hongyan/formats/auth/dkim/verify/signature-field.ts';
import { isDnsName } from '@hongyan/formats/auth/lookup.ts';
import { parseIp, sharesPrefix } from '@hongyan/formats/auth/spf/address.ts';
import { checkHost, type SpfResult } from '@hongyan/formats/auth/spf/check-host.ts';
import type { Questions } from '../dns/questions.ts';

/** Who brings a message and what the envelope says. */
export interface Client {
  readonly address: string;
  /** What it called itself; null when it said nothing. */
  readonly helo: string | null;
  /** Reverse-path; empty for `<>`. */
  readonly sender: string;
  readonly hostname: string;
  /** s since the epoch. */
  readonly now: number;
}

/** SPF of the reverse-path, or of HELO where that is null (RFC 7208 §2.4). */
export interface SpfVerdict extends SpfResult {
  readonly identity: 'mailfrom' | 'helo';
  /** A-labels; empty for none. */
  readonly domain: string;
}

/** What the DNS says about the client's address. `unknown`: nobody could tell. */
export type ReverseName = 'confirmed' | 'unconfirmed' | 'none' | 'unknown';

/** Most names of one address that are looked up. */
const mostNames = 5;

/** SPF for a client (RFC 7208 §4.1). */
export async function checkSpf(questions: Questions, client: Client): Promise<SpfVerdict> {
  const { address, sender, hostname, now } = client;
  const helo = client.helo ?? '';
  const identity = sender === '' ? 'helo' : 'mailfrom';
  const at = sender.lastIndexOf('@');
  const given = identity === 'helo' ? helo : at < 0 ? '' : sender.slice(at + 1);
  const domain = asciiName(given.endsWith('.') ? given.slice(0, -1) : given) ?? '';
  const local = identity === 'helo' ? 'postmaster' : sender.slice(0, at);
  const result = await questions.run(
    checkHost({
      ip: address,
      helo,
      domain,
      sender: `${local}@${domain}`,
      receiver: hostname,
      now,
      explain: false,
    }),
  );
  return { ...result, identity, domain };
}

/** Whether the address has a name that leads back to it. */
export async function checkReverse(questions: Questions, address: string): Promise<ReverseName> {
  const ip = parseIp(address);
  if (ip === null) return 'unknown';
  const reply = await questions.ask({ type: 'PTR', name: address });
  if (reply.kind === 'temporary') return 'unknown';
  if (reply.kind !== 'records') return 'none';
  const type = ip.length === 4 ? 'A' : 'AAAA';
  const names = reply.records.filter(isDnsName).slice(0, mostNames);
  const answers = await Promise.all(names.map(name => questions.ask({ type, name })));
  const leadsBack = answers.some(
    answer =>
      answer.kind === 'records' &&
      answer.records.some(text => {
        const found = parseIp(text);
        return found !== null && sharesPrefix(ip, found, ip.length * 8);
      }),
  );
  if (leadsBack) return 'confirmed';
  return answers.some(answer => answer.kind === 'temporary') ? 'unknown' : 'unconfirmed';
}

/** Block lists that name an address (RFC 5782 §2.1, §2.4): answers within 127.0.0.0/8, without their error codes. */
export async function checkBlockLists(
  questions: Questions,
  lists: readonly string[],
  address: string,
): Promise<readonly string[]> {
  const ip = parseIp(address);
  if (ip === null || lists.length === 0) return [];
  const labels = ip.length === 4 ? ip.map(String) : ip.flatMap(byte => [hex(byte >> 4), hex(byte & 15)]);
  const reversed = labels.toReversed().join('.');
  const answers = await Promise.all(
    lists.map(list => questions.ask({ type: 'A', name: `${reversed}.${list}` })),
  );
  return lists.filter((_, at) => {
    const answer = answers[at];
    // 127.255.255.0/24 says that the list did not want to be asked.
    return (
      answer?.kind === 'records' &&
      answer.records.some(text => text.startsWith('127.') && !text.startsWith('127.255.255.'))
    );
  });
}

function hex(value: number): string {
  return value.toString(16);
}
