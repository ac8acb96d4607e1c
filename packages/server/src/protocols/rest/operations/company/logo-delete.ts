import { setLogo } from '../../../../directory/company/information.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';

export const companyLogoDelete: Operation = defineOperation({
  id: 'company.removeLogo',
  method: 'DELETE',
  path: '/company/logo',
  tag: 'Company',
  summary: 'Removes the logo',
  function: 'company',
  wholeCompany: true,
  run: (ctx, call) => setLogo(ctx.directory, call.scope, null),
});
