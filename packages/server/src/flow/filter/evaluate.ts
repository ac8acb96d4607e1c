import { Buffer } from 'node:buffer';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import { SieveMessage } from '@hongyan/formats/sieve/execution/message.ts';
import { runSieve, type SieveOutcome } from '@hongyan/formats/sieve/script.ts';
import { type Scope, systemScope } from '../../access/scope.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { ActiveScript } from '../../sieve/active-script.ts';
import type { SpoolMessage, SpoolRecipient } from '../../store/spool/types.ts';
import type { FlowContext } from '../context.ts';
import type { DeliveryFolder } from '../ports.ts';
import type { FilterDoor } from './door.ts';
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

/**
 * The recipient's active script, if `wanted`, with all that it can ask about the delivery; null when there is none, or
 * when the member's forms decide first, which they do at delivery.
 */
export async function openFiltering(
  context: FlowContext,
  incoming: Incoming,
  wanted: (active: ActiveScript) => boolean,
): Promise<{ readonly filtering: Filtering; readonly active: ActiveScript } | null> {
  const door = context.filters;
  if (door === undefined) return null;
  const scope = systemScope(incoming.message.tenantId, incoming.accountId, 'filter script');
  const active = await door.activeScript(scope);
  if (active === null || !wanted(active) || (await door.deciders(scope)).forms) return null;
  return { filtering: await openDelivery(context, door, scope, incoming), active };
}

/** What is known of a delivery, for forms and scripts. */
export async function openDelivery(
  context: FlowContext,
  door: FilterDoor,
  scope: Scope,
  incoming: Incoming,
): Promise<Filtering> {
  const { message, recipient, summary, prefix, deliveryId } = incoming;
  const end = Math.min(summary.headerSize, mostHeaderBytes);
  const own =
    end === 0 ? Buffer.alloc(0) : await context.blobs.readRange(message.tenantId, message.blob.hash, 0, end);
  return {
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
    size: message.blob.size,
  }));
}

/** What the script decides; nothing is done yet. */
export async function runActive(filtering: Filtering, active: ActiveScript): Promise<SieveOutcome> {
  const { reading } = active;
  if (reading.kind === 'invalid') return { kind: 'failed', problem: reading.problem };
  return runSieve(reading.script, view(filtering), environmentOf(filtering));
}
