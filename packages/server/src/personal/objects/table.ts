import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { applyPatches, changedServerSet, readPatches } from '@hongyan/formats/jmap/patch.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import {
  countPersonal,
  insertPersonal,
  personalRow,
  personalRows,
  putPersonal,
  removePersonal,
} from '../../store/accounts/personal/object-rows.ts';
import type { PersonalContext, PersonalLimits } from '../context.ts';
import { type ObjectKind, parseObjectId, printObjectId, type StoredObject } from './kind.ts';
import { wrongProperties } from './shape.ts';

export type { AccountTransaction };

/** The objects of one kind in one transaction: what a `/set` works on. */
export class ObjectTable {
  readonly #ctx: PersonalContext;
  readonly #tx: AccountTransaction;
  readonly kind: ObjectKind;
  readonly #limits: PersonalLimits;
  #all: Map<number, StoredObject> | null = null;
  #count: number | null = null;

  /** `limits`: those of the account (`limitsOf`). */
  constructor(
    ctx: PersonalContext,
    tx: AccountTransaction,
    kind: ObjectKind,
    limits: PersonalLimits = ctx.limits,
  ) {
    this.#limits = limits;
    this.#ctx = ctx;
    this.#tx = tx;
    this.kind = kind;
  }

  /** All objects as they are now. */
  async all(): Promise<readonly StoredObject[]> {
    return [...(await this.#everything()).values()];
  }

  async #everything(): Promise<Map<number, StoredObject>> {
    if (this.#all === null) {
      const rows = await personalRows(this.#tx, this.kind.type);
      this.#all = new Map(rows.map(row => [row.id, toStored(row)]));
    }
    return this.#all;
  }

  /** The object of an id, or null. */
  async find(id: string): Promise<StoredObject | null> {
    const number = parseObjectId(this.kind, id);
    if (number === null) return null;
    if (this.#all) return this.#all.get(number) ?? null;
    const row = await personalRow(this.#tx, this.kind.type, number);
    return row === null ? null : toStored(row);
  }

  /** Makes an object; returns it. Throws `invalidProperties`, `overQuota` and what the kind says. */
  async create(given: JsonObject): Promise<StoredObject> {
    const { kind } = this;
    const set = Object.keys(given).filter(name => kind.serverSet.has(name));
    if (set.length > 0) throw invalidProperties(set, 'set by the server');
    const object = { ...kind.defaults, ...given };
    this.#check(object, true);
    this.#count ??= await countPersonal(this.#tx, kind.type);
    if (this.#count >= kind.max(this.#limits)) throw new SetError('overQuota', `too many: ${kind.name}`);
    const value = await this.#settle({ id: null, before: null, value: object });
    const id = await insertPersonal(this.#tx, kind.type, JSON.stringify(value));
    this.#count += 1;
    return this.#remember(id, value);
  }

  /** Changes an object by a PatchObject (RFC 8620 §5.3); returns what changed beyond what was asked, or null. */
  async update(id: string, patch: JsonObject): Promise<JsonObject | null> {
    const { kind } = this;
    const current = await this.find(id);
    if (current === null) throw new SetError('notFound');
    const patches = readPatches(patch);
    const whole = { ...current.value, id: printObjectId(kind, current.id) };
    const fixed = new Set([...kind.serverSet, ...kind.immutable]);
    const wrong = changedServerSet(patches, whole, fixed);
    if (wrong.length > 0) throw invalidProperties([...new Set(wrong)], 'cannot be changed');
    const settable = patches.filter(({ path }) => !fixed.has(path[0] ?? ''));
    const asked = applyPatches(current.value, settable, kind.defaults);
    this.#check(asked, false);
    const value = await this.#settle({ id: current.id, before: current.value, value: asked });
    if (JSON.stringify(value) !== JSON.stringify(current.value)) await this.put(current.id, value);
    const more = Object.entries(value).filter(
      ([name, member]) => JSON.stringify(member) !== JSON.stringify(asked[name]),
    );
    return more.length === 0 ? null : Object.fromEntries(more);
  }

  async destroy(id: string): Promise<void> {
    const current = await this.find(id);
    if (current === null) throw new SetError('notFound');
    await removePersonal(this.#tx, this.kind.type, current.id);
    this.#all?.delete(current.id);
    if (this.#count !== null) this.#count -= 1;
  }

  /** Writes a value that is known to be right. */
  async put(id: number, value: JsonObject): Promise<void> {
    await putPersonal(this.#tx, this.kind.type, id, JSON.stringify(value));
    this.#remember(id, value);
  }

  #remember(id: number, value: JsonObject): StoredObject {
    const stored = { id, value, modseq: this.#tx.state.modseq };
    this.#all?.set(id, stored);
    return stored;
  }

  /** What the server set stands in the value too, so only what a client may set is looked at. */
  #check(object: JsonObject, whole: boolean): void {
    const { kind } = this;
    const shape = kind.shape(this.#limits);
    const settable = Object.fromEntries(Object.entries(object).filter(([name]) => !kind.serverSet.has(name)));
    const wrong = wrongProperties(settable, shape, kind.others);
    const missing = kind.optional
      ? []
      : Object.keys(shape).filter(
          name =>
            !Object.hasOwn(object, name) &&
            !Object.hasOwn(kind.defaults, name) &&
            (whole || !kind.immutable.has(name)) &&
            !shape[name]?.(null),
        );
    if (wrong.length + missing.length > 0) throw invalidProperties([...wrong, ...missing]);
  }

  async #settle(draft: {
    readonly id: number | null;
    readonly before: JsonObject | null;
    readonly value: JsonObject;
  }): Promise<JsonObject> {
    return this.kind.settle === undefined ? draft.value : this.kind.settle(this.#ctx, this, draft);
  }
}

function toStored(row: {
  readonly id: number;
  readonly value: string;
  readonly modseq: number;
}): StoredObject {
  return { id: row.id, value: JSON.parse(row.value) as JsonObject, modseq: row.modseq };
}
