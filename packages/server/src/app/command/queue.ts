import type { Command } from 'commander';
import { systemScope } from '../../access/scope.ts';
import { factsOf } from '../../flow/queue/queued.ts';
import { withdrawQueued } from '../../personal/scheduled/scheduled-mail.ts';
import { isMailError } from '../../platform/errors.ts';
import {
  countQueue,
  listQueue,
  type QueueAdminContext,
  type QueueEntry,
  removeQueued,
  retryQueued,
  showQueued,
} from '../../store/spool/queue-admin.ts';
import type { SpoolRecipient } from '../../store/spool/types.ts';
import { exitCode } from '../exit-codes.ts';
import type { House } from '../house.ts';
import { personalContext } from '../personal.ts';
import { wakeQueue } from '../serve/wake-queue.ts';
import { type CommandContext, CommandError } from './context.ts';
import type { CommandBuilder } from './program.ts';
import { withHouse } from './with-house.ts';

/** Most messages listed at once. */
const maxListed = 1_000;

function admin(house: House): QueueAdminContext {
  return { database: house.spool.database, blobs: house.spool.blobs, clock: house.clock };
}

function recipientJson(recipient: SpoolRecipient): Record<string, unknown> {
  const { address, kind, state, attempts, due, lastError } = recipient;
  return { address, kind, state, attempts, due: new Date(due).toISOString(), lastError };
}

function entryJson({ message, recipients, more }: QueueEntry): Record<string, unknown> {
  const { queueId, tenantId, reversePath, acceptedAt, expiresAt, blob } = message;
  return {
    queueId,
    tenantId,
    sender: reversePath,
    size: blob.size,
    acceptedAt: new Date(acceptedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    recipients: recipients.map(recipientJson),
    more,
  };
}

function entryLines({ message, recipients, more }: QueueEntry): string[] {
  const head = [
    message.queueId,
    new Date(message.acceptedAt).toISOString(),
    `${message.blob.size} B`,
    `<${message.reversePath}>`,
  ].join('  ');
  const lines = recipients.map(recipient => {
    const { address, state, attempts, due, lastError } = recipient;
    const error = lastError ? `  ${lastError.code} ${lastError.text}` : '';
    return `    ${address}  ${state}  ${attempts}  ${new Date(due).toISOString()}${error}`;
  });
  return [head, ...lines, ...(more ? ['    …'] : [])];
}

async function allIds(house: House): Promise<string[]> {
  const ids = new Set<string>();
  let after = 0;
  for (;;) {
    const page = await listQueue(admin(house), after, maxListed, 0);
    for (const { message } of page) ids.add(message.queueId);
    const last = page.at(-1);
    if (!last || page.length < maxListed) return [...ids];
    after = last.message.id;
  }
}

/**
 * Removes a mail; where it waited for its time the account that sent it learns that it does not leave. It learns first: what
 * is canceled there never leaves, so that a crash in between leaves nothing wrong behind.
 */
async function removeForGood(house: House, context: QueueAdminContext, queueId: string): Promise<number> {
  for (const { message } of await showQueued(context, queueId, 0)) {
    const { submittedFrom } = factsOf(message);
    if (submittedFrom === undefined) continue;
    const scope = systemScope(message.tenantId, submittedFrom, 'queue');
    try {
      await withdrawQueued(personalContext(house), scope, queueId);
    } catch (error) {
      // The account went meanwhile.
      if (!isMailError(error, 'account.not_found')) throw error;
    }
  }
  return removeQueued(context, queueId);
}

async function forIds(
  ctx: CommandContext,
  house: House,
  ids: readonly string[],
  all: boolean,
  work: (context: QueueAdminContext, queueId: string) => Promise<number>,
): Promise<number> {
  if (!all && ids.length === 0)
    throw new CommandError(ctx.phrases.say('command.queue_which'), exitCode.usage);
  let changed = 0;
  for (const id of all ? await allIds(house) : ids) changed += await work(admin(house), id);
  if (!all && changed === 0) throw new CommandError(ctx.phrases.say('command.nothing'), exitCode.notFound);
  wakeQueue(house);
  return changed;
}

function addChanges(queue: Command, { phrases, run }: CommandBuilder): void {
  queue
    .command('retry [ids...]')
    .description(phrases.say('help.queue.retry'))
    .option('--all', phrases.say('help.queue.all'))
    .action((ids: string[], flags: { readonly all?: boolean }, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const recipients = await forIds(ctx, house, ids, flags.all === true, retryQueued);
          ctx.print({ recipients }, [phrases.say('command.queue_retried', { recipients })]);
          return undefined;
        }),
      ),
    );
  queue
    .command('remove [ids...]')
    .description(phrases.say('help.queue.remove'))
    .option('--all', phrases.say('help.queue.all'))
    .action((ids: string[], flags: { readonly all?: boolean }, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const recipients = await forIds(ctx, house, ids, flags.all === true, (context, id) =>
            removeForGood(house, context, id),
          );
          ctx.print({ recipients }, [phrases.say('command.queue_removed', { recipients })]);
          return undefined;
        }),
      ),
    );
}

export function addQueueCommands(program: Command, builder: CommandBuilder): void {
  const { phrases, run } = builder;
  const queue = program.command('queue').description(phrases.say('help.queue'));
  queue
    .command('list')
    .description(phrases.say('help.queue.list'))
    .action((_flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const entries = await listQueue(admin(house), 0, maxListed);
          const counts = await countQueue(admin(house));
          const lines = entries.flatMap(entryLines);
          ctx.print(
            { messages: entries.map(entryJson), counts },
            lines.length > 0 ? lines : [phrases.say('command.queue_empty')],
          );
          return undefined;
        }),
      ),
    );
  queue
    .command('show <id>')
    .description(phrases.say('help.queue.show'))
    .action((id: string, _flags, command: Command) =>
      run(command, ctx =>
        withHouse(ctx, async house => {
          const entries = await showQueued(admin(house), id);
          if (entries.length === 0) throw new CommandError(phrases.say('command.nothing'), exitCode.notFound);
          ctx.print(entries.map(entryJson), entries.flatMap(entryLines));
          return undefined;
        }),
      ),
    );
  addChanges(queue, builder);
}
