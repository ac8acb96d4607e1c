import type { ReactElement } from 'react';
import { Field } from '../../../kit/field.tsx';
import type { Departments } from '../use-departments.ts';

interface SelectProps {
  readonly label: string;
  readonly hint?: string;
  readonly departments: Departments;
  /** 0: what `none` says. */
  readonly value: number;
  /** Words of the choice 0; left out: there is no such choice. */
  readonly none?: string;
  /** Left out, with all that is below: nothing moves into itself. */
  readonly without?: number | undefined;
  readonly onChange: (id: number) => void;
}

/** One department, as the browser's own list with the tree drawn by spaces. */
export function DepartmentSelect(props: SelectProps): ReactElement {
  return (
    <Field label={props.label} {...(props.hint ? { hint: props.hint } : {})}>
      {(id, describedBy) => (
        <select
          id={id}
          className="field"
          aria-describedby={describedBy}
          value={props.value}
          onChange={event => props.onChange(Number(event.target.value))}
        >
          {props.none !== undefined && <option value={0}>{props.none}</option>}
          <DepartmentOptions departments={props.departments} without={props.without} />
        </select>
      )}
    </Field>
  );
}

/** The options of such a list. */
export function DepartmentOptions({
  departments,
  without,
}: {
  readonly departments: Departments;
  readonly without?: number | undefined;
}): ReactElement {
  const skipped = new Set<number>();
  return (
    <>
      {departments.ordered.map(({ department, depth }) => {
        if (department.id === without || skipped.has(department.parentId ?? 0)) {
          skipped.add(department.id);
          return null;
        }
        return (
          <option key={department.id} value={department.id}>
            {'\u2003'.repeat(Math.min(depth, 8)) + department.name}
          </option>
        );
      })}
    </>
  );
}
