import type { Readable } from 'node:stream';
import type { Language } from '@hongyan/phrases/phrases.ts';
import type { Static, TObject, TSchema, TVoid } from 'typebox';
import type { AdminAccess, AdminFunction, Administration } from '../../../access/administration.ts';
import type { Scope } from '../../../access/scope.ts';
import type { RestContext } from '../context.ts';
import type { Answer, Download } from './answer.ts';
import { object } from './schema.ts';

/** Mutable or not: what `run` returns may be what the domain hands out. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** One request to an operation: who asks, and what, checked against the operation's schemas. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  /** Of the caller's tenant; with `administration` where the caller administers it. Hand it to the domain's functions. */
  readonly scope: Scope;
  /** What the caller administers. Operations of function `none` get an empty one for members. */
  readonly administration: Administration;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body of an operation with `upload`: read it to its end or throw. Empty otherwise. */
  readonly upload: Readable;
  /** Media type of the upload, lower case, without parameters. */
  readonly uploadType: string;
  /** Language of texts in the answer, by `Accept-Language`. */
  readonly language: Language;
  /** How the caller signed in. */
  readonly via: 'session' | 'token';
  /**
   * Throws `api.precondition_failed` unless `If-Match` names `current`, which is what the object's GET answers. The kit
   * asks it before `run` with what `current` gives; where a domain function lets you look at the object inside its
   * transaction, ask again there.
   */
  matches(current: unknown): void;
}

/** Who may call: an administrator with this function; `any`: every administrator; `none`: everybody who signed in. */
export type NeededFunction = AdminFunction | 'any' | 'none';

interface Definition<
  Params extends TObject,
  Query extends TObject,
  Body extends TSchema,
  Response extends TSchema,
> {
  /** Stable name, `<area>.<verb>`: operationId of the OpenAPI document, key of idempotency records. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with `{name}` for each of `params`: `/members/{id}`. Actions are `/members/{id}/disable`. */
  readonly path: string;
  /** One sentence in English. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly function: NeededFunction;
  /** Left out: `view` for GET, `manage` for everything else. */
  readonly access?: AdminAccess;
  /** Refused to administrators of some departments only: what concerns the whole company. */
  readonly wholeCompany?: boolean;
  /** Narrower than the function: owner only, or owner and super administrators. */
  readonly role?: 'owner' | 'super';
  /** Refused to API tokens: what a person must do who is at the screen. */
  readonly personOnly?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  /** Schema of a JSON body. */
  readonly body?: Body;
  /** Most octets of the JSON body, instead of the API's limit. */
  readonly bodyOctets?: number;
  /** Takes a body of these media types as a stream, instead of JSON. */
  readonly upload?: { readonly types: readonly string[]; readonly maxOctets: number };
  /** Schema of the JSON answer; left out with `download`, or where there is nothing to say (204). */
  readonly response?: Response;
  /** `run` answers a stream of one of these media types. */
  readonly download?: readonly string[];
  /** Left out: 201 for POST with an answer and without `{…}/<verb>` at the end, 204 without an answer, else 200. */
  readonly status?: 200 | 201 | 202 | 204;
  /** The answer holds a secret: it is not kept for `Idempotency-Key`. */
  readonly secret?: boolean;
  /** What the object's GET answers now: makes `If-Match` work. Throws as the GET does. */
  current?(ctx: RestContext, call: Call<Static<Params>, Static<Query>, Static<Body>>): Promise<unknown>;
  /**
   * A request that a permitted caller may send, for the table-driven test of permissions. Without one the test makes
   * values that fit the schemas.
   */
  readonly sample?: {
    readonly params?: Readonly<Record<string, string | number>>;
    readonly query?: Readonly<Record<string, string | number | boolean>>;
    readonly body?: unknown;
  };
  run(
    ctx: RestContext,
    call: Call<Static<Params>, Static<Query>, Static<Body>>,
  ): Promise<Frozen<Static<Response>> | Answer<Frozen<Static<Response>>> | Download>;
}

/** An operation of the API as the registry and the test of permissions see it. */
export interface Operation
  extends Omit<Definition<TObject, TObject, TSchema, TSchema>, 'run' | 'current' | 'params' | 'query'> {
  readonly access: AdminAccess;
  readonly params: TObject;
  readonly query: TObject;
  readonly status: 200 | 201 | 202 | 204;
  current?(ctx: RestContext, call: Call): Promise<unknown>;
  run(ctx: RestContext, call: Call): Promise<unknown>;
}

/** An operation without a body, or without an answer, has this in its place. */
type Nothing = TVoid;
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- no properties is what it says
type NoProperties = TObject<Record<never, never>>;

const none: TObject = object({});

/**
 * Makes an operation of the API out of its schemas and its work: the types of `call` follow from the schemas.
 *
 * @example
 * export const getTag: Operation = defineOperation({
 *   id: 'tags.get', method: 'GET', path: '/tags/{id}', tag: 'Tags', summary: 'One tag', function: 'members',
 *   params: object({ id: identifier('Tag') }), response: tagSchema,
 *   run: (ctx, call) => getTag(ctx.directory, call.scope, call.params.id),
 * });
 */
export function defineOperation<
  Params extends TObject = NoProperties,
  Query extends TObject = NoProperties,
  Body extends TSchema = Nothing,
  Response extends TSchema = Nothing,
>(definition: Definition<Params, Query, Body, Response>): Operation {
  const { method, path, response, download } = definition;
  const answers = response !== undefined || download !== undefined;
  const creates = method === 'POST' && !/\}\/[^/{]+$/.test(path);
  const operation = {
    ...definition,
    access: definition.access ?? (method === 'GET' ? 'view' : 'manage'),
    params: definition.params ?? none,
    query: definition.query ?? none,
    status: definition.status ?? (answers ? (creates && !download ? 201 : 200) : 204),
  };
  // The schemas stand between the types here and what comes from outside: `handler` checks before it calls.
  return operation;
}
