import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { ownerOf } from '../../../../personal/settings.ts';
import { presetTemplates, templateKind } from '../../../../personal/types/template.ts';
import type { Method } from '../../method.ts';
import { changesMethod, getMethod, type ServedKind, setMethod } from '../../personal/standard.ts';

const served: ServedKind = {
  kind: templateKind,
  capability: Capability.Templates,
  fresh: { isPreset: false },
  present: async (_ctx, _scope, objects) => objects.map(object => ({ isPreset: false, ...object })),
  // An account without a language of its own speaks that of the request.
  fixed: async ({ ctx, caller }, scope) => {
    const personal = { ...ctx.personal, language: caller.language ?? ctx.personal.language };
    return presetTemplates((await ownerOf(personal, scope)).language);
  },
  isFixed: id => id.startsWith('preset-'),
};

/** Template (CMP-09): get, set, changes. */
export const templateMethods: readonly Method[] = [
  getMethod(served),
  setMethod(served),
  changesMethod(served),
];
