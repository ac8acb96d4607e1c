/** Somebody outside whom the whole company knows (CON-04). Texts are empty when unknown. */
export interface OutsideContact {
  readonly id: number;
  /** Null: in no group. */
  readonly groupId: number | null;
  readonly name: string;
  readonly address: string;
  readonly organisation: string;
  readonly jobTitle: string;
  readonly mobile: string;
  readonly phone: string;
  readonly note: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What can be set. */
export type OutsideContactText = Omit<OutsideContact, 'id' | 'createdAt' | 'updatedAt'>;

export type NewOutsideContact = Pick<OutsideContactText, 'address'> & Partial<OutsideContactText>;

export interface OutsideContactGroup {
  readonly id: number;
  readonly name: string;
  readonly contacts: number;
}

/** Named limits. */
export const outsideContactLimits = { contacts: 20_000, groups: 500, text: 200, note: 2_000 } as const;
