import { maxLogoBytes, setLogo } from '../../../../directory/company/information.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';

export const companyLogoSet: Operation = defineOperation({
  id: 'company.setLogo',
  method: 'PUT',
  path: '/company/logo',
  tag: 'Company',
  summary: 'Sets the logo: PNG, JPEG or WebP',
  function: 'company',
  wholeCompany: true,
  upload: { types: ['image/png', 'image/jpeg', 'image/webp'], maxOctets: maxLogoBytes },
  async run(ctx, call) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of call.upload) chunks.push(chunk as Uint8Array);
    await setLogo(ctx.directory, call.scope, Buffer.concat(chunks));
  },
});
