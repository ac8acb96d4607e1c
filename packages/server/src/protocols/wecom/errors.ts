import { type ErrorCode, isMailError, type MailError } from '../../platform/errors.ts';

/** Numbers of the original; those from 690001 on are ours, where the original's are not known. */
export const errcodes = {
  busy: -1,
  ok: 0,
  badSecret: 40001,
  badUserId: 40003,
  badCorp: 40013,
  badToken: 40014,
  badUserList: 40031,
  badParameter: 40035,
  badTag: 40068,
  allListsInvalid: 40070,
  noToken: 41001,
  tokenExpired: 42001,
  tooManyCalls: 45009,
  forbidden: 48002,
  unknownCall: 48005,
  noDepartment: 60003,
  departmentHasMembers: 60005,
  departmentHasDepartments: 60006,
  rootDepartment: 60007,
  nameExists: 60008,
  userIdExists: 60102,
  mobileExists: 60104,
  badMail: 60105,
  mailExists: 60106,
  noUser: 60111,
  noGroup: 690001,
  noPublicMailbox: 690002,
  notPossible: 690003,
  limitReached: 690004,
} as const;

/** A refusal by number. */
export class WecomError extends Error {
  readonly errcode: number;

  constructor(name: keyof typeof errcodes, message: string) {
    super(message);
    this.name = 'WecomError';
    this.errcode = errcodes[name];
  }
}

const ofCode: Partial<Record<ErrorCode, keyof typeof errcodes>> = {
  'auth.failed': 'badSecret',
  'auth.encryption_required': 'forbidden',
  'account.not_found': 'noUser',
  'account.disabled': 'noUser',
  'access.denied': 'forbidden',
  'access.sender_not_owned': 'forbidden',
  'plan.not_included': 'forbidden',
  'address.invalid': 'badMail',
  'api.body_too_large': 'badParameter',
  'api.rate_limited': 'tooManyCalls',
  'conflict.state': 'notPossible',
  'department.not_found': 'noDepartment',
  'domain.not_found': 'badMail',
  'group.not_found': 'noGroup',
  'group.posting_denied': 'forbidden',
  'input.invalid': 'badParameter',
  'limit.exceeded': 'limitReached',
  'message.invalid': 'badParameter',
  'message.too_large': 'badParameter',
  'recipient.too_many': 'limitReached',
  'recipient.unknown': 'badMail',
  'service.stopped': 'forbidden',
  'tag.not_found': 'badTag',
};

function nameOf(error: MailError): keyof typeof errcodes {
  if (error.code !== 'conflict.exists') return ofCode[error.code] ?? 'busy';
  if ('mobile' in error.fields) return 'mobileExists';
  if ('userId' in error.fields) return 'userIdExists';
  return 'address' in error.fields ? 'mailExists' : 'nameExists';
}

/** Number and text of a failure; null for one that has no name and belongs into the log. */
export function answerOf(error: unknown): { readonly errcode: number; readonly errmsg: string } | null {
  if (error instanceof WecomError) return { errcode: error.errcode, errmsg: error.message };
  if (!isMailError(error)) return null;
  return { errcode: errcodes[nameOf(error)], errmsg: error.message.slice(0, 300) };
}
