import { copyMailWorker } from '../mail-copy/copy-mail.ts';
import { setQuotasWorker } from '../quotas/set-quotas.ts';
import { freeMailWorker } from '../recycle-bin/purge.ts';
import type { JobWorker } from './runner.ts';

/** Every kind of job there is. */
export const jobWorkers: readonly JobWorker[] = [copyMailWorker, freeMailWorker, setQuotasWorker];
