import type { Operation } from '../../kit/operation.ts';
import { jobsCancel } from './cancel.ts';
import { jobsGet } from './get.ts';
import { jobsList } from './list.ts';
import { jobsRetry } from './retry.ts';

export const jobOperations: readonly Operation[] = [jobsList, jobsGet, jobsCancel, jobsRetry];
