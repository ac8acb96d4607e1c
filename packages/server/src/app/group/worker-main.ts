// Entry of a forked process of the group. Its one argument is the drain time in ms.
import { collectLessOften } from '../serve/heap.ts';
import { runWorker } from './worker.ts';

collectLessOften();

const drainMs = Number(process.argv[2] ?? 0);
runWorker(() => drainMs);
