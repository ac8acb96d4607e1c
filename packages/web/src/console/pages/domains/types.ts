/** A domain as the API tells it (DOM-01 to DOM-18). */
export interface Domain {
  readonly name: string;
  readonly unicodeName: string;
  readonly primary: boolean;
  readonly state: 'pending' | 'active' | 'drifted' | 'gone' | 'ended';
  readonly stateSince: string;
  readonly checkedAt: string | null;
  readonly realName: 'not_required' | 'pending' | 'approved';
  readonly trial: boolean;
  readonly retiresAt: string | null;
  readonly dnsHost: string | null;
  readonly summary: {
    readonly receiving: Part;
    readonly superfluous: number;
    readonly trust: Part;
    readonly access: Part;
  } | null;
}

export type Part = 'ok' | 'waiting' | 'attention' | 'unanswered';

export type RecordGroup = 'receive' | 'trust' | 'access';

export interface DomainRecord {
  readonly id: string;
  readonly group: RecordGroup;
  readonly type: 'MX' | 'TXT' | 'CNAME' | 'SRV';
  readonly name: string;
  readonly host: string;
  readonly priority: number | null;
  readonly value: string;
  readonly state: 'ok' | 'missing' | 'wrong' | 'advised' | 'unanswered' | null;
  readonly found: readonly string[];
}

export interface DomainRecords {
  readonly records: readonly DomainRecord[];
  readonly superfluous: readonly { readonly preference: number; readonly exchange: string }[];
}

export interface Lookup extends DomainRecords {
  readonly domain: string;
  /** Null: nobody could tell. */
  readonly exists: boolean | null;
  readonly dnsHost: string | null;
}

export interface Claim {
  readonly name: string;
  readonly unicodeName: string;
  readonly state: 'unverified' | 'protected';
  readonly proof: readonly {
    readonly type: string;
    readonly name: string;
    readonly host: string;
    readonly value: string;
  }[];
  readonly dueAt: string | null;
}

export interface DomainOptions {
  readonly membersWaitForMx: boolean;
  readonly trialSuffix: string | null;
  readonly registrar: string | null;
}

/** Path of a domain in the API. */
export function domainPath(name: string): string {
  return `/domains/${encodeURIComponent(name)}`;
}
