import type { Operation } from '../../kit/operation.ts';
import { importsErrors, importsPasswords, importsTemplate } from './files.ts';
import { importsGet, importsList, importsPreview, importsRevise, importsRows } from './preview.ts';
import { importsRun, importsUndo } from './run.ts';

export const importOperations: readonly Operation[] = [
  importsTemplate,
  importsList,
  importsPreview,
  importsGet,
  importsRows,
  importsRevise,
  importsRun,
  importsUndo,
  importsErrors,
  importsPasswords,
];
