import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import { type ObjectKind, printObjectId } from '../objects/kind.ts';
import { int, line, oneOf } from '../objects/shape.ts';

/** FLD-03. */
export const labelColors = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'grey'] as const;

/** Characters of a label's name. */
export const maxLabelName = 50;

/** Longest part of a keyword that comes from the name. */
const maxStem = 40;

/** The keyword of a new label: `label-` and what is ASCII in its name, else a number; unlike all that are `taken`. */
export function labelKeyword(name: string, taken: ReadonlySet<string>): string {
  const stem = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, maxStem);
  const wholly = stem !== '' && !/[^\x20-\x7e]/.test(name);
  if (wholly && !taken.has(`label-${stem}`)) return `label-${stem}`;
  const base = wholly ? `label-${stem}-` : 'label-';
  for (let number = wholly ? 2 : 1; ; number += 1) {
    if (!taken.has(base + number)) return base + number;
  }
}

/** Labels (FLD-03): a name and a colour for an IMAP keyword. */
export const labelKind: ObjectKind = {
  type: 'label',
  name: 'Label',
  prefix: 'lb',
  shape: () => ({ name: line(maxLabelName, 1), color: oneOf(...labelColors), sortOrder: int(0, 2 ** 31) }),
  defaults: { color: 'blue', sortOrder: 0 },
  serverSet: new Set(['id', 'keyword', 'totalEmails', 'unreadEmails']),
  immutable: new Set(),
  max: limits => limits.maxLabels,
  async settle(_ctx, table, { id, before, value }): Promise<JsonObject> {
    const others = (await table.all()).filter(other => other.id !== id);
    const key = textOf(value, 'name').normalize('NFC').trim().toLowerCase();
    if (key === '') throw new SetError('invalidProperties', '', { properties: ['name'] });
    const same = others.find(other => textOf(other.value, 'name').toLowerCase() === key);
    if (same) throw new SetError('alreadyExists', '', { existingId: printObjectId(labelKind, same.id) });
    const name = textOf(value, 'name').normalize('NFC').trim();
    const keyword =
      before === null
        ? labelKeyword(name, new Set(others.map(other => textOf(other.value, 'keyword'))))
        : textOf(before, 'keyword');
    return { ...value, name, keyword };
  },
};
