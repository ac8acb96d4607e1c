import { exportBook } from '../../../../directory/book/export.ts';
import { download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';

export const bookExport: Operation = defineOperation({
  id: 'book.export',
  method: 'GET',
  path: '/book/export',
  tag: 'Address book',
  function: 'none',
  summary: 'The address book as CSV, where the company lets members export it (DIR-12)',
  download: ['text/csv'],
  run: async (ctx, call) =>
    download('text/csv; charset=utf-8', 'address-book.csv', exportBook(ctx.directory, call.scope)),
});
