/** Identifiers are positive safe integers given out by `system.db`. Zero is never used. */
export type TenantId = number;
export type AccountId = number;
