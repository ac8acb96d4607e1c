import { MailError } from '../../platform/errors.ts';
import type { Gender } from '../../store/system/people/members.ts';

/** What the company knows of a member (DIR-02). Texts are empty when unknown. */
export interface Profile {
  readonly englishName: string;
  readonly jobTitle: string;
  readonly mobile: string;
  readonly phone: string;
  readonly employeeNumber: string;
  readonly gender: Gender | null;
  /** What outsiders are shown beside the name (对外信息): label and text. */
  readonly outward: readonly OutwardField[];
}

export interface OutwardField {
  readonly name: string;
  readonly value: string;
}

/** UTF-16 units of each text; entries of the outward information. */
const limits = { text: 100, outwardFields: 20, outwardText: 200, userId: 64 };

export const emptyProfile: Profile = {
  englishName: '',
  jobTitle: '',
  mobile: '',
  phone: '',
  employeeNumber: '',
  gender: null,
  outward: [],
};

function requireText(field: string, text: string, max: number): string {
  const cleaned = text.normalize('NFC').trim();
  if (cleaned.length > max || /\p{Cc}|\p{Cs}/u.test(cleaned)) {
    throw new MailError('input.invalid', { field, max });
  }
  return cleaned;
}

/** The profile as it is kept; throws `input.invalid` with the name of the field. */
export function requireProfile(wanted: Partial<Profile>, before: Profile = emptyProfile): Profile {
  const text = (field: 'englishName' | 'jobTitle' | 'phone' | 'employeeNumber'): string =>
    requireText(field, wanted[field] ?? before[field], limits.text);
  const outward = wanted.outward ?? before.outward;
  if (outward.length > limits.outwardFields) {
    throw new MailError('input.invalid', { field: 'outward', max: limits.outwardFields });
  }
  const gender = wanted.gender === undefined ? before.gender : wanted.gender;
  if (gender !== null && gender !== 'male' && gender !== 'female') {
    throw new MailError('input.invalid', { field: 'gender' });
  }
  const mobile = requireText('mobile', wanted.mobile ?? before.mobile, limits.text);
  mobileKey(mobile);
  return {
    englishName: text('englishName'),
    jobTitle: text('jobTitle'),
    mobile,
    phone: text('phone'),
    employeeNumber: text('employeeNumber'),
    gender,
    outward: outward.map(({ name, value }) => ({
      name: requireText('outward', name, limits.outwardText),
      value: requireText('outward', value, limits.outwardText),
    })),
  };
}

/**
 * A mobile number as it is compared: digits with the country (E.164), China when none is named. Null for an empty text;
 * throws `input.invalid` for what is no number.
 */
export function mobileKey(text: string): string | null {
  if (text === '') return null;
  const bare = text.replaceAll(/[\s().-]/g, '');
  const digits = bare.startsWith('+') ? bare.slice(1) : bare.startsWith('00') ? bare.slice(2) : null;
  const international = digits ?? (/^1[0-9]{10}$/.test(bare) ? `86${bare}` : bare);
  if (!/^[0-9]{5,15}$/.test(international)) throw new MailError('input.invalid', { field: 'mobile' });
  return international;
}

/** A user id as it is written, and as it is compared. Throws `input.invalid`. */
export function requireUserId(text: string): { readonly userId: string; readonly userKey: string } {
  const userId = text.normalize('NFC').trim();
  if (userId === '' || userId.length > limits.userId || /[\p{Cc}\p{Cs}\s/]/u.test(userId)) {
    throw new MailError('input.invalid', { field: 'userId', max: limits.userId });
  }
  return { userId, userKey: userId.toLowerCase() };
}
