import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import type { CapabilityUrn } from '@hongyan/formats/jmap/capabilities.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Caller, JmapContext } from './context.ts';

/** One request being worked on: what its method calls share. */
export interface RequestState {
  readonly ctx: JmapContext;
  readonly caller: Caller;
  /** Creation ids and what became of them (RFC 8620 §3.3). */
  readonly createdIds: Map<string, string>;
  readonly using: ReadonlySet<string>;
}

/** An implicit call that follows a response, with the same call id (RFC 8620 §5.4, RFC 8621 §7.5). */
export interface FollowUp {
  readonly method: Method;
  readonly arguments: JsonObject;
}

/** Result of a method: the arguments of its response. */
export interface MethodResult {
  readonly response: JsonObject;
  readonly followUp?: FollowUp;
}

/** One JMAP method. Throws `MethodError`, or a `MailError` that the dispatcher translates. */
export interface Method {
  readonly name: string;
  /** Capability that the client must be using. */
  readonly capability: CapabilityUrn;
  run(request: RequestState, args: Arguments): Promise<MethodResult>;
}
