import { Type } from 'typebox';
import { updateInformation } from '../../../../directory/company/information.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { informationSchema } from '../../schemas/company.ts';

export const companyUpdate: Operation = defineOperation({
  id: 'company.update',
  method: 'PATCH',
  path: '/company',
  tag: 'Company',
  summary: 'Changes company information',
  function: 'company',
  wholeCompany: true,
  body: object({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    shortName: Type.Optional(Type.String({ maxLength: 200 })),
    industry: Type.Optional(Type.String({ maxLength: 200 })),
    phone: Type.Optional(Type.String({ maxLength: 200 })),
    website: Type.Optional(Type.String({ maxLength: 200 })),
    postalAddress: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  response: informationSchema,
  run: (ctx, call) => updateInformation(ctx.directory, call.scope, call.body),
});
