import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { cardKind } from '../../../../personal/contacts/kinds.ts';
import type { ServedKind } from '../../personal/standard.ts';

/** Cards as they are served. */
export const servedCards: ServedKind = {
  kind: cardKind,
  capability: Capability.Contacts,
  isFixed: id => /^[uo][0-9]/.test(id),
};
