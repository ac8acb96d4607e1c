import {
  type AuthenticationResults,
  formatResults,
  type MethodResult,
  type ResultProperty,
} from '@hongyan/formats/auth/results/results-field.ts';
import type { DmarcAction } from './checks/dmarc-action.ts';
import type { Signal } from './checks/score.ts';
import type { Findings } from './findings.ts';

function method(
  name: string,
  result: string,
  reason: string | null,
  properties: readonly (readonly [type: string, name: string, value: string])[],
): MethodResult {
  const given: ResultProperty[] = properties
    .filter(([, , value]) => value !== '')
    .map(([type, property, value]) => ({ type, name: property, value }));
  return { method: name, result, reason: reason === '' ? null : reason, properties: given };
}

/** The reverse-path as it can stand in a field that is ASCII (RFC 8601 §2.7.2 allows the domain alone). */
function printable(sender: string, domain: string): string {
  return /^[\x21-\x7e]{1,320}$/.test(sender) ? sender : domain;
}

/** What was found out, in the terms of RFC 8601 §2.7 (`arc`: RFC 8617 §4.4). */
export function resultsOf(findings: Findings, { exception }: DmarcAction): MethodResult[] {
  const { spf, client, signatures, dmarc, author, reverse } = findings;
  const results: MethodResult[] = [];
  if (dmarc !== null && author.kind === 'one') {
    const policy = dmarc.published === null ? '' : dmarc.published;
    results.push(
      method('dmarc', dmarc.result, exception === null ? null : `not followed: ${exception}`, [
        ['header', 'from', author.domain],
        ['policy', 'published-domain-policy', policy],
      ]),
    );
  } else results.push(method('dmarc', 'permerror', `From: ${author.kind}`, []));
  results.push(
    spf.identity === 'helo'
      ? method('spf', spf.result, null, [['smtp', 'helo', spf.domain]])
      : method('spf', spf.result, null, [['smtp', 'mailfrom', printable(client.sender, spf.domain)]]),
  );
  for (const { result, reason, domain, selector, algorithm, mark } of signatures.dkim)
    results.push(
      method('dkim', result, reason, [
        ['header', 'd', domain],
        ['header', 's', selector],
        ['header', 'a', /^[a-z0-9-]{1,40}$/.test(algorithm) ? algorithm : ''],
        ['header', 'b', mark],
      ]),
    );
  if (signatures.dkim.length === 0) results.push(method('dkim', 'none', null, []));
  const { arc } = signatures;
  if (arc.result !== 'none') {
    const last = arc.chain.kind === 'chain' ? arc.chain.sets.at(-1) : undefined;
    results.push(method('arc', arc.result, arc.reason, [['header', 'd', last?.seal.domain ?? '']]));
  }
  const iprev = { confirmed: 'pass', unconfirmed: 'fail', none: 'permerror', unknown: 'temperror' } as const;
  results.push(method('iprev', iprev[reverse], null, [['policy', 'iprev', client.address]]));
  return results;
}

/** The Authentication-Results field with its line end (RFC 8601 §2). */
export function resultsField(results: AuthenticationResults): string {
  return `Authentication-Results: ${formatResults(results)}\r\n`;
}

/** What the filter makes of it, for people and scripts, with its line end. */
export function spamField(signals: readonly Signal[], points: number, junkScore: number): string {
  const names = signals.map(({ name, points: each }) => `${name}=${each}`);
  const state = points >= junkScore ? 'Yes' : 'No';
  const lines = [
    `X-Spam-Status: ${state}, score=${points} required=${junkScore}`,
    ...names.map(name => ` ${name}`),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** One line for the trace. */
export function summaryOf(
  { spf, signatures, dmarc, scanner }: Findings,
  points: number,
  { exception }: DmarcAction,
): string {
  const { dkim, arc } = signatures;
  const best = dkim.find(({ result }) => result === 'pass') ?? dkim[0];
  const parts = [
    `spf=${spf.result}`,
    `dkim=${best?.result ?? 'none'}`,
    `dmarc=${dmarc?.result ?? 'permerror'}${dmarc?.published ? ` (p=${dmarc.published})` : ''}`,
  ];
  if (arc.result !== 'none') parts.push(`arc=${arc.result}`);
  if (exception !== null) parts.push(`not followed: ${exception}`);
  parts.push(`score=${points}`);
  if (scanner !== null) parts.push(scanner.kind === 'unknown' ? scanner.reason : `virus=${scanner.kind}`);
  return parts.join(' ');
}
