import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { Type } from 'typebox';
import { mailboxCapacity } from '../../../../administration/statistics/capacity.ts';
import { companyStatistics, type Statistics } from '../../../../administration/statistics/statistics.ts';
import { csvLine } from '../../../../directory/book/csv.ts';
import type { RestContext } from '../../context.ts';
import { download } from '../../kit/answer.ts';
import { type Call, defineOperation, type Operation } from '../../kit/operation.ts';
import { pageSize } from '../../kit/paging.ts';
import { nullable, object, pageOf, paging } from '../../kit/schema.ts';

const place = { tag: 'Statistics', function: 'statistics', wholeCompany: true } as const;

const period = {
  from: Type.String({ format: 'date-time', maxLength: 40 }),
  to: Type.String({
    format: 'date-time',
    maxLength: 40,
    description: 'Exclusive; at most half a year later',
  }),
  offset: Type.Optional(
    Type.Integer({
      minimum: -14 * 60,
      maximum: 14 * 60,
      description: 'Minutes that the clock on the wall is ahead of UTC: days begin at its midnight',
    }),
  ),
};
const sample = { query: { from: '2026-11-01T00:00:00Z', to: '2026-11-22T00:00:00Z' } } as const;

const numbers = {
  sentOutside: Type.Integer({ description: 'Copies handed to servers outside' }),
  sentInside: Type.Integer({ description: 'Copies from the company into its own mailboxes' }),
  receivedOutside: Type.Integer({ description: 'Copies from outside into the company’s mailboxes' }),
  refused: Type.Integer({ description: 'Mails to the company that were refused' }),
  junk: Type.Integer({ description: 'Copies that checks found suspicious and filed as junk' }),
  people: Type.Integer({ description: 'Members who signed in' }),
};

type Asked = { readonly from: string; readonly to: string; readonly offset?: number };

function read(ctx: RestContext, call: Call<unknown, Asked>): Promise<Statistics> {
  const { from, to, offset = 0 } = call.query;
  return companyStatistics(ctx.trace, call.scope, {
    from: Date.parse(from),
    to: Date.parse(to),
    offsetMinutes: offset,
  });
}

const statisticsGet: Operation = defineOperation({
  ...place,
  id: 'statistics.get',
  method: 'GET',
  path: '/statistics',
  summary: 'Mail sent, received and refused, and who signed in, by day (STA-02 to STA-04)',
  query: object(period),
  response: object({
    days: Type.Array(object({ day: Type.String({ description: '`2026-11-22`' }), ...numbers })),
    total: object(numbers),
  }),
  sample,
  run: read,
});

const statisticsExport: Operation = defineOperation({
  ...place,
  id: 'statistics.export',
  method: 'GET',
  path: '/statistics/export',
  summary: 'The same as CSV',
  query: object(period),
  download: ['text/csv'],
  sample,
  async run(ctx, call) {
    const { days } = await read(ctx, call);
    const phrases = createPhrases(call.language);
    const head = ['sentOutside', 'sentInside', 'receivedOutside', 'refused', 'junk', 'people'] as const;
    async function* lines(): AsyncGenerator<string> {
      const titles = [phrases.say('statistics.day'), ...head.map(name => phrases.say(`statistics.${name}`))];
      // The mark makes spreadsheets read UTF-8.
      yield `\uFEFF${csvLine(titles)}`;
      for (const day of days) yield csvLine([day.day, ...head.map(name => `${day[name]}`)]);
    }
    return download('text/csv; charset=utf-8', 'statistics.csv', lines());
  },
});

const statisticsCapacity: Operation = defineOperation({
  ...place,
  id: 'statistics.capacity',
  method: 'GET',
  path: '/statistics/capacity',
  summary: 'Mailboxes with less than a tenth left, or with `q` how full some are (STA-05)',
  description: 'A page looks at `limit` members: it can be empty and still have a next one.',
  query: object({
    ...paging,
    q: Type.Optional(Type.String({ maxLength: 100, description: 'As for members' })),
  }),
  response: pageOf(
    object({
      id: Type.Integer(),
      name: Type.String(),
      address: Type.String(),
      usedBytes: Type.Integer(),
      limitBytes: nullable(Type.Integer({ description: 'Null: no limit' })),
      messages: Type.Integer(),
      deletedLastMonth: Type.Integer({ description: 'Mails deleted for good in the last 30 days' }),
    }),
  ),
  async run(ctx, call) {
    const { limit, cursor, q } = call.query;
    const { items, nextCursor } = await mailboxCapacity(ctx.administration, call.scope, {
      limit: pageSize(ctx, limit),
      ...(cursor !== undefined && { cursor }),
      ...(q !== undefined && { text: q }),
    });
    return { items: items.map(({ accountId, ...rest }) => ({ id: accountId, ...rest })), next: nextCursor };
  },
});

export const statisticsOperations: readonly Operation[] = [
  statisticsGet,
  statisticsExport,
  statisticsCapacity,
];
