import type { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { type JsonObject, objectOf, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { JmapContext } from './context.ts';
import { toSetError } from './errors.ts';
import type { RequestState } from './method.ts';

/** `create`, `update`, `destroy` and `ifInState` of a `/set` (RFC 8620 §5.3). */
export interface SetArguments {
  readonly ifInState: string | null;
  readonly create: readonly (readonly [string, JsonObject])[];
  readonly update: readonly (readonly [string, JsonObject])[];
  readonly destroy: readonly string[];
}

/** Reads them; creation ids in `update` and `destroy` are resolved. Throws `requestTooLarge`. */
export function readSet(request: RequestState, args: Arguments): SetArguments {
  const ifInState = args.string('ifInState');
  const create = args.idMap('create') ?? [];
  const update = args.idMap('update') ?? [];
  const destroy = args.strings('destroy') ?? [];
  const total = create.length + update.length + destroy.length;
  if (total > request.ctx.limits.maxObjectsInSet) throw new MethodError('requestTooLarge');
  return { ifInState, create, update, destroy };
}

/** Whether anything is asked for at all. */
export function changesAnything({ create, update, destroy }: SetArguments): boolean {
  return create.length + update.length + destroy.length > 0;
}

/** The id that a reference stands for: itself, or what the creation `#…` became; null when there is none. */
export function resolveId(request: RequestState, id: string): string | null {
  return id.startsWith('#') ? (request.createdIds.get(id.slice(1)) ?? null) : id;
}

/** Throws `stateMismatch` unless the client's state is the present one. */
export function requireState(expected: string | null, present: string): void {
  if (expected !== null && expected !== present) throw new MethodError('stateMismatch');
}

/** What became of the objects of a `/set`, in the shape of its response. */
export class SetOutcome {
  readonly #ctx: JmapContext;
  readonly #created: [string, JsonObject][] = [];
  readonly #updated: [string, JsonObject | null][] = [];
  readonly #destroyed: string[] = [];
  readonly #notCreated: [string, JsonObject][] = [];
  readonly #notUpdated: [string, JsonObject][] = [];
  readonly #notDestroyed: [string, JsonObject][] = [];

  constructor(ctx: JmapContext) {
    this.#ctx = ctx;
  }

  /** Ids that were made, by creation id. */
  get createdIds(): ReadonlyMap<string, string> {
    return new Map(this.#created.map(([key, object]) => [key, textOf(object, 'id')]));
  }

  get updatedIds(): readonly string[] {
    return this.#updated.map(([id]) => id);
  }

  get destroyedIds(): readonly string[] {
    return this.#destroyed;
  }

  /**
   * Runs one creation; `work` returns what the server adds, the id among it. A failure that `mayPass` is not written down: false
   * says that it has to be tried again.
   */
  async create(
    request: RequestState,
    key: string,
    work: () => Promise<JsonObject>,
    mayPass?: (error: unknown) => boolean,
  ): Promise<boolean> {
    try {
      const object = await work();
      this.#created.push([key, object]);
      request.createdIds.set(key, textOf(object, 'id'));
    } catch (error) {
      if (mayPass?.(error)) return false;
      this.#notCreated.push([key, toSetError(error, this.#ctx.log).toJSON()]);
    }
    return true;
  }

  /** Runs one update; `work` returns properties that changed beyond what was asked, or null. `mayPass` as with `create`. */
  async update(
    id: string,
    work: () => Promise<JsonObject | null>,
    mayPass?: (error: unknown) => boolean,
  ): Promise<boolean> {
    try {
      this.#updated.push([id, await work()]);
    } catch (error) {
      if (mayPass?.(error)) return false;
      this.#notUpdated.push([id, toSetError(error, this.#ctx.log).toJSON()]);
    }
    return true;
  }

  async destroy(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#destroyed.push(id);
    } catch (error) {
      this.#notDestroyed.push([id, toSetError(error, this.#ctx.log).toJSON()]);
    }
  }

  toJSON(): JsonObject {
    const map = <T>(entries: readonly [string, T][]): Record<string, T> | null =>
      entries.length === 0 ? null : objectOf(entries);
    return {
      created: map(this.#created),
      updated: map(this.#updated),
      destroyed: this.#destroyed.length === 0 ? null : this.#destroyed,
      notCreated: map(this.#notCreated),
      notUpdated: map(this.#notUpdated),
      notDestroyed: map(this.#notDestroyed),
    };
  }
}

/** The SetError for an id that is not there. */
export function notFound(): SetError {
  return new SetError('notFound');
}
