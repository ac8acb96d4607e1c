import { exportMembers } from '../../../../directory/book/export.ts';
import { download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';

export const membersExport: Operation = defineOperation({
  id: 'members.export',
  method: 'GET',
  path: '/members/export',
  tag: 'Members',
  function: 'members',
  summary: 'The members in reach as CSV (DIR-12)',
  description: 'Needs directoryVisibility:view as well.',
  download: ['text/csv'],
  run: async (ctx, call) =>
    download('text/csv; charset=utf-8', 'members.csv', exportMembers(ctx.directory, call.scope)),
});
