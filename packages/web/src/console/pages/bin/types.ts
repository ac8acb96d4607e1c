/** A tag with how many stand in it. */
export interface Tag {
  readonly id: number;
  readonly name: string;
  readonly members: number;
  readonly departments: number;
}

/** A mailbox in the recycle bin. */
export interface Recycled {
  readonly id: number;
  readonly kind: 'person' | 'public';
  readonly name: string;
  readonly address: string;
  readonly state: 'kept' | 'spent' | 'restored';
  readonly deletedAt: string;
  readonly deletedBy: string;
  readonly expiresAt: string;
}

/** What a mailbox in the bin takes up. */
export interface BinUse {
  readonly id: number;
  readonly usedBytes: number;
  readonly messages: number;
}
