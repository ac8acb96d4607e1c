import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { Type } from 'typebox';
import {
  exportCompanySignIns,
  listCompanySignIns,
  type SignInFilter,
} from '../../../../access/sign-in-history.ts';
import { csvLine } from '../../../../directory/book/csv.ts';
import { download } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { fromCursor, pageSize, toCursor } from '../../kit/paging.ts';
import { identifier, object, pageOf, paging } from '../../kit/schema.ts';
import { signInAnswer, signInSchema } from '../../schemas/sign-in.ts';

const filters = {
  accountId: Type.Optional(identifier('Account')),
  from: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
  to: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'Exclusive' })),
};

function filterOf(query: { accountId?: number; from?: string; to?: string }): SignInFilter {
  const { accountId, from, to } = query;
  return {
    ...(accountId !== undefined && { accountId }),
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
}

export const signInLogList: Operation = defineOperation({
  id: 'signIn.log',
  method: 'GET',
  path: '/sign-ins',
  tag: 'Logs',
  summary: 'Sign-ins of members, newest first (LOG-02)',
  function: 'logs',
  query: object({ ...paging, ...filters, failed: Type.Optional(Type.Boolean()) }),
  response: pageOf(signInSchema),
  async run(ctx, call) {
    const { limit, cursor, failed, ...rest } = call.query;
    const position = fromCursor(cursor, 'nn');
    const page = await listCompanySignIns(ctx.signIn, call.scope, filterOf(rest), {
      limit: pageSize(ctx, limit),
      ...(failed !== undefined && { failed }),
      ...(position && { before: { at: Number(position[0]), id: Number(position[1]) } }),
    });
    const next = page.next && toCursor([page.next.at, page.next.id]);
    return { items: page.list.map(signInAnswer), next };
  },
});

export const signInLogExport: Operation = defineOperation({
  id: 'signIn.exportLog',
  method: 'GET',
  path: '/sign-ins/export',
  tag: 'Logs',
  summary: 'Sign-ins of members, as CSV (LOG-02)',
  function: 'logs',
  query: object(filters),
  download: ['text/csv'],
  async run(ctx, call) {
    const rows = exportCompanySignIns(ctx.signIn, call.scope, filterOf(call.query));
    const phrases = createPhrases(call.language);
    const head = ['at', 'login', 'service', 'method', 'address', 'agent', 'result'] as const;
    async function* lines(): AsyncGenerator<string> {
      // The mark makes spreadsheets read UTF-8.
      yield `\uFEFF${csvLine(head.map(name => phrases.say(`signInLog.${name}`)))}`;
      for await (const row of rows) {
        const { at, login, service, method, address, agent, result } = signInAnswer(row);
        const words = result === 'ok' ? phrases.say('signInLog.ok') : phrases.find(`error.${result}`);
        yield csvLine([at, login, service, method, address, agent ?? '', words ?? result]);
      }
    }
    return download('text/csv; charset=utf-8', 'sign-ins.csv', lines());
  },
});
