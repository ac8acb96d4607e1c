import { encodeMailboxName } from '@hongyan/formats/imap/names/mailbox-name.ts';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { delimiter } from '../mailbox-path.ts';
import { otherUsersRoot, sharedRoot } from '../realms/realm.ts';
import type { Session } from '../session.ts';

/** `* NAMESPACE …` (RFC 2342 §5), with what the roots are called in the session's language (RFC 5255 §3.4). */
export function writeNamespaces({ out, language }: Session): void {
  const write = (root: string, key: 'imap.other_users' | 'imap.shared'): void => {
    out.ascii(` (("${root}${delimiter}" "${delimiter}"`);
    const translated = language === null ? root : createPhrases(language).say(key);
    if (translated !== root) {
      // RFC 5255 §3.4 wants modified UTF-7 here, whatever names are sent in elsewhere.
      out
        .ascii(' "TRANSLATION" (')
        .string(encodeMailboxName(`${translated}${delimiter}`, false))
        .ascii(')');
    }
    out.ascii('))');
  };
  out.ascii(`* NAMESPACE (("" "${delimiter}"))`);
  write(otherUsersRoot, 'imap.other_users');
  write(sharedRoot, 'imap.shared');
  out.crlf();
}
