import type { SessionState } from './command.ts';

/** What decides about the list. */
export interface CapabilityState {
  readonly state: SessionState;
  readonly encrypted: boolean;
  /** DEFLATE is in use. */
  readonly compressed: boolean;
  /** STARTTLS can be done. */
  readonly startTls: boolean;
  /** Passwords may be sent over this connection. */
  readonly passwords: boolean;
  /** This connection has a channel binding. */
  readonly channelBinding: boolean;
  /** Bearer tokens are taken. */
  readonly tokens: boolean;
  /** What the commands of the registry stand for. */
  readonly commands: readonly string[];
  readonly appendLimit: number;
}

/** Not tied to one command. */
const general: readonly string[] = ['LITERAL+', 'SASL-IR', 'ENABLE', 'LANGUAGE'];
const afterSignIn: readonly string[] = [
  'UTF8=ACCEPT',
  'CONDSTORE',
  'QRESYNC',
  'INPROGRESS',
  'UIDONLY',
  'ESEARCH',
  'SEARCHRES',
  'WITHIN',
  'UIDPLUS',
  'CHILDREN',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'SPECIAL-USE',
  'CREATE-SPECIAL-USE',
  'STATUS=SIZE',
  'OBJECTID',
  'SAVEDATE',
  'PREVIEW',
  'BINARY',
];

/** Sign-in mechanisms on offer, best first. */
export function offeredMechanisms(
  state: Pick<CapabilityState, 'passwords' | 'channelBinding' | 'tokens'>,
): string[] {
  const tokens = state.passwords && state.tokens ? ['OAUTHBEARER', 'XOAUTH2'] : [];
  const plain = state.passwords ? ['PLAIN', 'LOGIN'] : [];
  return [...(state.channelBinding ? ['SCRAM-SHA-256-PLUS'] : []), 'SCRAM-SHA-256', ...tokens, ...plain];
}

/** The list as CAPABILITY and the greeting give it (RFC 9051 §6.1.1, §7.2.2). */
export function capabilityText(state: CapabilityState): string {
  const list = ['IMAP4rev1', 'IMAP4rev2', ...general];
  if (state.state === 'not-authenticated') {
    if (state.startTls && !state.encrypted) list.push('STARTTLS');
    if (!state.passwords) list.push('LOGINDISABLED');
    list.push('ID', ...offeredMechanisms(state).map(name => `AUTH=${name}`));
  } else list.push(...state.commands, ...afterSignIn, `APPENDLIMIT=${state.appendLimit}`);
  const hidden = state.compressed ? ['COMPRESS=DEFLATE', 'UNAUTHENTICATE'] : [];
  return [...new Set(list)].filter(name => !hidden.includes(name)).join(' ');
}
