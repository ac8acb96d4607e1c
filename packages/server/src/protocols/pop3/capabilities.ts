/** What decides about the list. */
export interface CapabilityState {
  /** STLS can be done now. */
  readonly stls: boolean;
  /** Passwords may be sent over this connection. */
  readonly passwords: boolean;
  /** This connection has a channel binding. */
  readonly channelBinding: boolean;
  /** Bearer tokens are taken. */
  readonly tokens: boolean;
}

/** Sign-in mechanisms on offer, best first. */
export function offeredMechanisms(
  state: Pick<CapabilityState, 'passwords' | 'channelBinding' | 'tokens'>,
): string[] {
  return [
    ...(state.channelBinding ? ['SCRAM-SHA-256-PLUS'] : []),
    'SCRAM-SHA-256',
    ...(state.passwords && state.tokens ? ['OAUTHBEARER', 'XOAUTH2'] : []),
    ...(state.passwords ? ['PLAIN'] : []),
  ];
}

/** Lines of CAPA (RFC 2449 §6, RFC 2595 §4, RFC 3206 §6, RFC 5034 §3, RFC 6856 §2, §3), the same in both states. */
export function capabilityLines(state: CapabilityState): string[] {
  return [
    'TOP',
    'UIDL',
    ...(state.passwords ? ['USER'] : []),
    `SASL ${offeredMechanisms(state).join(' ')}`,
    ...(state.stls ? ['STLS'] : []),
    'PIPELINING',
    'RESP-CODES',
    'AUTH-RESP-CODE',
    // Nothing is ever deleted because of its age; what leaves the range of days stays in the mailbox.
    'EXPIRE NEVER',
    'UTF8 USER',
    'LANG',
    'IMPLEMENTATION Hongyan',
  ];
}
