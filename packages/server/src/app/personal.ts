import { outsideBook } from '../personal/contacts/outside.ts';
import { defaultPersonalLimits, type PersonalContext } from '../personal/context.ts';
import type { House } from './house.ts';

/** What members' own things are kept with, out of the house. */
export function personalContext(house: House): PersonalContext {
  const { config, mailbox, directory, directoryContext, system, language } = house;
  const { rangeDays, keepDeleted } = config.pop3;
  return {
    mailboxes: mailbox,
    directory,
    directoryContext,
    outside: outsideBook(directoryContext),
    database: system,
    maildropDefaults: { rangeDays: rangeDays === 0 ? null : rangeDays, keepDeleted },
    language,
    limits: defaultPersonalLimits,
  };
}
