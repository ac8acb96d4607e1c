import { Type } from 'typebox';
import { runImport } from '../../../../directory/import/run.ts';
import { undoImport } from '../../../../directory/import/undo.ts';
import { accepted } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object } from '../../kit/schema.ts';
import { importAnswer, importSchema } from './schema.ts';

const place = { tag: 'Import of members', function: 'members' } as const;
const params = object({ id: identifier('Import') });

export const importsRun: Operation = defineOperation({
  ...place,
  id: 'imports.run',
  method: 'POST',
  path: '/imports/{id}/run',
  summary: 'Makes members of the rows without problems',
  description: 'Goes on in the background: GET the import to see how far it is.',
  secret: true,
  params,
  query: object({
    links: Type.Optional(
      Type.Boolean({ description: 'Members get an activation link in place of a first password (MBX-03)' }),
    ),
  }),
  response: object({
    import: importSchema,
    passwordKey: Type.String({
      description: 'Opens the list of first passwords or activation links; shown this once',
    }),
  }),
  async run(ctx, call) {
    const { batch, passwordKey } = await runImport(ctx.imports, call.scope, call.params.id, call.query);
    return accepted({ import: importAnswer(batch), passwordKey }, `/imports/${batch.id}`);
  },
});

export const importsUndo: Operation = defineOperation({
  ...place,
  id: 'imports.undo',
  method: 'POST',
  path: '/imports/{id}/undo',
  summary: 'Takes back the members that it made, while none of them has signed in',
  params,
  response: importSchema,
  run: async (ctx, call) => importAnswer(await undoImport(ctx.imports, call.scope, call.params.id)),
});
