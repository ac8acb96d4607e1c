import { isId } from './id.ts';
import { isArray, isObject, type Json, type JsonObject, own, parseJson } from './json.ts';
import type { JmapLimits } from './limits.ts';
import type { RequestProblem } from './problem.ts';

/** RFC 8620 §3.2. */
export interface Invocation {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly callId: string;
}

/** RFC 8620 §3.3. */
export interface JmapRequest {
  readonly using: readonly string[];
  readonly methodCalls: readonly Invocation[];
  /** Null when the client gave none: then the response has none either. */
  readonly createdIds: ReadonlyMap<string, string> | null;
}

export type ParsedRequest =
  | { readonly kind: 'request'; readonly request: JmapRequest }
  | { readonly kind: 'problem'; readonly problem: RequestProblem };

/** Reads the body of a POST to the API (RFC 8620 §3.3): size, JSON, shape, capabilities, number of calls, in this order. */
export function parseRequest(
  bytes: Uint8Array,
  known: ReadonlySet<string>,
  limits: JmapLimits,
): ParsedRequest {
  if (bytes.length > limits.maxSizeRequest) {
    return refuse({ type: 'limit', limit: 'maxSizeRequest', detail: 'the request is too large' });
  }
  const parsed = parseJson(bytes);
  if (parsed.kind === 'invalid') return refuse({ type: 'notJSON', detail: parsed.detail });
  return readRequest(parsed.value, known, limits);
}

/** As `parseRequest`, for a value that was parsed already (RFC 8887 puts members of its own beside these). */
export function readRequest(value: Json, known: ReadonlySet<string>, limits: JmapLimits): ParsedRequest {
  if (!isObject(value)) return notRequest('a Request is an object');
  const using = own(value, 'using');
  if (!isArray(using) || !using.every(item => typeof item === 'string')) {
    return notRequest('using: String[]');
  }
  const calls = own(value, 'methodCalls');
  if (!isArray(calls)) return notRequest('methodCalls: Invocation[]');
  const createdIds = readCreatedIds(own(value, 'createdIds'));
  if (createdIds === undefined) return notRequest('createdIds: Id[Id]');
  const unknown = using.find(item => !known.has(item));
  if (unknown !== undefined) {
    return refuse({ type: 'unknownCapability', detail: `not supported: ${unknown.slice(0, 200)}` });
  }
  if (calls.length > limits.maxCallsInRequest) {
    return refuse({
      type: 'limit',
      limit: 'maxCallsInRequest',
      detail: `at most ${limits.maxCallsInRequest} calls`,
    });
  }
  const methodCalls: Invocation[] = [];
  for (const call of calls) {
    const invocation = readInvocation(call);
    if (invocation === null) return notRequest('an Invocation is [String, String[*], String]');
    methodCalls.push(invocation);
  }
  return { kind: 'request', request: { using, methodCalls, createdIds } };
}

function readInvocation(call: Json): Invocation | null {
  if (!isArray(call) || call.length !== 3) return null;
  const [name, args, callId] = call;
  if (typeof name !== 'string' || typeof callId !== 'string' || !isObject(args)) return null;
  return { name, arguments: args, callId };
}

/** Undefined when it is not an Id[Id]; null when there is none. */
function readCreatedIds(value: Json | undefined): Map<string, string> | null | undefined {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return undefined;
  const ids = new Map<string, string>();
  for (const key of Object.keys(value)) {
    const id = own(value, key);
    if (!isId(key) || typeof id !== 'string' || !isId(id)) return undefined;
    ids.set(key, id);
  }
  return ids;
}

function refuse(problem: RequestProblem): ParsedRequest {
  return { kind: 'problem', problem };
}

function notRequest(detail: string): ParsedRequest {
  return refuse({ type: 'notRequest', detail });
}
