import { Buffer } from 'node:buffer';
import type { Edited } from '@hongyan/formats/sieve/execution/action.ts';
import { deliveryFields } from '../intake/received.ts';
import { senderOptionsOf } from '../queue/queued.ts';
import { editedBytes } from './edited.ts';
import { type Filtering, sentMemoryMs } from './filtering.ts';
import { sendMessage } from './send.ts';

async function* copyOf(filtering: Filtering, edited: Edited): AsyncGenerator<Uint8Array> {
  const { context, message, recipient } = filtering;
  // The Delivered-To field stays: by it a copy that comes back here is known (RFC 5228 §4.2, loops).
  const [, delivered = ''] = deliveryFields('', recipient.address).split('\r\n');
  yield Buffer.from(`${delivered}\r\n`);
  if (edited !== null) yield* editedBytes(filtering, edited);
  else {
    yield message.prefix;
    yield* context.blobs.stream(message.tenantId, message.blob.hash);
  }
}

/** Why a copy is not sent on: to the owner, or to somebody who had it already. */
export function isLoop({ owner, recipient, header }: Filtering, address: string): boolean {
  const to = address.toLowerCase();
  const own = [...owner.addresses, recipient.address, recipient.details.original ?? ''];
  if (own.some(one => one.toLowerCase() === to)) return true;
  const passed = header.all('delivered-to').map(value => value.trim().toLowerCase());
  return passed.includes(to);
}

/**
 * Sends the message on, once per delivery (RFC 5228 §4.2). The envelope's sender becomes the owner, who hears of
 * failures; the null reverse-path stays null. Throws what the acceptor throws. Returns what was done.
 */
export async function redirect(filtering: Filtering, address: string, edited: Edited): Promise<string> {
  const { message, owner, door, scope, deliveryId } = filtering;
  const key = `${deliveryId}\nredirect\n${address.toLowerCase()}`;
  if (await door.isKnown(scope, 'sent', key)) return `was sent on to ${address} already`;
  const sender = message.reversePath === '' ? '' : owner.address;
  // Binary parts stay binary: a server that cannot take them must not get them (RFC 3030 §3).
  const binary = senderOptionsOf(message).body === 'BINARYMIME' ? ({ body: 'BINARYMIME' } as const) : {};
  const id = await sendMessage(filtering, sender, [address], copyOf(filtering, edited), binary);
  await door.remember(scope, 'sent', key, sentMemoryMs);
  return `sent on to ${address} as ${id}`;
}
