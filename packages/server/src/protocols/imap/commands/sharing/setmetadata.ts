import { type MetadataChange, parseMetadataChange } from '@hongyan/formats/imap/arguments/metadata.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { setAnnotations } from '../../../../mailbox/sharing/annotations.ts';
import { isMailError } from '../../../../platform/errors.ts';
import { type Command, defineCommand, no, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { isSpecialUse } from '../../list/special-use.ts';

interface SetMetadataArguments extends MetadataChange {
  readonly utf8: boolean;
}

function parse(scanner: Scanner, { utf8 }: ParseContext): SetMetadataArguments {
  scanner.space();
  return { ...parseMetadataChange(scanner), utf8 };
}

/** SETMETADATA (RFC 5464 §4.3): all entries or none. */
export const setmetadata: Command = defineCommand({
  name: 'SETMETADATA',
  states: signedIn,
  rfc: ['5464 §4.3', '6154 §4'],
  parse,
  run: async (session, { mailbox: octets, utf8, values }) => {
    // RFC 6154 §4: what a client writes there must not be believed unseen.
    if (values.some(({ entry }) => isSpecialUse(entry)))
      return no('CANNOT', 'The special use of a mailbox is set when it is made');
    const mailbox = octets.length === 0 ? null : await findMailbox(session, { octets, utf8 });
    const { scope } = mailbox?.realm ?? session.realm;
    try {
      const changes = values.map(({ entry, value }) => ({ ...entry, value }));
      await setAnnotations(session.mail, scope, mailbox?.id ?? null, changes);
    } catch (error) {
      if (isMailError(error, 'message.too_large'))
        return no(`METADATA MAXSIZE ${session.mail.limits.maxAnnotationBytes}`, 'Value is too large');
      if (isMailError(error, 'limit.exceeded')) return no('METADATA TOOMANY', 'Too many annotations');
      throw error;
    }
    return ok('SETMETADATA completed');
  },
});
