import type { PersonalType } from '../../../personal/objects/kind.ts';

/** Names of types as push tells them (RFC 8620 §7.1), with what they are in the store. */
export const personalTypeNames: readonly (readonly [name: string, type: PersonalType])[] = [
  ['Label', 'label'],
  ['Signature', 'signature'],
  ['Template', 'template'],
  ['Settings', 'settings'],
  ['FilterRule', 'rule'],
  ['SenderEntry', 'sender'],
  ['VacationResponse', 'vacation'],
  ['AddressBook', 'book'],
  ['ContactCard', 'card'],
];
