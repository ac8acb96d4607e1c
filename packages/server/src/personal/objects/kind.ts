import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { PersonalType } from '../../store/accounts/personal/object-rows.ts';
import type { PersonalContext, PersonalLimits } from '../context.ts';
import type { Check } from './shape.ts';
import type { ObjectTable } from './table.ts';

export type { PersonalType };

/** An object as it is kept: its id apart. */
export interface StoredObject {
  readonly id: number;
  readonly value: JsonObject;
  readonly modseq: number;
}

/** What is about to be written: a new object (`id` null), or the next value of one. */
export interface Draft {
  readonly id: number | null;
  readonly before: JsonObject | null;
  readonly value: JsonObject;
}

/** A type of small objects that members keep: what they look like and what holds between them. */
export interface ObjectKind {
  readonly type: PersonalType;
  /** As JMAP calls it. */
  readonly name: string;
  /** What its ids begin with. */
  readonly prefix: string;
  /** Properties a client may set. */
  shape(limits: PersonalLimits): Readonly<Record<string, Check>>;
  /** Values of those that may be left out. */
  readonly defaults: JsonObject;
  /** Whether a property that `shape` does not name is kept as it comes. */
  readonly others?: (name: string) => boolean;
  /** Whether every property may be missing. */
  readonly optional?: boolean;
  /** Properties that only the server sets, `id` among them. */
  readonly serverSet: ReadonlySet<string>;
  /** Properties that are set once. */
  readonly immutable: ReadonlySet<string>;
  max(limits: PersonalLimits): number;
  /**
   * Looks at a value that has the right form, and returns what is kept: with what the server sets. May change other
   * objects of the table. Throws a `SetError`.
   */
  readonly settle?: (ctx: PersonalContext, table: ObjectTable, draft: Draft) => Promise<JsonObject>;
}

/** Prints an object's number as an id: `lb7`. */
export function printObjectId(kind: Pick<ObjectKind, 'prefix'>, id: number): string {
  return kind.prefix + id;
}

/** The number in an id of that kind; null for anything else. */
export function parseObjectId(kind: Pick<ObjectKind, 'prefix'>, id: string): number | null {
  const digits = id.slice(kind.prefix.length);
  if (!id.startsWith(kind.prefix) || !/^[1-9][0-9]{0,14}$/.test(digits)) return null;
  return Number(digits);
}
