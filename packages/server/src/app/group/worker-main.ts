// Entry of a forked process of the group. Its one argument is the drain time in ms.
import { systemClock } from '../../platform/clock.ts';
import { keepCompiledCode } from '../runtime/compiled-code.ts';
import { collectLessOften } from '../runtime/heap.ts';

collectLessOften(systemClock);
keepCompiledCode(process.env);
// After it, so that it holds for all that is loaded from here on.
const { runWorker } = await import('./worker.ts');

const drainMs = Number(process.argv[2] ?? 0);
runWorker(() => drainMs);
