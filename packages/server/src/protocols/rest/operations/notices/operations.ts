import { Type } from 'typebox';
import { noticeLimits } from '../../../../directory/notices/choice.ts';
import { listNotices, readNotices, unreadNotices } from '../../../../directory/notices/inbox.ts';
import { changeNoticeSetting, noticeSettings } from '../../../../directory/notices/settings.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageOfList } from '../../kit/paging.ts';
import { identifier, object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { paged } from '../../schemas/paged.ts';
import {
  eventSchema,
  noticeAnswer,
  noticeSchema,
  noticeSettingAnswer,
  noticeSettingSchema,
} from './schema.ts';

const place = { tag: 'Notices' } as const;

const noticesList: Operation = defineOperation({
  ...place,
  id: 'notices.list',
  method: 'GET',
  path: '/notices',
  function: 'any',
  summary: 'What the caller is told of in the console, newest first: only what their functions are about',
  query: object({
    ...paging,
    event: Type.Optional(eventSchema),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'In whom or what it names' })),
  }),
  response: pageOf(noticeSchema),
  run: async (ctx, { scope, language, query: { q, ...page } }) =>
    paged(
      await listNotices(ctx.directory, scope, { ...page, ...(q !== undefined && { search: q }) }),
      notice => noticeAnswer(notice, language),
    ),
});

const noticesUnread: Operation = defineOperation({
  ...place,
  id: 'notices.unread',
  method: 'GET',
  path: '/notices/unread',
  function: 'any',
  summary: 'How many of them the caller has not seen, counted up to 100',
  response: object({ count: Type.Integer({ minimum: 0, maximum: 100 }) }),
  run: async (ctx, call) => ({ count: await unreadNotices(ctx.directory, call.scope) }),
});

const noticesRead: Operation = defineOperation({
  ...place,
  id: 'notices.read',
  method: 'POST',
  path: '/notices/read',
  function: 'any',
  access: 'view',
  personOnly: true,
  summary: 'Marks all up to this one as seen by the caller',
  body: object({ upTo: identifier('Notice') }),
  run: (ctx, call) => readNotices(ctx.directory, call.scope, call.body.upTo),
});

const settingsList: Operation = defineOperation({
  ...place,
  id: 'noticeSettings.list',
  method: 'GET',
  path: '/notice-settings',
  function: 'company',
  wholeCompany: true,
  summary: 'What the company is told of, how, and who gets the mail',
  query: object({ ...paging }),
  response: pageOf(noticeSettingSchema),
  run: async (ctx, call) =>
    pageOfList(
      ctx,
      (await noticeSettings(ctx.directory, call.scope)).map(setting =>
        noticeSettingAnswer(setting, call.language),
      ),
      call.query,
    ),
});

const settingsChange: Operation = defineOperation({
  ...place,
  id: 'noticeSettings.change',
  method: 'PATCH',
  path: '/notice-settings/{event}',
  function: 'company',
  wholeCompany: true,
  summary: 'Changes what is named for one event',
  params: object({ event: eventSchema }),
  body: object({
    mail: Type.Optional(Type.Boolean()),
    console: Type.Optional(Type.Boolean()),
    recipients: Type.Optional(oneOf(['responsible', 'chosen'])),
    accounts: Type.Optional(Type.Array(identifier('Administrator'), { maxItems: noticeLimits.accounts })),
    addresses: Type.Optional(
      Type.Array(Type.String({ minLength: 3, maxLength: 320 }), { maxItems: noticeLimits.addresses }),
    ),
  }),
  response: noticeSettingSchema,
  sample: { params: { event: 'domains' }, body: { console: true } },
  run: async (ctx, call) =>
    noticeSettingAnswer(
      await changeNoticeSetting(ctx.directory, call.scope, call.params.event, call.body),
      call.language,
    ),
});

export const noticeOperations: readonly Operation[] = [
  noticesList,
  noticesUnread,
  noticesRead,
  settingsList,
  settingsChange,
];
