import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { Type } from 'typebox';
import { actOnQueued } from '../../../../administration/trace/act.ts';
import { getJourney } from '../../../../administration/trace/journey.ts';
import { searchTrace } from '../../../../administration/trace/search.ts';
import { csvLine } from '../../../../directory/book/csv.ts';
import { download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { fromCursor, pageSize, toCursor } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';
import { journeyAnswer, journeySchema, searchFields, searchOf } from './schema.ts';

const place = { tag: 'Message trace', function: 'trace', wholeCompany: true } as const;
const params = object({ queueId: Type.String({ minLength: 1, maxLength: 100 }) });
/** Mails of one export. */
const mostExported = 10_000;

const traceSearch: Operation = defineOperation({
  ...place,
  id: 'trace.search',
  method: 'GET',
  path: '/trace',
  summary: 'Mails that came or went, newest first, and where they are (LOG-01)',
  description:
    'All that is given must hold. Without a whole address, a Message-ID or a queue id, and without `from`, the last 31 days are searched. A page can be short and still have a next one.',
  query: object({ ...paging, ...searchFields }),
  response: pageOf(journeySchema),
  async run(ctx, call) {
    const { limit, cursor, ...search } = call.query;
    const position = fromCursor(cursor, 'nn');
    const page = await searchTrace(ctx.trace, call.scope, searchOf(search), {
      limit: pageSize(ctx, limit),
      ...(position && { before: { at: Number(position[0]), id: Number(position[1]) } }),
    });
    return { items: page.list.map(journeyAnswer), next: page.next && toCursor([page.next.at, page.next.id]) };
  },
});

const traceExport: Operation = defineOperation({
  ...place,
  id: 'trace.export',
  method: 'GET',
  path: '/trace/export',
  summary: 'What a search finds, one line for each recipient, as CSV (LOG-01)',
  query: object(searchFields),
  download: ['text/csv'],
  async run(ctx, call) {
    const search = searchOf(call.query);
    const phrases = createPhrases(call.language);
    const first = await searchTrace(ctx.trace, call.scope, search, { limit: ctx.limits.pageMost });
    const head = ['at', 'sender', 'recipient', 'subject', 'state', 'queueId', 'messageId'] as const;
    async function* lines(): AsyncGenerator<string> {
      // The mark makes spreadsheets read UTF-8.
      yield `\uFEFF${csvLine(head.map(name => phrases.say(`trace.${name}`)))}`;
      let page = first;
      for (let count = 0; count < mostExported; count += page.list.length || 1) {
        for (const { at, sender, recipients, subject, queueId, messageId, state } of page.list) {
          const rows = recipients.length > 0 ? recipients : [{ address: '', state }];
          for (const one of rows) {
            const words = phrases.say(`trace.state.${one.state}`);
            yield csvLine([
              momentOf(at),
              sender,
              one.address,
              subject ?? '',
              words,
              queueId,
              messageId ?? '',
            ]);
          }
        }
        if (!page.next) return;
        page = await searchTrace(ctx.trace, call.scope, search, {
          limit: ctx.limits.pageMost,
          before: page.next,
        });
      }
    }
    return download('text/csv; charset=utf-8', 'trace.csv', lines());
  },
});

const traceGet: Operation = defineOperation({
  ...place,
  id: 'trace.get',
  method: 'GET',
  path: '/trace/{queueId}',
  summary: 'One mail with every step, and what other servers said',
  params,
  response: journeySchema,
  run: async (ctx, call) => journeyAnswer(await getJourney(ctx.trace, call.scope, call.params.queueId)),
});

const acted = object({ recipients: Type.Integer({ description: 'For how many it holds' }) });

const traceRetry: Operation = defineOperation({
  ...place,
  id: 'trace.retry',
  method: 'POST',
  path: '/trace/{queueId}/retry',
  summary: 'Tries what waits of a mail now; `conflict.state` when nothing does',
  params,
  response: acted,
  run: async (ctx, call) => ({
    recipients: await actOnQueued(ctx.trace, call.scope, call.params.queueId, 'retry'),
  }),
});

const traceReturn: Operation = defineOperation({
  ...place,
  id: 'trace.return',
  method: 'POST',
  path: '/trace/{queueId}/return',
  summary: 'Tries what waits of a mail for the last time, now: what is not taken goes back to its sender',
  params,
  response: acted,
  run: async (ctx, call) => ({
    recipients: await actOnQueued(ctx.trace, call.scope, call.params.queueId, 'return'),
  }),
});

export const traceOperations: readonly Operation[] = [
  traceSearch,
  traceExport,
  traceGet,
  traceRetry,
  traceReturn,
];
