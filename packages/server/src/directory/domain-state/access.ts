import { type AdminAccess, requireAdministration, requireWholeCompany } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';

/** Throws `access.denied` unless the scope may see domains, or with `manage` change them, which concerns the whole company. */
export function requireDomains(scope: Scope, access: AdminAccess): void {
  requireAdministration(scope, 'domains', access);
  if (access === 'manage') requireWholeCompany(scope);
}
