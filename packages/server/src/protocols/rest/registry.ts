import type { Operation } from './kit/operation.ts';
import { administratorOperations } from './operations/administrators/operations.ts';
import { operationLogOperations } from './operations/operation-log/operations.ts';
import { sessionGet } from './operations/session/get.ts';
import { tokenOperations } from './operations/tokens/operations.ts';

/**
 * Every operation of the administration API, by area: each area's `operations.ts` lists its files. The test of
 * permissions, the OpenAPI document and the routes are made from this list.
 */
export const operations: readonly Operation[] = [
  sessionGet,
  ...administratorOperations,
  ...tokenOperations,
  ...operationLogOperations,
];
