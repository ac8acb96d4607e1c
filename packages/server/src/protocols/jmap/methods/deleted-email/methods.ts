import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { printUtcDate } from '@hongyan/formats/jmap/date.ts';
import { matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import { afterDestroying } from '../../../../mailbox/emails/change-email.ts';
import {
  type DeletedEmail,
  listDeleted,
  restoreDeleted,
} from '../../../../personal/deleted/deleted-emails.ts';
import { parseObjectId, printObjectId } from '../../../../personal/objects/kind.ts';
import { accountIdOf } from '../../accounts.ts';
import { toSetError } from '../../errors.ts';
import type { Method } from '../../method.ts';
import { orderObjects } from '../../personal/order.ts';
import { ownReadingScope, ownWritingScope } from '../../personal/standard.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';
import { resolveId } from '../../standard-set.ts';

const capability = Capability.Restore;
const kind = { prefix: 'dm' };
const properties = new Set(['id', 'subject', 'from', 'receivedAt', 'deletedAt', 'size', 'mailboxName']);
const sortable = new Set(['deletedAt', 'receivedAt', 'subject', 'size']);

function toObject(email: DeletedEmail): JsonObject {
  return {
    id: printObjectId(kind, email.id),
    subject: email.subject,
    from: email.from.map(({ name, email: address }) => ({ name, email: address })),
    receivedAt: printUtcDate(email.receivedAt),
    deletedAt: printUtcDate(email.deletedAt),
    size: email.size,
    mailboxName: email.mailboxName,
  };
}

function condition(object: JsonObject): (email: DeletedEmail) => boolean {
  const args = new Arguments(object);
  const text = args.string('text')?.toLowerCase() ?? null;
  const after = args.utcDate('after');
  const before = args.utcDate('before');
  args.end();
  return email =>
    (after === null || email.deletedAt >= after) &&
    (before === null || email.deletedAt < before) &&
    (text === null ||
      email.subject.toLowerCase().includes(text) ||
      email.from.some(one => `${one.name ?? ''} ${one.email}`.toLowerCase().includes(text)));
}

const deletedEmailGet: Method = {
  name: 'DeletedEmail/get',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const wanted = readGet(ctx, args, properties);
    args.end();
    const all = await listDeleted(ctx.personal, scope);
    const state = stateOf(all);
    const ids = wanted.ids === null ? null : new Set(wanted.ids);
    const chosen = all.filter(one => ids?.has(printObjectId(kind, one.id)) ?? true);
    const answer = answerGet(chosen.map(toObject), wanted, ctx);
    return { response: { accountId: accountIdOf(scope), state, ...answer } };
  },
};

/** Differs whenever the list does. */
function stateOf(all: readonly DeletedEmail[]): string {
  return `${all.length}.${all[0]?.deletedAt ?? 0}.${all.at(-1)?.id ?? 0}`;
}

const deletedEmailQuery: Method = {
  name: 'DeletedEmail/query',
  capability,
  async run(request, args) {
    const scope = ownReadingScope(request, args);
    const filter = readFilter(args.raw('filter'), condition);
    const sort = readSort(args.raw('sort'), sortable);
    const window = readWindow(args, mostResults);
    args.end();
    const all = await listDeleted(request.ctx.personal, scope);
    const found = all.filter(email => matches(filter, test => test(email)));
    const ordered = sort.length === 0 ? found : orderObjects(found, sort, valueOf);
    const ids = ordered.map(email => printObjectId(kind, email.id));
    return { response: answerQuery(scope, ids, window, id => id, stateOf(all), false) };
  },
};

function valueOf(email: DeletedEmail, property: string): string | number {
  return property === 'subject' ? email.subject : email[property as 'deletedAt' | 'receivedAt' | 'size'];
}

const deletedEmailRestore: Method = {
  name: 'DeletedEmail/restore',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const ids = [...new Set(args.strings('ids') ?? [])];
    const mailboxId = args.requiredString('mailboxId');
    args.end();
    if (ids.length > ctx.personal.limits.maxRestoreAtOnce) throw new MethodError('requestTooLarge');
    const target = parseId('m', resolveId(request, mailboxId) ?? '') ?? 0;
    const restored: [string, string][] = [];
    const failed: [string, JsonObject][] = [];
    for (const id of ids) {
      try {
        const number = parseObjectId(kind, id) ?? 0;
        restored.push([id, printId('e', await restoreDeleted(ctx.personal, scope, number, target))]);
      } catch (error) {
        failed.push([id, toSetError(error, ctx.log).toJSON()]);
      }
    }
    if (failed.some(([, error]) => textOf(error, 'type') === 'forbidden')) throw new MethodError('forbidden');
    await afterDestroying(ctx.mailboxes, scope);
    return {
      response: {
        accountId: accountIdOf(scope),
        restored: Object.fromEntries(restored),
        notRestored: Object.fromEntries(failed),
      },
    };
  },
};

/** DeletedEmail (CLN-02, CLN-03): get, query, restore. */
export const deletedEmailMethods: readonly Method[] = [
  deletedEmailGet,
  deletedEmailQuery,
  deletedEmailRestore,
];
