/** A department as the pickers know one; lists of them have parents before children. */
export interface DepartmentEntry {
  readonly id: number;
  readonly name: string;
  readonly depth: number;
}

/** A line of the tree, or of what was found in it. */
export interface DepartmentRow extends DepartmentEntry {
  /** Null: nothing lies below. */
  readonly open: boolean | null;
  /** Names from the top to the department above, for what was found by searching. */
  readonly above: string;
}

/** Lines that are to be seen: of the tree with these branches open, or, with a text, all whose name has it. */
export function departmentRows(
  entries: readonly DepartmentEntry[],
  text: string,
  isOpen: (id: number) => boolean,
): readonly DepartmentRow[] {
  const wanted = text.trim().toLowerCase();
  const rows: DepartmentRow[] = [];
  const line: string[] = [];
  let closedAt = Number.POSITIVE_INFINITY;
  entries.forEach((entry, index) => {
    line.length = entry.depth;
    const above = line.join(' / ');
    line.push(entry.name);
    if (wanted !== '') {
      if (entry.name.toLowerCase().includes(wanted)) rows.push({ ...entry, depth: 0, open: null, above });
      return;
    }
    if (entry.depth > closedAt) return;
    closedAt = Number.POSITIVE_INFINITY;
    const parent = (entries[index + 1]?.depth ?? 0) > entry.depth;
    const open = parent ? isOpen(entry.id) : null;
    if (open === false) closedAt = entry.depth;
    rows.push({ ...entry, open, above: '' });
  });
  return rows;
}

/** The departments on the way down to any of these, not they themselves. */
export function linesTo(entries: readonly DepartmentEntry[], ids: ReadonlySet<number>): ReadonlySet<number> {
  const found = new Set<number>();
  const line: number[] = [];
  for (const { id, depth } of entries) {
    line.length = depth;
    if (ids.has(id)) for (const above of line) found.add(above);
    line.push(id);
  }
  return found;
}

/** Names from the top down to a department, for a line of text; null: it is not there. */
export function departmentPath(entries: readonly DepartmentEntry[], id: number): string | null {
  const line: string[] = [];
  for (const entry of entries) {
    line.length = entry.depth;
    line.push(entry.name);
    if (entry.id === id) return line.join(' / ');
  }
  return null;
}
