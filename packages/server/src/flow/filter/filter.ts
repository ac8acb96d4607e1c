import { flattenAddresses, parseAddresses } from '@hongyan/formats/message/address.ts';
import type { SieveAction } from '@hongyan/formats/sieve/execution/action.ts';
import { systemScope } from '../../access/scope.ts';
import type { MemberForms } from '../../personal/filtering/forms.ts';
import { isMailError } from '../../platform/errors.ts';
import type { ActiveScript } from '../../sieve/active-script.ts';
import type { FlowContext } from '../context.ts';
import { CarryOut } from './carry-out.ts';
import { type Incoming, openDelivery, runActive } from './evaluate.ts';
import type { Filtering } from './filtering.ts';

const keep: readonly SieveAction[] = [{ kind: 'keep', flags: [], edited: null }];

/** Name under which logs and the trace speak of a member's forms. */
const formsName = 'rules';

/**
 * Lets the member's forms and then the active script decide about a delivery, and does what they say: the sender lists
 * first (FLT-02, FLT-03), then rules, forward and answer (FLT-01, SET-12, SET-11); the script decides about what those
 * leave in the inbox. Resolves with a line for the trace, or null when there is neither: the caller files the message
 * then. What fails keeps the message (RFC 5228 §2.10.6). Throws `quota.exceeded`, `store.*` and other failures of filing
 * as `MailboxDoor.deliver` does.
 */
export async function filterDelivery(context: FlowContext, incoming: Incoming): Promise<string | null> {
  const door = context.filters;
  if (door === undefined) return null;
  const scope = systemScope(incoming.message.tenantId, incoming.accountId, 'filter script');
  const { forms, active } = await door.deciders(scope);
  if (active === null && forms === null) return null;
  const filtering = await openDelivery(context, door, scope, incoming);
  const listed = forms?.senders.verdict(sendersOf(filtering)) ?? null;
  // Whose name was borrowed is not who is welcome.
  const verdict = listed === 'allow' && incoming.recipient.details.forged === true ? null : listed;
  if (verdict === 'block') {
    const done = await new CarryOut(filtering, 'junk').run(keep);
    return `${done}; the sender is blocked`;
  }
  const folder = verdict === 'allow' ? 'inbox' : incoming.folder;
  const wanted = verdict === 'allow' ? welcomed(filtering) : filtering;
  const { actions, notes } = await decideAll(wanted, folder === 'junk' ? null : forms, active);
  const done = await new CarryOut(wanted, folder).run(actions);
  const name = active === null ? '' : `script ${JSON.stringify(active.name)}: `;
  return notes.length === 0 ? name + done : [done, ...notes].join('; ');
}

/** The addresses that a message comes from: the envelope's and those of From. */
function sendersOf({ message, header }: Filtering): string[] {
  const from = header.all('from').flatMap(value => flattenAddresses(parseAddresses(value)));
  return [message.reversePath, ...from.map(({ local, domain }) => `${local}@${domain}`)].filter(Boolean);
}

/** As if nobody had taken it for junk. */
function welcomed(filtering: Filtering): Filtering {
  const { recipient } = filtering;
  return { ...filtering, recipient: { ...recipient, details: { ...recipient.details, junk: false } } };
}

/** What the forms say, then what the script says about mail that they leave where it is. */
async function decideAll(
  filtering: Filtering,
  forms: MemberForms | null,
  active: ActiveScript | null,
): Promise<{ readonly actions: readonly SieveAction[]; readonly notes: readonly string[] }> {
  const reading = (await forms?.script(filtering.context.clock.now())) ?? null;
  const first =
    reading === null ? null : await decide(filtering, { name: formsName, reading, mayRefuse: true });
  const kept = first?.actions.find(action => action.kind === 'keep') ?? null;
  const notes = first?.note ? [first.note] : [];
  if (first !== null && (kept === null || active === null)) return { actions: first.actions, notes };
  if (active === null) return { actions: keep, notes };
  const second = await decide(filtering, active);
  if (second.note) notes.push(second.note);
  if (first === null) return { actions: second.actions, notes };
  const answers = first.actions.some(action => action.kind === 'vacation');
  const flags = kept?.flags ?? [];
  const later = second.actions
    .filter(action => !(answers && action.kind === 'vacation'))
    .map(action =>
      'flags' in action ? { ...action, flags: [...new Set([...flags, ...action.flags])] } : action,
    );
  return { actions: [...first.actions.filter(action => action.kind !== 'keep'), ...later], notes };
}

async function decide(
  filtering: Filtering,
  active: ActiveScript,
): Promise<{ readonly actions: readonly SieveAction[]; readonly note: string | null }> {
  const { context, message, scope } = filtering;
  let reason: string;
  try {
    const outcome = await runActive(filtering, active);
    const edits =
      outcome.kind === 'done' && outcome.actions.some(one => 'edited' in one && one.edited !== null);
    if (outcome.kind === 'done' && (filtering.wholeHeader || !edits))
      return { actions: outcome.actions, note: null };
    reason = outcome.kind === 'failed' ? outcome.problem.message : 'the header is too large to be edited';
    context.log.warn('sieve.failed', { queueId: message.queueId, account: scope.accountId, reason });
  } catch (error) {
    // The store comes back: the delivery is tried again. Anything else must not hold the message up.
    if (isMailError(error) && error.temporary) throw error;
    reason = 'internal error';
    context.log.error('sieve.broken', { queueId: message.queueId, account: scope.accountId, error });
  }
  return { actions: keep, note: `the filter script ${JSON.stringify(active.name)} failed: ${reason}` };
}
