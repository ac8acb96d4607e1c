import type { Phrases } from '@hongyan/phrases/phrases.ts';
import type { DnsHost } from './dns-hosts.ts';
import type { SuperfluousMx } from './report.ts';
import { valueText, type WantedRecord } from './wanted.ts';

/**
 * Steps in the console of a DNS host with the company's own values (DOM-09): where to go, what to add, what to delete.
 * `records`: those that are still to be added.
 */
export function tutorial(
  phrases: Phrases,
  host: DnsHost,
  domain: string,
  records: readonly WantedRecord[],
  superfluous: readonly SuperfluousMx[],
): string[] {
  const steps = [phrases.say(`dns_steps.${host}.open`, { domain })];
  for (const record of records) {
    steps.push(
      phrases.say(`dns_steps.${host}.add`, {
        type: record.type,
        host: record.host,
        value: valueText(record),
        priority: record.type === 'MX' ? record.preference : '–',
        ttl: record.ttl,
      }),
    );
  }
  if (superfluous.length > 0) {
    const values = superfluous.map(({ preference, exchange }) => `${preference} ${exchange}`).join(', ');
    steps.push(phrases.say('dns_steps.delete', { domain, values }));
  }
  steps.push(phrases.say('dns_steps.done'));
  return steps;
}
