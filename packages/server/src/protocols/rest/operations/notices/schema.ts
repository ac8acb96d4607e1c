import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import { type TUnsafe, Type } from 'typebox';
import { type NoticeEvent, noticeEventNames, noticeEvents } from '../../../../directory/notices/events.ts';
import type { Notice } from '../../../../directory/notices/inbox.ts';
import type { NoticeSetting } from '../../../../directory/notices/settings.ts';
import { eventName, noticeWords } from '../../../../directory/notices/words.ts';
import { moment, named, object, oneOf } from '../../kit/schema.ts';

const phrases = { 'zh-CN': createPhrases('zh-CN'), en: createPhrases('en') };

export const eventSchema: TUnsafe<NoticeEvent> = oneOf(noticeEventNames, {
  description: 'What administrators can be told of',
});

export interface NoticeAnswer {
  readonly id: number;
  readonly event: NoticeEvent;
  readonly kind: string;
  readonly at: string;
  readonly read: boolean;
  readonly subject: string;
  readonly text: string;
}

export const noticeSchema: TUnsafe<NoticeAnswer> = named<NoticeAnswer>('Notice')(
  object({
    id: Type.Integer(),
    event: eventSchema,
    kind: Type.String({ description: 'Stable name of what happened: `domain_active`' }),
    at: moment(),
    read: Type.Boolean({ description: 'Whether the caller has seen it' }),
    subject: Type.String({ description: 'In the language of Accept-Language' }),
    text: Type.String(),
  }),
);

export function noticeAnswer(notice: Notice, language: Language): NoticeAnswer {
  const { id, event, kind, read } = notice;
  const at = new Date(notice.at).toISOString();
  return { id, event, kind, at, read, ...noticeWords(phrases[language], notice) };
}

export interface NoticeSettingAnswer {
  readonly event: NoticeEvent;
  readonly name: string;
  readonly function: string;
  readonly mail: boolean;
  readonly console: boolean;
  readonly recipients: 'responsible' | 'chosen';
  readonly accounts: readonly number[];
  readonly addresses: readonly string[];
  readonly candidates: readonly {
    readonly accountId: number;
    readonly name: string;
    readonly address: string;
  }[];
}

export const noticeSettingSchema: TUnsafe<NoticeSettingAnswer> = named<NoticeSettingAnswer>('NoticeSetting')(
  object({
    event: eventSchema,
    name: Type.String({ description: 'What the event is called, in the language of Accept-Language' }),
    function: Type.String({ description: 'Administrators need this function to be told' }),
    mail: Type.Boolean(),
    console: Type.Boolean(),
    recipients: oneOf(['responsible', 'chosen'], {
      description: '`responsible`: mail goes to all candidates. `chosen`: to those of `accounts`',
    }),
    accounts: Type.Array(Type.Integer()),
    addresses: Type.Array(Type.String(), { description: 'Get the mail, too' }),
    candidates: Type.Array(
      object({ accountId: Type.Integer(), name: Type.String(), address: Type.String() }),
      { description: 'Administrators whose matter it is, as things stand now' },
    ),
  }),
);

export function noticeSettingAnswer(setting: NoticeSetting, language: Language): NoticeSettingAnswer {
  return {
    ...setting,
    name: eventName(phrases[language], setting.event),
    function: noticeEvents[setting.event].function,
  };
}
