import { type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import type { ObjectKind } from '../objects/kind.ts';
import { bool, line, text } from '../objects/shape.ts';

const defaults = ['isDefault', 'isDefaultForReplies'] as const;

/** Signatures (CMP-08); at most one is the default of each kind. */
export const signatureKind: ObjectKind = {
  type: 'signature',
  name: 'Signature',
  prefix: 'sg',
  shape: ({ maxText }) => ({
    name: line(100, 1),
    htmlBody: text(maxText),
    textBody: text(maxText),
    isDefault: bool,
    isDefaultForReplies: bool,
  }),
  defaults: { htmlBody: '', textBody: '', isDefault: false, isDefaultForReplies: false },
  serverSet: new Set(['id']),
  immutable: new Set(),
  max: limits => limits.maxSignatures,
  async settle(_ctx, table, { id, value }): Promise<JsonObject> {
    const taken = defaults.filter(name => own(value, name) === true);
    for (const other of await table.all()) {
      const loses = taken.filter(name => own(other.value, name) === true);
      if (other.id === id || loses.length === 0) continue;
      await table.put(other.id, {
        ...other.value,
        ...Object.fromEntries(loses.map(name => [name, false])),
      });
    }
    return value;
  },
};
