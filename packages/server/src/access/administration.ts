import { MailError } from '../platform/errors.ts';

/** What an administrator may be given (TEN-36): each a group of pages of the console and of operations of the API. */
export const adminFunctions = [
  'company',
  'domains',
  'members',
  'publicMailboxes',
  'groups',
  'aliases',
  'recycleBin',
  'invitations',
  'directoryVisibility',
  'administrators',
  'signIn',
  'clientAccess',
  'mailRules',
  'trace',
  'logs',
  'statistics',
  'migration',
  'api',
] as const;

export type AdminFunction = (typeof adminFunctions)[number];
export type AdminAccess = 'view' | 'manage';

/** What somebody administers in a tenant. */
export interface Administration {
  /** `owner` (TEN-34) and `super` (TEN-35) may do everything; `scoped` (TEN-36) what the rest says. */
  readonly role: 'owner' | 'super' | 'scoped';
  readonly functions: ReadonlyMap<AdminFunction, AdminAccess>;
  /** Departments whose people are in reach, sub-departments included; null: all. */
  readonly departments: ReadonlySet<number> | null;
}

/** Everything, as the server itself and the command line have it. */
export const wholeAdministration: Administration = {
  role: 'owner',
  functions: new Map(adminFunctions.map(name => [name, 'manage'])),
  departments: null,
};

interface Administering {
  readonly administration?: Administration;
}

/** Throws `access.denied` unless the scope may use that function. */
export function requireAdministration(
  scope: Administering,
  name: AdminFunction,
  access: AdminAccess,
): Administration {
  const { administration } = scope;
  const granted = administration?.functions.get(name);
  if (administration && granted !== undefined && (access === 'view' || granted === 'manage')) {
    return administration;
  }
  throw new MailError('access.denied', { need: `${name}:${access}` });
}

/** Throws `access.denied` unless the scope reaches all departments: what concerns the whole company. */
export function requireWholeCompany(scope: Administering): void {
  if (scope.administration && scope.administration.departments === null) return;
  throw new MailError('access.denied', { need: 'whole company' });
}

/** Whether somebody of these departments (all that they belong to) is in reach: one of them suffices. */
export function reaches(administration: Administration, departmentIds: Iterable<number>): boolean {
  const { departments } = administration;
  if (departments === null) return true;
  for (const id of departmentIds) if (departments.has(id)) return true;
  return false;
}
