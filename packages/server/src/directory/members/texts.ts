import type { MemberRow } from '../../store/system/people/members.ts';
import type { Profile } from '../profiles/profile.ts';
import { joinTexts, type NameText } from '../profiles/search-text.ts';

/** Columns that lists sort by and searches look into, worked out of what they come from. */
export function memberTexts(
  member: Pick<Profile, 'englishName' | 'mobile' | 'phone' | 'employeeNumber'> & {
    readonly userId: string;
    readonly address: string;
  },
  name: NameText,
): Pick<MemberRow, 'sort_key' | 'book_text' | 'admin_text'> {
  return {
    sort_key: name.sortKey,
    book_text: joinTexts([name.text, member.englishName, member.address]),
    admin_text: joinTexts([
      member.userId,
      member.mobile.replaceAll(/[\s().-]/g, ''),
      member.mobile,
      member.phone,
      member.employeeNumber,
    ]),
  };
}
