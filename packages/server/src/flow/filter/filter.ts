import { Buffer } from 'node:buffer';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import type { SieveAction } from '@hongyan/formats/sieve/execution/action.ts';
import { SieveMessage } from '@hongyan/formats/sieve/execution/message.ts';
import { runSieve, type SieveOutcome } from '@hongyan/formats/sieve/script.ts';
import { systemScope } from '../../access/scope.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { ActiveScript } from '../../sieve/active-script.ts';
import type { SpoolMessage, SpoolRecipient } from '../../store/spool/types.ts';
import type { FlowContext } from '../context.ts';
import type { DeliveryFolder } from '../ports.ts';
import { CarryOut } from './carry-out.ts';
import { environmentOf } from './environment.ts';
import { type Filtering, mostBodyBytes, mostHeaderBytes } from './filtering.ts';

/** What there is to file. */
export interface Incoming {
  readonly message: SpoolMessage;
  readonly recipient: SpoolRecipient;
  readonly accountId: AccountId;
  readonly summary: MessageSummary;
  readonly prefix: Uint8Array;
  readonly deliveryId: string;
  /** Where it goes without a script. */
  readonly folder: DeliveryFolder;
}

const keep: readonly SieveAction[] = [{ kind: 'keep', flags: [], header: null }];

/**
 * Lets the account's active script decide about a delivery and does what it says. Resolves with a line for the trace,
 * or null when there is no script: the caller files the message then. A script that fails keeps the message
 * (RFC 5228 §2.10.6). Throws `quota.exceeded`, `store.*` and other failures of filing as `MailboxDoor.deliver` does.
 */
export async function filterDelivery(context: FlowContext, incoming: Incoming): Promise<string | null> {
  const opened = await openFiltering(context, incoming, () => true);
  if (opened === null) return null;
  const { filtering, active } = opened;
  const { actions, note } = await decide(filtering, active);
  const done = await new CarryOut(filtering, incoming.folder).run(actions);
  return note === null ? `script ${JSON.stringify(active.name)}: ${done}` : `${done}; ${note}`;
}

/** The recipient's active script, if `wanted`, with all that it can ask about the delivery; null when there is none. */
export async function openFiltering(
  context: FlowContext,
  incoming: Incoming,
  wanted: (active: ActiveScript) => boolean,
): Promise<{ readonly filtering: Filtering; readonly active: ActiveScript } | null> {
  const door = context.filters;
  if (door === undefined) return null;
  const { message, recipient, accountId, summary, prefix, deliveryId } = incoming;
  const scope = systemScope(message.tenantId, accountId, 'filter script');
  const active = await door.activeScript(scope);
  if (active === null || !wanted(active)) return null;
  const end = Math.min(summary.headerSize, mostHeaderBytes);
  const own =
    end === 0 ? Buffer.alloc(0) : await context.blobs.readRange(message.tenantId, message.blob.hash, 0, end);
  const filtering: Filtering = {
    context,
    door,
    scope,
    owner: await door.owner(scope),
    message,
    recipient,
    summary,
    header: new HeaderBlock(Buffer.concat([message.prefix, own])),
    wholeHeader: end === summary.headerSize,
    prefix,
    deliveryId,
  };
  return { filtering, active };
}

function view({ context, message, summary, prefix, header }: Filtering): SieveMessage {
  const size = prefix.length + message.blob.size;
  return new SieveMessage(header.bytes, size, async () => ({
    bytes: await context.blobs.readRange(
      message.tenantId,
      message.blob.hash,
      0,
      Math.min(message.blob.size, mostBodyBytes),
    ),
    root: decodeParts(summary.parts),
  }));
}

/** What the script decides; nothing is done yet. */
export async function runActive(filtering: Filtering, active: ActiveScript): Promise<SieveOutcome> {
  const { reading } = active;
  if (reading.kind === 'invalid') return { kind: 'failed', problem: reading.problem };
  return runSieve(reading.script, view(filtering), environmentOf(filtering));
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
      outcome.kind === 'done' && outcome.actions.some(one => 'header' in one && one.header !== null);
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
