import type { Operation } from '../../kit/operation.ts';
import { operationLogExport } from './export.ts';
import { operationLogList } from './list.ts';

export const operationLogOperations: readonly Operation[] = [operationLogList, operationLogExport];
