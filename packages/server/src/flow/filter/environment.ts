import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { SieveEnvironment } from '@hongyan/formats/sieve/execution/environment.ts';
import { attachmentNames } from '../../personal/filtering/attachment-names.ts';
import { attachmentsItem } from '../../personal/filtering/compile-condition.ts';
import { factsOf } from '../queue/queued.ts';
import { findFolder, roleOf } from './file.ts';
import type { Filtering } from './filtering.ts';

/** Minutes east of Greenwich of the server's own zone at a moment. */
function serverZone(now: number): number {
  return -new Date(now).getTimezoneOffset();
}

/** RFC 5183 §4.1. */
function item({ context, message, summary }: Filtering, name: string): string | null {
  const { peer } = factsOf(message);
  switch (name) {
    case 'domain':
      return context.hostname.slice(context.hostname.indexOf('.') + 1);
    case 'host':
      return context.hostname;
    case 'location':
      return 'MDA';
    case 'name':
      return 'Hongyan';
    case 'phase':
      return 'during';
    case 'remote-host':
      return peer.helo ?? '';
    case 'remote-ip':
      return peer.address;
    case attachmentsItem:
      return attachmentNames(decodeParts(summary.parts));
    default:
      return null;
  }
}

/** What a script may ask about a delivery and its account. */
export function environmentOf(filtering: Filtering): SieveEnvironment {
  const { context, door, scope, owner, message, recipient } = filtering;
  const now = context.clock.now();
  return {
    now,
    zone: serverZone(now),
    envelope: { from: message.reversePath, to: recipient.details.original ?? recipient.address },
    owner: { address: owner.address, name: owner.displayName },
    item: name => item(filtering, name),
    mailboxExists: async name => findFolder(await door.folders(scope), name) !== null,
    async specialUse(mailbox, use) {
      const role = roleOf(use);
      const folders = await door.folders(scope);
      const within = mailbox === null ? folders : [findFolder(folders, mailbox)];
      return role !== null && within.some(folder => folder?.role === role);
    },
    metadata: async (mailbox, entry) => (await door.facts?.metadata(scope, mailbox, entry)) ?? null,
    inList: async (list, value) => (await door.facts?.inList(scope, list, value)) ?? null,
    listMembers: async list => (await door.facts?.listMembers(scope, list)) ?? null,
    scores: factsOf(message).scores,
    seen: id => door.isKnown(scope, 'seen', id),
    script: async (location, name) => (location === 'personal' ? door.script(scope, name) : null),
  };
}
