import { exportOperations } from '../../../../directory/administrators/operation-log.ts';
import { download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { object } from '../../kit/schema.ts';
import { operationFilter, operationFilters } from '../../schemas/operation-log.ts';

export const operationLogExport: Operation = defineOperation({
  id: 'operationLog.export',
  method: 'GET',
  path: '/operations/export',
  tag: 'Logs',
  summary: 'What administrators did, as CSV (LOG-03)',
  function: 'logs',
  wholeCompany: true,
  query: object({ ...operationFilters }),
  download: ['text/csv'],
  async run(ctx, call) {
    const rows = exportOperations(ctx.directory, call.scope, operationFilter(call.query), call.language);
    return download('text/csv; charset=utf-8', 'operations.csv', rows);
  },
});
