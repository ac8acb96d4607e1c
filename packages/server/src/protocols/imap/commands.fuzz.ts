import type { FuzzTarget } from '@hongyan/formats/fuzz.ts';
import { sessionLimits } from '@hongyan/formats/imap/limits.ts';
import { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { resultOfError } from './mail-error.ts';
import { imapCommands } from './registry.ts';

/** The arguments of every command, with and without UID and UTF-8: refused with an answer, or taken. */
export const target: FuzzTarget = {
  name: 'imap commands',
  *seeds() {
    yield Buffer.from(' INBOX (\\Seen $Forwarded) " 7-Feb-2026 21:52:25 +0800" UTF8 (');
    yield Buffer.from(' 1:* (UNCHANGEDSINCE 17) +FLAGS.SILENT (\\Deleted todo)');
    yield Buffer.from(' 1:5,* (UID BODY.PEEK[1.MIME]<0.9>) (CHANGEDSINCE 3)');
    yield Buffer.from(' "&U,BTFw-" (USE (\\Drafts))');
    yield Buffer.from(' ("name" "x" "version" NIL)');
    yield Buffer.from(' PLAIN AGEAYg==');
    yield Buffer.from(' INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541 (1,5 3,9)))');
    yield Buffer.from(' RETURN (MIN PARTIAL -1:-100) (REVERSE DATE SUBJECT) UTF-8 SINCE 1-Feb-2026 FROM "x"');
    yield Buffer.from(
      ' RETURN (RELEVANCY UPDATE (UID FLAGS) CONTEXT COUNT) FUZZY (TEXT "a b" NOT FUZZY SEEN)',
    );
    yield Buffer.from(' "B01" "B02"');
    yield Buffer.from(' REFERENCES UTF-8 ALL');
    yield Buffer.from(' IN (personal subtree-one (a b) mailboxes INBOX) RETURN (COUNT) 1:5 TEXT {3+}\r\nabc');
    yield Buffer.from(' "Shared/&U,BTFw-" "li@example.cn" +lrswipkxtea');
    yield Buffer.from(' INBOX anyone "-te"');
    yield Buffer.from(' INBOX CATENATE (URL "/INBOX/;UID=1" TEXT ');
    yield Buffer.from(
      ' SET STATUS (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (subtree a NONE)',
    );
  },
  dictionary: [
    '(CONDSTORE)',
    '{3+}\r\nabc',
    '"',
    '\\',
    ' (',
    ')',
    ' NIL',
    ' =',
    ' $',
    '~{',
    'UTF8 (',
    '(QRESYNC (1 2 ',
    'RETURN (',
    'PARTIAL -1:-5',
    'UPDATE (',
    'FUZZY ',
    'RELEVANCY',
    'REVERSE ',
    'IN (subtree ',
    'NOTIFY SET (',
    'USE (',
    '-FLAGS ',
    ' anyone',
    ' +lrs',
    ' -kxte',
    ' authenticated',
    'CATENATE (',
    'URL ',
    'TEXT ',
  ],
  run: input => {
    for (const command of imapCommands) {
      for (const flag of [false, true]) {
        const scanner = new Scanner(Buffer.from(input));
        try {
          command.parse(scanner, { uid: flag, utf8: flag, limits: sessionLimits });
          scanner.end();
        } catch (error) {
          if (resultOfError(error) === null) throw error;
        }
      }
    }
  },
};
