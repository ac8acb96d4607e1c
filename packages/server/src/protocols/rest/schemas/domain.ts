import { type TUnsafe, Type } from 'typebox';
import { type DomainClaim } from '../../../domains/claims/claims.ts';
import type { CheckedRecord, RecordState, ReportSummary } from '../../../domains/records/report.ts';
import { valueText, type WantedRecord } from '../../../domains/records/wanted.ts';
import type { DomainStatus } from '../../../domains/status.ts';
import { moment, named, nullable, object, oneOf } from '../kit/schema.ts';

/** `{name}` of a path: any spelling of the domain. */
export const domainName: Type.TString = Type.String({ minLength: 1, maxLength: 320, description: 'Domain' });

const states = ['pending', 'active', 'drifted', 'gone', 'ended'] as const;
const parts = ['ok', 'waiting', 'attention', 'unanswered'] as const;

export interface DomainAnswer
  extends Omit<
    DomainStatus,
    'createdAt' | 'stateSince' | 'checkedAt' | 'nextLookAt' | 'retiresAt' | 'report'
  > {
  readonly createdAt: string;
  readonly stateSince: string;
  readonly checkedAt: string | null;
  readonly retiresAt: string | null;
}

export const domainSchema: TUnsafe<DomainAnswer> = named<DomainAnswer>('Domain')(
  object({
    name: Type.String({ description: 'A-labels' }),
    unicodeName: Type.String({ description: 'As people read it' }),
    primary: Type.Boolean({ description: 'New addresses are offered in it' }),
    createdAt: moment(),
    state: oneOf(states, {
      description:
        'pending: not in effect yet; active: mail comes here; drifted: it goes elsewhere; gone: the name does not exist; ended: service ended',
    }),
    stateSince: moment(),
    checkedAt: nullable(moment('Last look into the DNS')),
    realName: oneOf(['not_required', 'pending', 'approved']),
    icpFiled: Type.Boolean(),
    trial: Type.Boolean(),
    retiresAt: nullable(moment('Until when the addresses of a retired trial domain lead to their new ones')),
    dnsHost: nullable(Type.String({ description: 'Who hosts the zone' })),
    summary: nullable(
      Type.Unsafe<ReportSummary>(
        object({
          receiving: oneOf(parts),
          superfluous: Type.Integer({ description: 'MX records to delete' }),
          trust: oneOf(parts),
          access: oneOf(parts),
        }),
      ),
    ),
  }),
);

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

export function domainAnswer(status: DomainStatus): DomainAnswer {
  const { name, unicodeName, primary, state, realName, icpFiled, trial, dnsHost, summary } = status;
  return {
    name,
    unicodeName,
    primary,
    createdAt: new Date(status.createdAt).toISOString(),
    state,
    stateSince: new Date(status.stateSince).toISOString(),
    checkedAt: iso(status.checkedAt),
    realName,
    icpFiled,
    trial,
    retiresAt: iso(status.retiresAt),
    dnsHost,
    summary,
  };
}

export interface RecordAnswer {
  readonly id: string;
  readonly group: WantedRecord['group'];
  readonly need: WantedRecord['need'];
  readonly type: WantedRecord['type'];
  readonly name: string;
  readonly host: string;
  readonly ttl: number;
  readonly priority: number | null;
  readonly value: string;
  readonly state: RecordState | null;
  readonly found: readonly string[];
}

export const recordSchema: TUnsafe<RecordAnswer> = named<RecordAnswer>('DomainRecord')(
  object({
    id: Type.String(),
    group: oneOf(['receive', 'trust', 'access']),
    need: oneOf(['required', 'advised', 'optional']),
    type: oneOf(['MX', 'TXT', 'CNAME', 'SRV']),
    name: Type.String({ description: 'Whole name' }),
    host: Type.String({ description: 'Relative to the domain, @ for the domain itself' }),
    ttl: Type.Integer({ description: 'Seconds' }),
    priority: nullable(Type.Integer({ description: 'Of MX records' })),
    value: Type.String(),
    state: nullable(
      oneOf(['ok', 'missing', 'wrong', 'advised', 'unanswered'], {
        description: 'At the last look; null before the first',
      }),
    ),
    found: Type.Array(Type.String(), { description: 'What the DNS had in its place' }),
  }),
);

export function recordAnswer(record: WantedRecord, checked: CheckedRecord | undefined): RecordAnswer {
  const { id, group, need, type, name, host, ttl } = record;
  return {
    id,
    group,
    need,
    type,
    name,
    host,
    ttl,
    priority: record.type === 'MX' ? record.preference : null,
    value: valueText(record),
    state: checked?.state ?? null,
    found: checked?.found ?? [],
  };
}

export const mxSchema: Type.TObject<{
  preference: Type.TInteger;
  exchange: Type.TString;
}> = object({ preference: Type.Integer(), exchange: Type.String() });

export interface ClaimAnswer extends Omit<DomainClaim, 'createdAt' | 'verifiedAt' | 'dueAt'> {
  readonly createdAt: string;
  readonly verifiedAt: string | null;
  readonly dueAt: string | null;
}

export const claimSchema: TUnsafe<ClaimAnswer> = named<ClaimAnswer>('DomainClaim')(
  object({
    name: Type.String(),
    unicodeName: Type.String(),
    state: oneOf(['unverified', 'protected']),
    proof: Type.Array(
      object({
        type: oneOf(['CNAME', 'TXT']),
        name: Type.String(),
        host: Type.String(),
        value: Type.String(),
      }),
      { description: 'One of these records proves ownership' },
    ),
    createdAt: moment(),
    verifiedAt: nullable(moment()),
    dueAt: nullable(moment('When the domain changes hands')),
  }),
);

export function claimAnswer(claim: DomainClaim): ClaimAnswer {
  return {
    ...claim,
    createdAt: new Date(claim.createdAt).toISOString(),
    verifiedAt: iso(claim.verifiedAt),
    dueAt: iso(claim.dueAt),
  };
}
