import { objectOf } from '@hongyan/formats/jmap/json.ts';
import type { TypeStates } from '@hongyan/formats/jmap/push.ts';
import type { Scope } from '../../access/scope.ts';
import { readStates } from '../../mailbox/emails/states.ts';
import { objectPoint } from '../../mailbox/sending/objects.ts';
import { personalPoints } from '../../personal/objects/read.ts';
import { scriptsIn } from '../../sieve/scripts.ts';
import type { JmapContext } from './context.ts';
import { quotaState } from './methods/quota/quotas.ts';
import { personalTypeNames } from './personal/type-names.ts';
import { scriptState } from './sieve/script-object.ts';
import { printState } from './states.ts';

/**
 * Where every type of an account stands. `EmailDelivery` moves when a message comes, not when one is only touched
 * (RFC 8621 §1.5).
 */
export async function typeStates(ctx: JmapContext, scope: Scope): Promise<TypeStates> {
  const { principal } = scope;
  const isOwn = principal.kind === 'account' && principal.accountId === scope.accountId;
  const { tenantId, accountId } = scope;
  const quota = scope.folders === 'shared' ? null : await ctx.mailboxes.quotas.quota(tenantId, accountId);
  const limited = quota !== null && (quota.limitBytes !== null || quota.limitCount !== null);
  return ctx.mailboxes.accounts.read(scope, async (reader): Promise<TypeStates> => {
    const states = await readStates(reader, scope);
    if (scope.folders === 'shared') {
      const email = printState(states.email);
      return {
        Mailbox: printState(states.mailbox),
        Email: email,
        Thread: printState(states.thread),
        EmailDelivery: email,
      };
    }
    const personal = await personalPoints(reader);
    return {
      Mailbox: printState(states.mailbox),
      Email: printState(states.email),
      Thread: printState(states.thread),
      EmailDelivery: String(states.email.next),
      Identity: printState(await objectPoint(reader, 'i')),
      EmailSubmission: printState(await objectPoint(reader, 's')),
      ...(limited && { Quota: quotaState({ ...quota, ...(await reader.state()) }) }),
      // What members keep beside mail is nobody else's business.
      ...(isOwn &&
        Object.fromEntries(personalTypeNames.map(([name, type]) => [name, printState(personal(type))]))),
      ...(isOwn && { SieveScript: scriptState(await scriptsIn(reader)) }),
    };
  });
}

/** All types whose states are told, in the order in which they are packed. */
const typeNames: readonly string[] = [
  'Mailbox',
  'Email',
  'Thread',
  'EmailDelivery',
  'Identity',
  'EmailSubmission',
  'Quota',
  ...personalTypeNames.map(([name]) => name),
  'SieveScript',
];

/** States of an account's types as one short text: a client that idles keeps nothing else of them. */
export type PackedStates = string;

/** The states of nothing. */
export const nothingTold: PackedStates = '';

/** States as `typeStates` gives them, or some of them. */
export function packStates(states: TypeStates): PackedStates {
  return typeNames.map(name => states[name] ?? '').join(' ');
}

/** What was packed. */
export function unpackStates(packed: PackedStates): TypeStates {
  const states = packed.split(' ');
  return objectOf(
    typeNames.flatMap((name, at): [string, string][] => (states[at] ? [[name, states[at]]] : [])),
  );
}
