import type { Scope } from '../../../access/scope.ts';
import { readStates } from '../../../mailbox/emails/states.ts';
import type { JmapContext } from '../context.ts';
import { printState } from '../states.ts';

/** The present state of Email (RFC 8620 §5.1). */
export async function emailState(ctx: JmapContext, scope: Scope): Promise<string> {
  return ctx.mailboxes.accounts.read(scope, async reader =>
    printState((await readStates(reader, scope)).email),
  );
}
