/** A member as the API answers it. */
export interface Member {
  readonly id: number;
  readonly userId: string;
  readonly name: string;
  readonly englishName: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly role: 'member' | 'administrator';
  readonly departments: readonly { readonly id: number; readonly main: boolean; readonly leader: boolean }[];
  readonly jobTitle: string;
  readonly mobile: string;
  readonly phone: string;
  readonly employeeNumber: string;
  readonly gender: 'male' | 'female' | null;
  readonly vip: boolean;
  readonly hidden: boolean;
  readonly disabled: boolean;
  readonly quotaBytes: number | null;
  readonly effectiveQuotaBytes: number | null;
  readonly generatedAddress: boolean;
  readonly secondFactor: boolean;
  readonly activated: boolean;
  readonly createdAt: string;
}

export interface Department {
  readonly id: number;
  readonly parentId: number | null;
  readonly name: string;
  readonly path: readonly string[];
  readonly position: number;
  readonly hidden: boolean;
  readonly view: 'company' | 'branch' | null;
  readonly members: number;
  readonly places: number;
}

/** What is in a mailbox, and when its owner last signed in. */
export interface MemberUse {
  readonly id: number;
  readonly usedBytes: number;
  readonly messages: number;
  readonly lastSignInAt: string | null;
}

/** How somebody is called: the name, or else the address. */
export function calledName(who: { readonly name: string; readonly address: string }): string {
  return who.name || who.address;
}

/** Part of an address before the @, and the rest. */
export function splitAddress(address: string): readonly [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
}
