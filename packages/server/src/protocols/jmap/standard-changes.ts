import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { type IdKind, printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../access/scope.ts';
import type { ChangePoint, ObjectChanges } from '../../mailbox/emails/states.ts';
import { isMailError } from '../../platform/errors.ts';
import { accountIdOf } from './accounts.ts';
import { parseState, printState } from './states.ts';

/** Changes told at once when the client sets no limit. */
const mostChanges = 5_000;

/** Reads `sinceState` and `maxChanges`, asks `read`, and makes the response of a `/changes` (RFC 8620 §5.2). */
export async function answerChanges<Changes extends ObjectChanges>(
  scope: Scope,
  args: Arguments,
  kind: IdKind,
  read: (since: ChangePoint, max: number) => Promise<Changes>,
): Promise<{ response: JsonObject; changes: Changes }> {
  const sinceState = args.requiredString('sinceState');
  const maxChanges = args.unsigned('maxChanges');
  if (maxChanges === 0) throw invalidArgument('maxChanges', 'at least 1');
  args.end();
  const since = parseState(sinceState);
  const changes = await tellable(read(since, Math.min(maxChanges ?? mostChanges, mostChanges)));
  const print = (ids: readonly number[]): string[] => ids.map(id => printId(kind, id));
  const response = {
    accountId: accountIdOf(scope),
    oldState: sinceState,
    newState: printState(changes.to),
    hasMoreChanges: changes.more,
    created: print(changes.created),
    updated: print(changes.updated),
    destroyed: print(changes.destroyed),
  };
  return { response, changes };
}

/** Translates the store's word for changes that cannot be told. */
export async function tellable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isMailError(error, 'conflict.state')) throw new MethodError('cannotCalculateChanges');
    throw error;
  }
}
