import { listOperations } from '../../../../directory/administrators/operation-log.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { fromCursor, pageSize, toPage } from '../../kit/paging.ts';
import { object, pageOf, paging } from '../../kit/schema.ts';
import {
  operationAnswer,
  operationFilter,
  operationFilters,
  operationSchema,
} from '../../schemas/operation-log.ts';

export const operationLogList: Operation = defineOperation({
  id: 'operationLog.list',
  method: 'GET',
  path: '/operations',
  tag: 'Logs',
  summary: 'What administrators did, newest first (LOG-03)',
  function: 'logs',
  wholeCompany: true,
  query: object({ ...paging, ...operationFilters }),
  response: pageOf(operationSchema),
  async run(ctx, call) {
    const { limit, cursor, ...filters } = call.query;
    const position = fromCursor(cursor, 'nn');
    const before = position && { at: Number(position[0]), id: Number(position[1]) };
    const size = pageSize(ctx, limit);
    const found = await listOperations(ctx.directory, call.scope, operationFilter(filters), before, size + 1);
    const page = toPage(found, size, operation => [operation.at, operation.id]);
    return { ...page, items: page.items.map(item => operationAnswer(item, call.language)) };
  },
});
