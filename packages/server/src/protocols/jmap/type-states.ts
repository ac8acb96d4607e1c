import type { TypeStates } from '@hongyan/formats/jmap/push.ts';
import type { Scope } from '../../access/scope.ts';
import { readStates } from '../../mailbox/emails/states.ts';
import { objectPoint } from '../../mailbox/sending/objects.ts';
import type { JmapContext } from './context.ts';
import { printState } from './states.ts';

/**
 * Where every type of an account stands. `EmailDelivery` moves when a message comes, not when one is only touched
 * (RFC 8621 §1.5).
 */
export async function typeStates(ctx: JmapContext, scope: Scope): Promise<TypeStates> {
  return ctx.mailboxes.accounts.read(scope, async reader => {
    const states = await readStates(reader);
    return {
      Mailbox: printState(states.mailbox),
      Email: printState(states.email),
      Thread: printState(states.thread),
      EmailDelivery: String(states.email.next),
      Identity: printState(await objectPoint(reader, 'i')),
      EmailSubmission: printState(await objectPoint(reader, 's')),
    };
  });
}
