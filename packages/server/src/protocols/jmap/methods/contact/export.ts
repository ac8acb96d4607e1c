import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { invalidArgument } from '@hongyan/formats/jmap/method-error.ts';
import { storeUpload } from '../../../../mailbox/emails/uploads.ts';
import { exportVcards } from '../../../../personal/contacts/vcards.ts';
import { accountIdOf } from '../../accounts.ts';
import { uploadBlobId } from '../../blobs.ts';
import type { Method } from '../../method.ts';
import { ownWritingScope } from '../../personal/standard.ts';

/** ContactCard/export: makes a vCard file of one's own cards, to be downloaded like any blob. */
export const contactCardExport: Method = {
  name: 'ContactCard/export',
  capability: Capability.Contacts,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownWritingScope(request, args);
    const ids = args.ids('ids');
    const book = args.string('addressBookId');
    const version = args.string('version') ?? '4.0';
    args.end();
    if (version !== '3.0' && version !== '4.0') throw invalidArgument('version', '3.0 or 4.0');
    const { chunks, count } = await exportVcards(ctx.personal, scope, { ids, book, version });
    const type = 'text/vcard';
    const ref = await storeUpload(ctx.mailboxes, scope, chunks, type, ctx.limits.maxSizeUpload);
    return {
      response: {
        accountId: accountIdOf(scope),
        blobId: uploadBlobId(ref.hash),
        type,
        size: ref.size,
        count,
      },
    };
  },
};
