import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { importVcards } from '../../../../personal/contacts/vcards.ts';
import { isMailError } from '../../../../platform/errors.ts';
import { accountIdOf } from '../../accounts.ts';
import { findBlob, readBlob } from '../../blobs.ts';
import type { Method } from '../../method.ts';
import { ownWritingScope } from '../../personal/standard.ts';
import { resolveId } from '../../standard-set.ts';

/** Octets of a vCard file. */
const maxFile = 20 * 1024 * 1024;

/** ContactCard/import: makes cards of a vCard file that was uploaded. */
export const contactCardImport: Method = {
  name: 'ContactCard/import',
  capability: Capability.Contacts,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const blobId = args.requiredString('blobId');
    const book = args.string('addressBookId');
    args.end();
    const blob = await findBlob(ctx, scope, resolveId(request, blobId) ?? '');
    if (blob === null) throw invalidArgument('blobId', 'no such blob');
    try {
      const bytes = await readBlob(blob, maxFile);
      const bookId = book === null ? null : (resolveId(request, book) ?? '');
      const { created, skipped, invalid } = await importVcards(ctx.personal, scope, bytes, bookId);
      return { response: { accountId: accountIdOf(scope), created, skipped, invalid } };
    } catch (error) {
      if (isMailError(error, 'message.too_large')) throw new MethodError('requestTooLarge');
      if (isMailError(error, 'input.invalid')) throw invalidArgument('addressBookId', 'no such address book');
      throw error;
    }
  },
};
