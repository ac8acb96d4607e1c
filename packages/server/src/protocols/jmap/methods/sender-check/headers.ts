import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import type { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import type { Scope } from '../../../../access/scope.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import type { JmapContext } from '../../context.ts';
import { StoredSource } from '../../emails/message-source.ts';
import { printState } from '../../states.ts';

/** The headers of emails by their ids; those that are not there are left out. */
export async function headersOf(
  ctx: JmapContext,
  scope: Scope,
  ids: readonly string[],
): Promise<{ readonly state: string; readonly blocks: Map<string, readonly HeaderBlock[]> }> {
  const numbers = ids.flatMap(id => parseId('e', id) ?? []);
  const found = await readEmails(ctx.mailboxes, ctx.indexes, scope, numbers);
  const blocks = new Map<string, readonly HeaderBlock[]>();
  for (const content of found.emails) {
    blocks.set(printId('e', content.id), await new StoredSource(ctx.mailboxes, scope, content).headers());
  }
  return { state: printState(found.state), blocks };
}
