import { parseIp } from '@hongyan/formats/auth/spf/address.ts';
import type { Findings } from '../findings.ts';
import type { ScreeningOptions } from '../options.ts';

/** One reason to take a message for spam. */
export interface Signal {
  /** Upper case, for X-Spam-Status and the trace. */
  readonly name: string;
  readonly points: number;
}

/** The test string alone makes it spam, whatever the threshold. */
const testPoints = 1000;

interface Rule extends Signal {
  readonly holds: (findings: Findings) => boolean;
}

const lacks =
  (key: string) =>
  ({ signatures }: Findings): boolean =>
    signatures.index.all(key).length === 0;

/** Whether nothing at all proves where a message comes from, though it could have been found out. */
function isUnproven({ spf, signatures }: Findings): boolean {
  if (spf.result === 'pass' || spf.result === 'temperror') return false;
  return !signatures.dkim.some(({ result }) => result === 'pass' || result === 'temperror');
}

/** A name that no real server gives itself (RFC 5321 §4.1.1.1: a domain or an address literal). */
function isBadHelo({ client }: Findings): boolean {
  const { helo, address } = client;
  if (helo === null || helo === '') return true;
  if (!helo.startsWith('[')) return !helo.includes('.') || parseIp(helo) !== null;
  const literal = helo.replaceAll(/^\[(?:IPv6:)?|\]$/gi, '');
  return parseIp(literal)?.join('.') !== parseIp(address)?.join('.');
}

/**
 * The rules. None alone reaches the default threshold of 5, except for what nobody sends by mistake: several have to come
 * together.
 */
const rules: readonly Rule[] = [
  { name: 'GTUBE', points: testPoints, holds: ({ test }) => test.spam },
  { name: 'SPF_FAIL', points: 2, holds: ({ spf }) => spf.result === 'fail' },
  { name: 'SPF_SOFTFAIL', points: 1, holds: ({ spf }) => spf.result === 'softfail' },
  { name: 'SPF_BROKEN', points: 0.5, holds: ({ spf }) => spf.result === 'permerror' },
  {
    name: 'DKIM_FAIL',
    points: 1,
    holds: ({ signatures }) =>
      signatures.dkim.some(({ result, testing }) => result === 'fail' && !testing) &&
      !signatures.dkim.some(({ result }) => result === 'pass'),
  },
  { name: 'DMARC_FAIL', points: 2, holds: ({ dmarc }) => dmarc?.result === 'fail' },
  { name: 'UNPROVEN', points: 1, holds: isUnproven },
  {
    name: 'OWN_DOMAIN_FORGED',
    points: 3,
    holds: findings =>
      findings.authorIsOurs && findings.dmarc?.result !== 'pass' && findings.dmarc?.result !== 'temperror',
  },
  { name: 'HELO_BAD', points: 1, holds: isBadHelo },
  {
    name: 'HELO_IS_OURS',
    points: 3,
    holds: ({ client }) => client.helo?.toLowerCase() === client.hostname.toLowerCase(),
  },
  { name: 'NO_REVERSE_NAME', points: 1.5, holds: ({ reverse }) => reverse === 'none' },
  { name: 'REVERSE_NAME_WRONG', points: 1, holds: ({ reverse }) => reverse === 'unconfirmed' },
  { name: 'NO_FROM', points: 2, holds: lacks('from') },
  { name: 'FROM_BROKEN', points: 2, holds: ({ author }) => author.kind === 'broken' },
  { name: 'FROM_SEVERAL', points: 3, holds: ({ author }) => author.kind === 'several' },
  { name: 'NO_DATE', points: 1, holds: lacks('date') },
  { name: 'NO_MESSAGE_ID', points: 1, holds: lacks('message-id') },
  { name: 'NO_SUBJECT', points: 0.5, holds: lacks('subject') },
];

/** The signals that hold, the rules' order first, then the block lists. */
export function signalsOf(
  findings: Findings,
  { dnsblScore }: Pick<ScreeningOptions, 'dnsblScore'>,
): Signal[] {
  const held = rules.filter(({ holds }) => holds(findings)).map(({ name, points }) => ({ name, points }));
  const listed = findings.listed.map(list => ({
    name: `LISTED_${list.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`,
    points: dnsblScore,
  }));
  return [...held, ...listed];
}

/** How likely spam, percent (RFC 5235): half at the threshold. */
export function spamPercent(points: number, junkScore: number): number {
  if (points >= testPoints) return 100;
  return Math.min(100, Math.round((points / Math.max(junkScore, 0.1)) * 50));
}
