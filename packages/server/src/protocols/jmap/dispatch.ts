import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { type JsonObject, objectOf, own } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { JmapRequest } from '@hongyan/formats/jmap/request.ts';
import { resolveReferences } from '@hongyan/formats/jmap/result-reference.ts';
import { findScope } from './accounts.ts';
import type { Caller, JmapContext } from './context.ts';
import { toMethodError } from './errors.ts';
import type { FollowUp, Method, RequestState } from './method.ts';
import { methods } from './registry.ts';

interface Response {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly callId: string;
}

/** Runs the calls of a request in order and returns the Response object (RFC 8620 §3.4). */
export async function dispatch(
  ctx: JmapContext,
  caller: Caller,
  request: JmapRequest,
  sessionState: string,
): Promise<JsonObject> {
  const responses: Response[] = [];
  const state: RequestState = {
    ctx,
    caller,
    createdIds: new Map(request.createdIds ?? []),
    using: new Set(request.using),
  };
  for (const call of request.methodCalls) {
    await runCall(state, call.name, call.arguments, call.callId, responses);
  }
  return {
    methodResponses: responses.map(item => [item.name, item.arguments, item.callId]),
    ...(request.createdIds === null ? {} : { createdIds: objectOf(state.createdIds) }),
    sessionState,
  };
}

async function runCall(
  state: RequestState,
  name: string,
  given: JsonObject,
  callId: string,
  responses: Response[],
): Promise<void> {
  try {
    const method = methods.get(name);
    if (!method || !state.using.has(method.capability)) throw new MethodError('unknownMethod');
    const args = new Arguments(resolveReferences(given, responses));
    requireSupported(state, method, args.object);
    const { response, followUp } = await method.run(state, args);
    responses.push({ name, arguments: response, callId });
    if (followUp) await follow(state, followUp, callId, responses);
  } catch (error) {
    const failure = toMethodError(error, state.ctx.log, name.slice(0, 100));
    responses.push({ name: 'error', arguments: failure.toJSON(), callId });
  }
}

/** What works with folders that colleagues share: each of these methods goes through the mailbox room. */
const sharedCapabilities: ReadonlySet<string> = new Set([Capability.Core, Capability.Mail, Capability.Blob]);

/** Throws for a method that is not for accounts of which only some folders are shared. */
function requireSupported(state: RequestState, method: Method, args: JsonObject): void {
  if (sharedCapabilities.has(method.capability)) return;
  for (const [name, error] of [
    ['accountId', 'accountNotSupportedByMethod'],
    ['fromAccountId', 'fromAccountNotSupportedByMethod'],
  ] as const) {
    const id = own(args, name);
    const scope = typeof id === 'string' ? findScope(state.caller, id) : null;
    if (scope?.folders === 'shared') throw new MethodError(error);
  }
}

async function follow(
  state: RequestState,
  { method, arguments: args }: FollowUp,
  callId: string,
  responses: Response[],
): Promise<void> {
  const { response } = await method.run(state, new Arguments(args));
  responses.push({ name: method.name, arguments: response, callId });
}
