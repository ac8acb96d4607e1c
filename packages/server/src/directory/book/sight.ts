import type { Scope } from '../../access/scope.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { MemberFilter } from '../../store/system/people/member-list.ts';
import { type CompanyPolicies, policiesOf } from '../company/policies.ts';
import type { DirectoryContext } from '../context.ts';
import { type DepartmentTree, treeOf } from '../departments/tree.ts';
import { departmentsOf } from '../members/places.ts';

/** Whom somebody sees in the company address book (DIR-09, DIR-10). */
export interface Sight {
  /** Null for the server itself, which sees what everybody sees. */
  readonly viewerId: AccountId | null;
  readonly tree: DepartmentTree;
  readonly policies: CompanyPolicies;
  /** Departments that exist for the viewer. */
  readonly departments: ReadonlySet<number>;
  /** Sees people of the whole company, not only of some branches. */
  readonly wholeCompany: boolean;
  /** What a query of members adds to be within sight. */
  readonly filter: MemberFilter;
}

/** The branch that the rule of a department leads to; null: the whole company. */
function branchSeenFrom(tree: DepartmentTree, policies: CompanyPolicies, id: number): number | null {
  // The nearest rule counts: the own one, else that of a department above, else the company's.
  for (const row of tree.lineOf(id).toReversed()) {
    if (row.view_rule !== null) return row.view_rule === 'company' ? null : row.id;
  }
  return policies.view === 'company' ? null : id;
}

/**
 * What the principal of `scope` sees. Who belongs to several departments sees what any of them sees; hidden departments and
 * people are seen by nobody but the people themselves.
 */
export async function sightOf(ctx: DirectoryContext, scope: Scope): Promise<Sight> {
  const { principal, tenantId } = scope;
  const viewerId = principal.kind === 'account' ? principal.accountId : null;
  const tree = await treeOf(ctx, tenantId);
  const policies = await policiesOf(ctx, tenantId);
  const own =
    viewerId === null ? [] : await departmentsOf(ctx.database.of(scope.tenantId), tenantId, viewerId);
  const branches = own.map(id => branchSeenFrom(tree, policies, id));
  const wholeCompany =
    viewerId === null || branches.includes(null) || (own.length === 0 && policies.view === 'company');
  const hidden = tree.hidden();
  const within = wholeCompany
    ? tree.branchOf(0)
    : new Set(branches.flatMap(id => [...tree.branchOf(id ?? 0)]));
  const departments = within.difference(hidden);
  const self = viewerId ?? 0;
  const filter: MemberFilter = {
    hidden: false,
    disabled: false,
    self,
    ...(wholeCompany ? hidden.size > 0 && { seen: [...departments] } : { branch: [...departments] }),
  };
  return { viewerId, tree, policies, departments, wholeCompany, filter };
}
