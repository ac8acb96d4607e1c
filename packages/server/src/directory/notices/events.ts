import type { AdminFunction, Administration } from '../../access/administration.ts';

export interface EventShape {
  /** Whose matter it is: administrators with this function may be told. */
  readonly function: AdminFunction;
  /** Names people of any department: not for administrators of some departments. */
  readonly ofEverybody: boolean;
}

/** What administrators can be told of. The words are the phrases `noticeEvent.<event>`. */
export type NoticeEvent =
  | 'domains'
  | 'certificates'
  | 'joining'
  | 'seats'
  | 'jobs'
  | 'recycleBin'
  | 'administrators'
  | 'signIn'
  | 'tokens'
  | 'company';

export const noticeEvents: Readonly<Record<NoticeEvent, EventShape>> = {
  domains: { function: 'domains', ofEverybody: false },
  certificates: { function: 'domains', ofEverybody: false },
  joining: { function: 'invitations', ofEverybody: true },
  seats: { function: 'members', ofEverybody: false },
  jobs: { function: 'members', ofEverybody: true },
  recycleBin: { function: 'recycleBin', ofEverybody: true },
  administrators: { function: 'administrators', ofEverybody: true },
  signIn: { function: 'signIn', ofEverybody: true },
  tokens: { function: 'api', ofEverybody: true },
  company: { function: 'company', ofEverybody: false },
};

/** Their names, in the order in which people see them. */
export const noticeEventNames = Object.keys(noticeEvents) as readonly NoticeEvent[];

export function isNoticeEvent(text: string): text is NoticeEvent {
  return Object.hasOwn(noticeEvents, text);
}

/** Whether this administration may be told of an event. */
export function mayHear(administration: Administration, event: NoticeEvent): boolean {
  const { function: needed, ofEverybody } = noticeEvents[event];
  return administration.functions.has(needed) && (!ofEverybody || administration.departments === null);
}

/** Acts of the operation log that are told, too. */
export const toldOperations: ReadonlyMap<string, NoticeEvent> = new Map([
  ['join_request.made', 'joining'],
  ['join_request.joined', 'joining'],
  ['administrator.granted', 'administrators'],
  ['administrator.changed', 'administrators'],
  ['administrator.revoked', 'administrators'],
  ['administrator.transferred', 'administrators'],
  ['member.second_factor_reset', 'signIn'],
  ['policy.second_factor_changed', 'signIn'],
  ['policy.client_access_changed', 'signIn'],
  ['policy.safe_sign_in_changed', 'signIn'],
  ['token.created', 'tokens'],
  ['token.revoked', 'tokens'],
  ['company.mail_stopped', 'company'],
  ['company.mail_started', 'company'],
  ['company.plan_changed', 'company'],
]);
