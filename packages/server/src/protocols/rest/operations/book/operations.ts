import type { Operation } from '../../kit/operation.ts';
import { bookDepartments } from './departments.ts';
import { bookExport } from './export.ts';
import { bookGet } from './get.ts';
import { bookSearch } from './search.ts';

export const bookOperations: readonly Operation[] = [bookSearch, bookDepartments, bookGet, bookExport];
