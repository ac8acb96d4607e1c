import type { Operation } from './kit/operation.ts';
import { getSession } from './operations/session/get.ts';

/**
 * Every operation of the administration API. One line for each; its file is named after it. The test of permissions,
 * the OpenAPI document and the routes are made from this list.
 */
export const operations: readonly Operation[] = [getSession];
