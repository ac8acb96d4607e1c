// npm run check: types, lint, format, import directions, sizes, unused code, phrases, RFC index.
import { runChecks } from './checks/all.ts';

const counts = await runChecks(text => process.stdout.write(`${text}\n`));
process.exitCode = counts.failed > 0 ? 1 : 0;
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
