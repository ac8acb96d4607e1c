import { Readable } from 'node:stream';
import { getLogo } from '../../../../directory/company/information.ts';
import { MailError } from '../../../../platform/errors.ts';
import { download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';

export const companyLogoGet: Operation = defineOperation({
  id: 'company.logo',
  method: 'GET',
  path: '/company/logo',
  tag: 'Company',
  summary: 'The logo of the company',
  function: 'none',
  download: ['image/png', 'image/jpeg', 'image/webp'],
  async run(ctx, call) {
    const logo = await getLogo(ctx.directory, call.scope);
    if (!logo) throw new MailError('message.not_found', { what: 'logo' });
    return download(logo.mediaType, 'logo', Readable.from([logo.bytes]));
  },
});
