import { type TUnsafe, Type } from 'typebox';
import type { Job } from '../../../administration/jobs/jobs.ts';
import type { RecycledAccount } from '../../../directory/recycle-bin/recycled.ts';
import { moment, named, nullable, object, oneOf } from '../kit/schema.ts';
import { momentOf } from './people.ts';

export interface JobAnswer {
  readonly id: number;
  readonly kind: string;
  readonly state: Job['state'];
  readonly total: number;
  readonly done: number;
  readonly error: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export const jobSchema: TUnsafe<JobAnswer> = named<JobAnswer>('Job')(
  object({
    id: Type.Integer(),
    kind: Type.String({ description: '`mail.copy`, `mail.free`, `members.quota`' }),
    state: oneOf(['waiting', 'running', 'done', 'failed', 'cancelled']),
    total: Type.Integer({ description: 'Steps that are expected; 0: not known yet' }),
    done: Type.Integer(),
    error: nullable(Type.String({ description: 'Code of the error when it failed' })),
    createdBy: Type.String(),
    createdAt: moment(),
    finishedAt: nullable(moment()),
  }),
);

export function jobAnswer(job: Job): JobAnswer {
  return {
    id: job.jobId,
    kind: job.kind,
    state: job.state,
    total: job.total,
    done: job.done,
    error: job.error,
    createdBy: job.createdBy,
    createdAt: momentOf(job.createdAt),
    finishedAt: job.finishedAt === null ? null : momentOf(job.finishedAt),
  };
}

export interface RecycledAnswer {
  readonly id: number;
  readonly kind: 'person' | 'public';
  readonly name: string;
  readonly address: string;
  readonly state: RecycledAccount['state'];
  readonly deletedAt: string;
  readonly deletedBy: string;
  readonly expiresAt: string;
  readonly restoredAt: string | null;
  readonly successorId: number | null;
}

export const recycledSchema: TUnsafe<RecycledAnswer> = named<RecycledAnswer>('RecycledMailbox')(
  object({
    id: Type.Integer(),
    kind: oneOf(['person', 'public']),
    name: Type.String(),
    address: Type.String(),
    state: oneOf(['kept', 'spent', 'restored'], {
      description: '`kept`: may be restored; `spent`: was restored once before; `restored`: is back',
    }),
    deletedAt: moment(),
    deletedBy: Type.String(),
    expiresAt: moment('When nothing is left'),
    restoredAt: nullable(moment()),
    successorId: nullable(Type.Integer({ description: 'Who got its addresses' })),
  }),
);

export function recycledAnswer(item: RecycledAccount): RecycledAnswer {
  return {
    id: item.accountId,
    kind: item.kind,
    name: item.name,
    address: item.address,
    state: item.state,
    deletedAt: momentOf(item.deletedAt),
    deletedBy: item.deletedBy,
    expiresAt: momentOf(item.expiresAt),
    restoredAt: item.restoredAt === null ? null : momentOf(item.restoredAt),
    successorId: item.successorId,
  };
}
