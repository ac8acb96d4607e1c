import type { SrvRecord } from '../../platform/dns/resolver.ts';
import { mtaStsId, type RecordPlan } from './plan.ts';

/** For what a record is good: mail comes in, mail from here is believed, people reach the service. */
export type RecordGroup = 'receive' | 'trust' | 'access';

interface RecordFacts {
  /** Stable within a domain: `mx-1`, `spf`, `dkim-<selector>`, `host-mail`, `srv-imaps` … */
  readonly id: string;
  readonly group: RecordGroup;
  /** Without `required` ones nothing works; `advised` ones are for mail to be believed; `optional` ones for comfort. */
  readonly need: 'required' | 'advised' | 'optional';
  /** Whole name, A-labels, without the final dot. */
  readonly name: string;
  /** The name as consoles of DNS hosts want it: relative to the domain, `@` for the domain itself. */
  readonly host: string;
  /** Seconds. */
  readonly ttl: number;
}

/** A record that a domain should have. */
export type WantedRecord = RecordFacts &
  (
    | { readonly type: 'MX'; readonly preference: number; readonly exchange: string }
    | { readonly type: 'TXT'; readonly kind: TxtKind; readonly text: string }
    | { readonly type: 'CNAME'; readonly target: string }
    | ({ readonly type: 'SRV' } & SrvRecord)
  );

export type TxtKind = 'spf' | 'dkim' | 'dmarc' | 'mta-sts' | 'tls-rpt';

/** A DKIM key whose record belongs into the zone. */
export interface WantedKey {
  readonly selector: string;
  readonly record: { readonly name: string; readonly text: string };
}

/** What SPF has to name for our servers to be allowed (RFC 7208 §5). */
export function spfMechanism(plan: RecordPlan): string {
  return plan.spfInclude === null ? 'mx' : `include:${plan.spfInclude}`;
}

/** The records that `domain` (A-labels) should have under a plan, the most needed ones first. */
export function wantedRecords(
  plan: RecordPlan,
  domain: string,
  keys: readonly WantedKey[],
): readonly WantedRecord[] {
  const records = [
    ...mailExchangers(plan, domain),
    ...trustRecords(plan, domain, keys),
    ...hostRecords(plan, domain),
    ...serviceRecords(plan, domain),
  ];
  const order: readonly RecordGroup[] = ['receive', 'trust', 'access'];
  return order.flatMap(group => records.filter(record => record.group === group));
}

function facts(plan: RecordPlan, domain: string, host: string): Pick<RecordFacts, 'name' | 'host' | 'ttl'> {
  return { name: host === '@' ? domain : `${host}.${domain}`, host, ttl: plan.template.ttl };
}

function mailExchangers(plan: RecordPlan, domain: string): WantedRecord[] {
  const { mxPreferences } = plan.template;
  return plan.mailExchangers.map((exchange, index) => ({
    id: `mx-${index + 1}`,
    group: 'receive',
    need: 'required',
    ...facts(plan, domain, '@'),
    type: 'MX',
    preference: mxPreferences[index] ?? mxPreferences.at(-1) ?? 0,
    exchange,
  }));
}

function trustRecords(plan: RecordPlan, domain: string, keys: readonly WantedKey[]): WantedRecord[] {
  const text = (kind: TxtKind, id: string, host: string, value: string): WantedRecord => ({
    id,
    group: 'trust',
    need: 'advised',
    ...facts(plan, domain, host),
    type: 'TXT',
    kind,
    text: value,
  });
  const reports = `rua=mailto:postmaster@${domain}`;
  const suffix = `.${domain}`;
  return [
    text('spf', 'spf', '@', `v=spf1 ${spfMechanism(plan)} ${plan.template.spfEnd}`),
    ...keys.map(({ selector, record }) => {
      const host = record.name.endsWith(suffix) ? record.name.slice(0, -suffix.length) : record.name;
      return text('dkim', `dkim-${selector}`, host, record.text);
    }),
    text('dmarc', 'dmarc', '_dmarc', `v=DMARC1; p=none; ${reports}`),
    ...(plan.mtaSts.mode === 'none'
      ? []
      : [text('mta-sts', 'mta-sts', '_mta-sts', `v=STSv1; id=${mtaStsId(plan)};`)]),
    text('tls-rpt', 'tls-rpt', '_smtp._tls', `v=TLSRPTv1; ${reports}`),
  ];
}

/** The labels under which a company's own domain leads to the service. */
export function hostLabels(plan: RecordPlan): readonly string[] {
  const policy = plan.mtaSts.mode === 'none' ? [] : ['mta-sts'];
  return [...plan.template.serviceLabels, 'autoconfig', 'autodiscover', ...policy];
}

function hostRecords(plan: RecordPlan, domain: string): WantedRecord[] {
  const hosts = [plan.serviceHost, ...plan.mailExchangers];
  // A host cannot be an alias of itself, and an exchanger must not be one (RFC 5321 §5.1).
  const labels = hostLabels(plan).filter(label => !hosts.includes(`${label}.${domain}`));
  return labels.map(label => ({
    id: `host-${label}`,
    group: label === 'mta-sts' ? 'trust' : 'access',
    need: label === 'mta-sts' ? 'advised' : 'optional',
    ...facts(plan, domain, label),
    type: 'CNAME',
    target: plan.serviceHost,
  }));
}

/** RFC 6186 §3, RFC 8314 §5.1, RFC 8620 §2.2, RFC 5804 §1.8; `_autodiscover` for Outlook. */
function serviceRecords(plan: RecordPlan, domain: string): WantedRecord[] {
  const { ports } = plan;
  const services: readonly (readonly [label: string, port: number | null, priority: number])[] = [
    ['_imaps', ports.imaps, 0],
    ['_imap', ports.imap, 10],
    ['_pop3s', ports.pop3s, 20],
    ['_submissions', ports.submissions, 0],
    ['_submission', ports.submission, 10],
    ['_sieve', ports.sieve, 0],
    ['_jmap', ports.https, 0],
    ['_autodiscover', ports.https, 0],
  ];
  return services.flatMap(([label, port, priority]): WantedRecord[] =>
    port === null
      ? []
      : [
          {
            id: `srv-${label.slice(1)}`,
            group: 'access',
            need: 'optional',
            ...facts(plan, domain, `${label}._tcp`),
            type: 'SRV',
            priority,
            weight: 1,
            port,
            target: plan.serviceHost,
          },
        ],
  );
}

/** The value as one types it into a console; MX without its preference. */
export function valueText(record: WantedRecord): string {
  switch (record.type) {
    case 'MX':
      return record.exchange;
    case 'TXT':
      return record.text;
    case 'CNAME':
      return record.target;
    case 'SRV':
      return srvText(record);
    default:
      return record satisfies never;
  }
}

export function srvText({ priority, weight, port, target }: SrvRecord): string {
  return `${priority} ${weight} ${port} ${target === '' ? '.' : target}`;
}
