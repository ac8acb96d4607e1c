import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import type { CapabilityUrn } from '@hongyan/formats/jmap/capabilities.ts';
import { type JsonObject, objectOf, sameJson } from '@hongyan/formats/jmap/json.ts';
import { MethodError, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../access/scope.ts';
import { announce } from '../../../mailbox/context.ts';
import {
  type ObjectKind,
  parseObjectId,
  printObjectId,
  type StoredObject,
} from '../../../personal/objects/kind.ts';
import { listObjects, personalChanges, personalPoint } from '../../../personal/objects/read.ts';
import type { AccountTransaction } from '../../../personal/objects/table.ts';
import { ObjectTable } from '../../../personal/objects/table.ts';
import { limitsOf } from '../../../personal/plan-limits.ts';
import { accountIdOf, readingScope, writingScope } from '../accounts.ts';
import type { JmapContext } from '../context.ts';
import type { Method, RequestState } from '../method.ts';
import { tellable } from '../standard-changes.ts';
import { answerGet, readGet } from '../standard-get.ts';
import { readSet, requireState, resolveId, type SetArguments, SetOutcome } from '../standard-set.ts';
import { parseState, printState } from '../states.ts';

/** A kind of personal objects as JMAP serves it. */
export interface ServedKind {
  readonly kind: ObjectKind;
  readonly capability: CapabilityUrn;
  /** Adds what is not kept with the objects; `properties` null: all are asked for. */
  readonly present?: (
    ctx: JmapContext,
    scope: Scope,
    objects: JsonObject[],
    properties: readonly string[] | null,
  ) => Promise<JsonObject[]>;
  /** Objects that everybody has and nobody can change; `isFixed` knows their ids. */
  readonly fixed?: (request: RequestState, scope: Scope) => Promise<JsonObject[]>;
  readonly isFixed?: (id: string) => boolean;
  /** What a new object has beside what is kept. */
  readonly fresh?: JsonObject;
  /** Makes a client's object ready: creation references become ids. */
  readonly prepare?: (request: RequestState, scope: Scope, object: JsonObject) => Promise<JsonObject>;
  /** Before the transaction: what has to go with an object. */
  readonly beforeDestroy?: (ctx: JmapContext, scope: Scope, object: StoredObject) => Promise<void>;
  /** In the transaction, before an object goes. Throws a `SetError` for one that stays. */
  readonly onDestroy?: (table: ObjectTable, tx: AccountTransaction, object: StoredObject) => Promise<void>;
  /** In the transaction, after everything else. */
  readonly atEnd?: (table: ObjectTable, created: ReadonlyMap<string, string>) => Promise<void>;
  /** More properties than the kind's own. */
  readonly moreProperties?: readonly string[];
  /** Whether a name that is not listed may be asked for. */
  readonly openProperties?: boolean;
}

/** These types belong to the member's own account: throws `accountNotSupportedByMethod` for others. */
export function ownReadingScope(request: RequestState, args: Arguments): Scope {
  return requireOwn(request, readingScope(request, args));
}

/** As `ownReadingScope`, with the right to change. */
export function ownWritingScope(request: RequestState, args: Arguments): Scope {
  return requireOwn(request, writingScope(request, args));
}

function requireOwn(request: RequestState, scope: Scope): Scope {
  if (scope.accountId === request.caller.principal.accountId) return scope;
  throw new MethodError('accountNotSupportedByMethod');
}

/** The object of a stored one, with its id. */
export function objectOfStored(kind: ObjectKind, stored: StoredObject): JsonObject {
  return { id: printObjectId(kind, stored.id), ...stored.value };
}

function propertiesOf(served: ServedKind, ctx: JmapContext): (name: string) => boolean {
  const { kind, moreProperties = [], openProperties = false } = served;
  const known = new Set([
    ...Object.keys(kind.shape(ctx.personal.limits)),
    ...kind.serverSet,
    ...moreProperties,
  ]);
  return name => openProperties || known.has(name);
}

/** `X/get` (RFC 8620 §5.1). */
export function getMethod(served: ServedKind): Method {
  const { kind, capability } = served;
  return {
    name: `${kind.name}/get`,
    capability,
    async run(request, args) {
      const { ctx } = request;
      const scope = ownReadingScope(request, args);
      const wanted = readGet(ctx, args, propertiesOf(served, ctx));
      args.end();
      const { point, list } = await listObjects(ctx.personal, scope, kind.type);
      const fixed = served.fixed ? await served.fixed(request, scope) : [];
      const wantedIds = wanted.ids === null ? null : new Set(wanted.ids);
      const chosen = list.filter(one => wantedIds?.has(printObjectId(kind, one.id)) ?? true);
      let objects = [...fixed, ...chosen.map(one => objectOfStored(kind, one))];
      if (served.present) objects = await served.present(ctx, scope, objects, wanted.properties);
      return {
        response: {
          accountId: accountIdOf(scope),
          state: printState(point),
          ...answerGet(objects, wanted, ctx),
        },
      };
    },
  };
}

/** `X/changes` (RFC 8620 §5.2). */
export function changesMethod({ kind, capability }: Pick<ServedKind, 'kind' | 'capability'>): Method {
  return {
    name: `${kind.name}/changes`,
    capability,
    async run(request, args) {
      const scope = ownReadingScope(request, args);
      const sinceState = args.requiredString('sinceState');
      const max = args.unsigned('maxChanges');
      if (max === 0) throw new MethodError('invalidArguments', 'maxChanges: at least 1');
      args.end();
      const since = parseState(sinceState);
      const changes = await tellable(
        request.ctx.mailboxes.accounts.read(scope, reader =>
          personalChanges(reader, kind.type, since, Math.min(max ?? mostChanges, mostChanges)),
        ),
      );
      const print = (ids: readonly number[]): string[] => ids.map(id => printObjectId(kind, id));
      return {
        response: {
          accountId: accountIdOf(scope),
          oldState: sinceState,
          newState: printState(changes.to),
          hasMoreChanges: changes.more,
          created: print(changes.created),
          updated: print(changes.updated),
          destroyed: print(changes.destroyed),
        },
      };
    },
  };
}

/** Changes told at once when the client sets no limit. */
const mostChanges = 5_000;

/** What the client does not know yet about an object it made. */
function unknownTo(given: JsonObject, object: JsonObject): JsonObject {
  const entries = Object.entries(object).filter(([name, value]) => !sameJson(given[name] ?? null, value));
  return { ...objectOf(entries.filter(([name]) => name !== 'id')), id: object['id'] ?? null };
}

async function beforeTransaction(
  request: RequestState,
  scope: Scope,
  served: ServedKind,
  wanted: SetArguments,
): Promise<void> {
  if (!served.beforeDestroy || wanted.destroy.length === 0) return;
  const { list } = await listObjects(request.ctx.personal, scope, served.kind.type);
  const ids = new Set(wanted.destroy.map(key => parseObjectId(served.kind, resolveId(request, key) ?? key)));
  for (const one of list) if (ids.has(one.id)) await served.beforeDestroy(request.ctx, scope, one);
}

interface SetRun {
  readonly outcome: SetOutcome;
  readonly oldState: string;
  readonly newState: string;
}

/** `X/set` (RFC 8620 §5.3): everything in one transaction, so that `ifInState` holds for all of it. */
export function setMethod(served: ServedKind): Method {
  const { kind, capability } = served;
  return {
    name: `${kind.name}/set`,
    capability,
    async run(request, args) {
      const { ctx } = request;
      const scope = ownWritingScope(request, args);
      const wanted = readSet(request, args);
      args.end();
      if (wanted.ifInState !== null) {
        const { point } = await listObjects(ctx.personal, scope, kind.type);
        requireState(wanted.ifInState, printState(point));
      }
      await beforeTransaction(request, scope, served, wanted);
      const prepare = async (object: JsonObject): Promise<JsonObject> =>
        served.prepare ? served.prepare(request, scope, object) : object;
      const limits = await limitsOf(ctx.personal, scope);
      const { outcome, oldState, newState } = await ctx.mailboxes.accounts.transact(
        scope,
        async (tx): Promise<SetRun> => {
          const before = printState(await personalPoint(tx, kind.type));
          requireState(wanted.ifInState, before);
          const done = new SetOutcome(ctx);
          const table = new ObjectTable(ctx.personal, tx, kind, limits);
          for (const [key, given] of wanted.create) {
            await done.create(request, key, async () => {
              const object = await prepare(given);
              const stored = objectOfStored(kind, await table.create(object));
              return unknownTo(given, { ...stored, ...served.fresh });
            });
          }
          for (const [key, given] of wanted.update) {
            const id = resolveId(request, key) ?? key;
            await done.update(id, async () => {
              if (served.isFixed?.(id)) throw new SetError('forbidden');
              return table.update(id, await prepare(given));
            });
          }
          for (const key of wanted.destroy) {
            const id = resolveId(request, key) ?? key;
            await done.destroy(id, async () => {
              if (served.isFixed?.(id)) throw new SetError('forbidden');
              const object = served.onDestroy ? await table.find(id) : null;
              if (object) await served.onDestroy?.(table, tx, object);
              await table.destroy(id);
            });
          }
          await served.atEnd?.(table, done.createdIds);
          announce(ctx.mailboxes, tx);
          return {
            outcome: done,
            oldState: before,
            newState: printState(await personalPoint(tx, kind.type)),
          };
        },
      );
      return {
        response: { accountId: accountIdOf(scope), oldState, newState, ...outcome.toJSON() },
      };
    },
  };
}
