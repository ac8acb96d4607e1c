import { writeFileSync } from 'node:fs';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** What a run of the test runner came to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

function where(data: { file?: string; line?: number }): string {
  return data.file ? ` (${data.file.replace(`${process.cwd()}/`, '')}:${data.line ?? 1})` : '';
}

/**
 * Prints failures in full, skipped tests by name with their reason, and nothing about what passed.
 * The counts go to the file named by HONGYAN_TEST_COUNTS as JSON.
 */
export default async function* reporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const event of events) {
    switch (event.type) {
      case 'test:pass':
        if (event.data.skip !== undefined || event.data.todo !== undefined) {
          const reason = event.data.skip ?? event.data.todo;
          yield `skipped: ${event.data.name}${typeof reason === 'string' && reason ? `: ${reason}` : ''}${where(event.data)}\n`;
        }
        break;
      case 'test:fail': {
        const error = event.data.details.error;
        yield `FAILED: ${event.data.name}${where(event.data)}\n${inspect(error.cause ?? error)}\n`;
        break;
      }
      case 'test:stderr':
      case 'test:stdout':
        yield event.data.message;
        break;
      case 'test:summary':
        // The summary without a file is the one of the whole run.
        if (event.data.file === undefined) {
          counts.passed = event.data.counts.passed;
          counts.failed =
            event.data.counts.tests -
            event.data.counts.passed -
            event.data.counts.skipped -
            event.data.counts.todo;
          counts.skipped = event.data.counts.skipped + event.data.counts.todo;
        }
        break;
      default:
        break;
    }
  }
  const target = process.env['HONGYAN_TEST_COUNTS'];
  if (target) writeFileSync(target, JSON.stringify(counts));
}
