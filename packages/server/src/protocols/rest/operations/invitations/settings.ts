import { Type } from 'typebox';
import { changeInvitationSettings, invitationSettings } from '../../../../directory/invitations/settings.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { nullable, object } from '../../kit/schema.ts';
import { settingsSchema } from './schema.ts';

const place = { path: '/invitation-settings', tag: 'Invitations', function: 'invitations' } as const;

export const invitationSettingsGet: Operation = defineOperation({
  ...place,
  id: 'invitationSettings.get',
  method: 'GET',
  summary: 'How people who are invited join',
  response: settingsSchema,
  run: (ctx, call) => invitationSettings(ctx.directory, call.scope),
});

export const invitationSettingsChange: Operation = defineOperation({
  ...place,
  id: 'invitationSettings.change',
  method: 'PATCH',
  summary: 'Changes what is named',
  wholeCompany: true,
  body: object({
    open: Type.Optional(Type.Boolean()),
    approval: Type.Optional(Type.Boolean()),
    departmentId: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))),
    domain: Type.Optional(nullable(Type.String({ maxLength: 255 }))),
  }),
  response: settingsSchema,
  sample: { body: { open: true } },
  run: (ctx, call) => changeInvitationSettings(ctx.directory, call.scope, call.body),
});
