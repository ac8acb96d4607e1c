import { type ReactElement, useMemo } from 'react';
import { DepartmentField } from '../../../kit/departments/field.tsx';
import type { DepartmentEntry } from '../../../kit/departments/rows.ts';
import type { Departments } from '../use-departments.ts';

interface SelectProps {
  readonly label: string;
  readonly hint?: string;
  /** The label is for screen readers only. */
  readonly bare?: boolean;
  readonly departments: Departments;
  /** 0: what `none` says. */
  readonly value: number;
  /** Words of the choice 0; left out: there is no such choice. */
  readonly none?: string;
  /** Left out, with all that is below: nothing moves into itself. */
  readonly without?: number | undefined;
  readonly onChange: (id: number) => void;
}

/** One department of the tree of the members' page. */
export function DepartmentSelect({ departments, without, ...rest }: SelectProps): ReactElement {
  const entries = useMemo(() => entriesOf(departments, without), [departments, without]);
  return <DepartmentField {...rest} entries={entries} />;
}

function entriesOf({ ordered }: Departments, without: number | undefined): readonly DepartmentEntry[] {
  const skipped = new Set<number>();
  return ordered.flatMap(({ department: { id, name, parentId }, depth }) => {
    if (id === without || skipped.has(parentId ?? 0)) {
      skipped.add(id);
      return [];
    }
    return [{ id, name, depth }];
  });
}
