import type { DetailField } from '@hongyan/phrases/console/logs/details.ts';
import type { Principal, Scope } from '../access/scope.ts';
import type { Clock } from '../platform/clock.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import { insertOperation } from '../store/system/operations.ts';
import { nextId } from '../store/system/sequences.ts';
import { toldOperations } from './notices/events.ts';
import { raiseNotice } from './notices/raise.ts';

/** An act of an administrator, as the operation log keeps it (LOG-03). */
export interface Operation {
  /** Stable dotted name, `<kind of object>.<what happened>`: `member.disabled`. Its words are the phrase `operation.<action>`. */
  readonly action: string;
  readonly targetKind: string;
  /** Address or name of the object, in words that outlive it. */
  readonly target: string;
  /** What changed: `{ before, after }` or other JSON. No secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Details, or a part of them, of which any field may be missing. */
export type WordedDetails = Readonly<Partial<Record<DetailField, unknown>>>;

/** Names in a part of details that the log has no words for. An index signature is one, too: nobody knows its names. */
type Wordless<Part> = Part extends readonly unknown[]
  ? never
  : Part extends object
    ? Exclude<keyof Part & string, DetailField>
    : never;

/** The same in details with their before and after; of a union, in each of its kinds. */
type WordlessIn<Details> = Details extends unknown
  ?
      | Wordless<Omit<Details, 'before' | 'after'>>
      | (Details extends { readonly before?: infer Before } ? Wordless<Before> : never)
      | (Details extends { readonly after?: infer After } ? Wordless<After> : never)
  : never;

/** Lets only details pass whose names are said in every language (LOG-03): the compiler names those that are not. */
type Worded<Details> = [WordlessIn<Details>] extends [never]
  ? unknown
  : { readonly 'no words in console/logs/details for': WordlessIn<Details> };

/**
 * Writes what happened in the transaction in which it happens: no act without its record, no record without its act. Acts
 * that administrators are told of become notices with it.
 */
export async function recordOperation<Details extends object>(
  tx: SqlTransaction,
  clock: Clock,
  scope: Scope,
  operation: Omit<Operation, 'details'> & { readonly details?: Details & Worded<Details> },
): Promise<void> {
  await insertOperation(tx, {
    tenant_id: scope.tenantId,
    id: await nextId(tx, 'operation'),
    at: clock.now(),
    actor_id: scope.principal.kind === 'account' ? scope.principal.accountId : null,
    actor: actorOf(scope.principal),
    action: operation.action,
    target_kind: operation.targetKind,
    target: operation.target,
    client_address: scope.clientAddress ?? null,
    details: JSON.stringify(operation.details ?? {}),
  });
  const event = toldOperations.get(operation.action);
  if (event === undefined) return;
  const { action, target } = operation;
  await raiseNotice(tx, clock, scope.tenantId, {
    event,
    kind: operation.targetKind === 'join_request' ? action.replace('.', '_') : 'operation',
    values: { action, target, actor: actorOf(scope.principal), from: scope.clientAddress ?? '–' },
  });
}

/** Who acts, in words that outlive account and token. */
function actorOf(principal: Principal): string {
  if (principal.kind === 'system') return principal.reason;
  return principal.token === undefined ? principal.login : `${principal.login} (API: ${principal.token})`;
}
