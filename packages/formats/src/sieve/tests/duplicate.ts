import { createHash } from 'node:crypto';
import { isHeaderName } from '../execution/headers.ts';
import type { Run } from '../execution/run.ts';
import type { Arguments } from '../language/arguments.ts';
import type { TestShape } from '../language/shape.ts';
import { excerpt, SieveProblem } from '../problem.ts';

function valueOf(run: Run, args: Arguments): string | null {
  const unique = args.text('uniqueid');
  if (unique !== null) return run.text(unique);
  const header = args.text('header');
  const name = header === null ? 'message-id' : run.text(header).toLowerCase();
  return run.message.header.first(name);
}

/** The handle, how the value was found and the value, under one key of fixed length. */
function keyOf(handle: string, kind: string, value: string): string {
  return createHash('sha256')
    .update(JSON.stringify([handle, kind, value]))
    .digest('base64url');
}

/** Whether a message of the same identity came before (RFC 7352). The message is remembered when all else is done. */
export const duplicate: TestShape = {
  name: 'duplicate',
  requires: 'duplicate',
  rfc: '7352',
  tags: {
    handle: { value: 'string' },
    header: { value: 'string', group: 'identity' },
    uniqueid: { value: 'string', group: 'identity' },
    seconds: { value: 'number' },
    last: {},
  },
  prepare(args, { limits }) {
    const header = args.text('header');
    if (header?.kind === 'constant' && !isHeaderName(header.value))
      throw new SieveProblem('bad_header_name', header.at, { name: excerpt(header.value) });
    const seconds = Math.min(args.number('seconds') ?? 7 * 86_400, limits.duplicateSeconds);
    const kind = args.oneOf(['uniqueid', 'header']) ?? 'header';
    return async run => {
      const value = valueOf(run, args);
      // RFC 7352 §3.1: without a value there is nothing to compare.
      if (value === null) return false;
      const handle = args.text('handle');
      const id = keyOf(handle === null ? '' : run.text(handle), kind, value);
      const seen = await run.environment.seen(id);
      const again = run.actions.some(action => action.kind === 'remember' && action.id === id);
      if ((!seen || args.has('last')) && !again) run.act({ kind: 'remember', id, seconds }, args.at, true);
      return seen;
    };
  },
};
