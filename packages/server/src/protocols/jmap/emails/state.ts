import type { Scope } from '../../../access/scope.ts';
import { readStates } from '../../../mailbox/emails/states.ts';
import type { JmapContext } from '../context.ts';
import type { PresentState } from '../state-guard.ts';
import { printState } from '../states.ts';

/** The state of Email in a snapshot, as the scope sees it. */
export function emailStateIn(scope: Scope): PresentState {
  return async reader => printState((await readStates(reader, scope)).email);
}

/** The present state of Email (RFC 8620 §5.1). */
export async function emailState(ctx: JmapContext, scope: Scope): Promise<string> {
  return ctx.mailboxes.accounts.read(scope, emailStateIn(scope));
}
