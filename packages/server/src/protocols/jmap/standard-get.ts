import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { type JsonObject, objectOf, own } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { JmapContext } from './context.ts';

/** `ids` and `properties` of a `/get` (RFC 8620 §5.1). */
export interface GetArguments {
  /** Each once, in the order given; null for all. */
  readonly ids: readonly string[] | null;
  /** Null for all (or the method's own default). */
  readonly properties: readonly string[] | null;
}

/** Reads `ids` and `properties`. Throws `requestTooLarge`, and `invalidArguments` for a property that is not in `known`. */
export function readGet(
  ctx: JmapContext,
  args: Arguments,
  known: ((property: string) => boolean) | ReadonlySet<string>,
): GetArguments {
  const ids = args.ids('ids');
  const properties = args.strings('properties');
  if (ids && ids.length > ctx.limits.maxObjectsInGet) throw new MethodError('requestTooLarge');
  const isKnown = typeof known === 'function' ? known : (name: string): boolean => known.has(name);
  const strange = properties?.find(property => !isKnown(property));
  if (strange !== undefined) throw invalidArgument('properties', `unknown: ${strange.slice(0, 100)}`);
  return { ids: ids ? [...new Set(ids)] : null, properties: properties ? [...new Set(properties)] : null };
}

/** An object reduced to its id and the wanted properties. */
export function pick(object: JsonObject, properties: readonly string[] | null): JsonObject {
  if (properties === null) return object;
  return objectOf(
    [...new Set(['id', ...properties])].flatMap(name =>
      Object.hasOwn(object, name) ? [[name, own(object, name) ?? null] as const] : [],
    ),
  );
}

/** `list` and `notFound` of a `/get` over objects that are all at hand. */
export function answerGet(
  objects: readonly JsonObject[],
  { ids, properties }: GetArguments,
  ctx: JmapContext,
): { list: JsonObject[]; notFound: string[] } {
  if (ids === null) {
    if (objects.length > ctx.limits.maxObjectsInGet) throw new MethodError('requestTooLarge');
    return { list: objects.map(object => pick(object, properties)), notFound: [] };
  }
  const byId = new Map(objects.map(object => [object['id'], object]));
  const list: JsonObject[] = [];
  const notFound: string[] = [];
  for (const id of ids) {
    const object = byId.get(id);
    if (object) list.push(pick(object, properties));
    else notFound.push(id);
  }
  return { list, notFound };
}
