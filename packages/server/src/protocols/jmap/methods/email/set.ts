import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseId } from '@hongyan/formats/jmap/id.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../../access/scope.ts';
import { afterDestroying, destroyEmail } from '../../../../mailbox/emails/change-email.ts';
import { accountIdOf, writingScope } from '../../accounts.ts';
import { createEmail } from '../../emails/create-email.ts';
import { emailState, emailStateIn } from '../../emails/state.ts';
import { updateEmail } from '../../emails/update-email.ts';
import type { Method, RequestState } from '../../method.ts';
import {
  notFound,
  readSet,
  requireState,
  resolveId,
  type SetArguments,
  SetOutcome,
} from '../../standard-set.ts';
import { guarded } from '../../state-guard.ts';

/** Objects changed side by side: they share a commit. */
const together = 32;

async function destroy(request: RequestState, scope: Scope, id: string): Promise<void> {
  const number = parseId('e', id);
  if (number === null) throw notFound();
  await destroyEmail(request.ctx.mailboxes, scope, number);
}

/** Runs `work` for every item, `together` at a time. */
async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += together) {
    await Promise.all(items.slice(from, from + together).map(work));
  }
}

async function change(request: RequestState, scope: Scope, wanted: SetArguments): Promise<SetOutcome> {
  const outcome = new SetOutcome(request.ctx);
  for (const [key, object] of wanted.create) {
    await outcome.create(request, key, () => createEmail(request, scope, object));
  }
  const doomed = new Set(wanted.destroy.map(id => resolveId(request, id) ?? id));
  await inGroups(wanted.update, ([key, object]) => {
    const id = resolveId(request, key) ?? key;
    return outcome.update(id, async () => {
      if (doomed.has(id)) throw new SetError('willDestroy');
      return updateEmail(request, scope, id, object);
    });
  });
  await inGroups([...doomed], id => outcome.destroy(id, () => destroy(request, scope, id)));
  if (doomed.size > 0) await afterDestroying(request.ctx.mailboxes, scope);
  return outcome;
}

/** Email/set (RFC 8621 §4.6). */
export const emailSet: Method = {
  name: 'Email/set',
  capability: Capability.Mail,
  async run(request, args) {
    const { ctx } = request;
    const scope = writingScope(request, args);
    const wanted = readSet(request, args);
    args.end();
    const oldState = await emailState(ctx, scope);
    requireState(wanted.ifInState, oldState);
    const outcome = await guarded(request, scope, wanted.ifInState, emailStateIn(scope), inState =>
      change(inState, scope, wanted),
    );
    return {
      response: {
        accountId: accountIdOf(scope),
        oldState,
        newState: await emailState(ctx, scope),
        ...outcome.toJSON(),
      },
    };
  },
};
