import { createHash } from 'node:crypto';

/** The shape of a set of records: what differs between editions of the service (DOM-05, DOM-13, DOM-14). */
export interface RecordTemplate {
  /** Preference of the first, second … mail exchanger; the last repeats. */
  readonly mxPreferences: readonly number[];
  /** Seconds. */
  readonly ttl: number;
  /** What SPF says of everybody else (RFC 7208 §5.1): `~all` or `-all`. */
  readonly spfEnd: '~all' | '-all';
  /** Labels that lead people and programs to the service under the company's own name. */
  readonly serviceLabels: readonly string[];
}

export type TemplateName = 'basic' | 'pro' | 'standard';

export const templateNames: readonly TemplateName[] = ['basic', 'pro', 'standard'];

export const recordTemplates: Readonly<Record<TemplateName, RecordTemplate>> = {
  /** DOM-05, DOM-12. */
  basic: { mxPreferences: [5], ttl: 600, spfEnd: '~all', serviceLabels: ['mail', 'webmail'] },
  /** DOM-13. */
  pro: {
    mxPreferences: [10, 50],
    ttl: 3600,
    spfEnd: '-all',
    serviceLabels: ['webmail', 'imap', 'smtp', 'pop'],
  },
  /** DOM-14: the same shape as `pro`; its targets are others. */
  standard: {
    mxPreferences: [10, 50],
    ttl: 3600,
    spfEnd: '-all',
    serviceLabels: ['webmail', 'imap', 'smtp', 'pop'],
  },
};

/** Ports of the services as the outside reaches them; null where one is off. */
export interface ServicePorts {
  readonly imaps: number | null;
  readonly imap: number | null;
  readonly submissions: number | null;
  readonly submission: number | null;
  readonly pop3s: number | null;
  readonly sieve: number | null;
  /** HTTPS. */
  readonly https: number;
}

/** Where the records of a domain lead. Names are A-labels, lower case. */
export interface RecordPlan {
  readonly template: RecordTemplate;
  /** Mail exchangers, the preferred one first; at least one. */
  readonly mailExchangers: readonly string[];
  /** Host of IMAP, submission, POP3 and the web. */
  readonly serviceHost: string;
  /** Another way to the same services (CLI-06), or null. */
  readonly backupHost: string | null;
  /** Name whose SPF record lists our outgoing servers; null: they are the mail exchangers. */
  readonly spfInclude: string | null;
  readonly ports: ServicePorts;
  readonly mtaSts: MtaStsOptions;
}

export interface MtaStsOptions {
  readonly mode: 'none' | 'testing' | 'enforce';
  /** Seconds; at most 31 557 600 (RFC 8461 §3.2). */
  readonly maxAge: number;
}

/** The policy that is served at `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 §3.2). */
export function mtaStsPolicy(plan: RecordPlan): string {
  const { mode, maxAge } = plan.mtaSts;
  const hosts = plan.mailExchangers.map(host => `mx: ${host}\r\n`).join('');
  return `version: STSv1\r\nmode: ${mode}\r\n${hosts}max_age: ${maxAge}\r\n`;
}

/** `id` of the policy (RFC 8461 §3.1): another one for every other policy, 1 to 32 letters and digits. */
export function mtaStsId(plan: RecordPlan): string {
  return createHash('sha256').update(mtaStsPolicy(plan)).digest('hex').slice(0, 20);
}
