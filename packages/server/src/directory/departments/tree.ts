import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { type DepartmentRow, departmentRows } from '../../store/system/people/departments.ts';
import type { DirectoryContext } from '../context.ts';

/** All departments of a tenant, from one snapshot. Parent 0 is the company. */
export class DepartmentTree {
  readonly rows: ReadonlyMap<number, DepartmentRow>;
  readonly #children: ReadonlyMap<number, readonly DepartmentRow[]>;

  constructor(rows: readonly DepartmentRow[]) {
    this.rows = new Map(rows.map(row => [row.id, row]));
    this.#children = Map.groupBy(rows, row => row.parent_id);
  }

  /** Departments directly below, in their order. */
  childrenOf(id: number): readonly DepartmentRow[] {
    return this.#children.get(id) ?? [];
  }

  /** The department and all above it, the topmost first. */
  lineOf(id: number): DepartmentRow[] {
    const line: DepartmentRow[] = [];
    const seen = new Set<number>();
    for (let row = this.rows.get(id); row && !seen.has(row.id); row = this.rows.get(row.parent_id)) {
      seen.add(row.id);
      line.unshift(row);
    }
    return line;
  }

  /** Names from the top. */
  pathOf(id: number): string[] {
    return this.lineOf(id).map(row => row.name);
  }

  /** The department and all below it; 0: all there are. */
  branchOf(id: number): Set<number> {
    const found = new Set<number>();
    const open = id === 0 ? this.childrenOf(0).map(row => row.id) : this.rows.has(id) ? [id] : [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      for (const child of this.childrenOf(next)) open.push(child.id);
    }
    return found;
  }

  /** Levels of the branch, the department itself included. */
  heightOf(id: number): number {
    let level = [...this.childrenOf(id)];
    let height = 1;
    for (; level.length > 0 && height <= this.rows.size; height += 1) {
      level = level.flatMap(row => [...this.childrenOf(row.id)]);
    }
    return height;
  }

  /** Departments that are hidden themselves or below a hidden one (DIR-09). */
  hidden(): Set<number> {
    const found = new Set<number>();
    for (const row of this.rows.values()) {
      if (row.hidden === 1) for (const id of this.branchOf(row.id)) found.add(id);
    }
    return found;
  }

  /** Parents before children, siblings in their order. */
  all(): DepartmentRow[] {
    const result: DepartmentRow[] = [];
    const walk = (id: number): void => {
      for (const row of this.childrenOf(id)) {
        result.push(row);
        walk(row.id);
      }
    };
    walk(0);
    return result;
  }
}

/** The tree inside a transaction or snapshot. */
export async function treeIn(reader: SqlReader, tenantId: TenantId): Promise<DepartmentTree> {
  return new DepartmentTree(await departmentRows(reader, tenantId));
}

/** The tenant's tree, remembered until the directory changes. */
export async function treeOf(ctx: DirectoryContext, tenantId: TenantId): Promise<DepartmentTree> {
  return ctx.trees.get(ctx.database.shared, String(tenantId), () =>
    treeIn(ctx.database.of(tenantId), tenantId),
  );
}
