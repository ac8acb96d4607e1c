import type { ReactElement } from 'react';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useTags } from '../../kit/organisation.ts';
import { useConsoleTexts } from '../../texts.ts';
import { DepartmentSelect } from './departments/select.tsx';
import type { Departments } from './use-departments.ts';

/** What the table of members is narrowed to. */
export interface MemberFilters {
  readonly q: string;
  readonly state: string;
  readonly vip: string;
  readonly role: string;
  readonly tag: string;
  readonly secondFactor: string;
}

export const noFilters: MemberFilters = {
  q: '',
  state: '',
  vip: '',
  role: '',
  tag: '',
  secondFactor: '',
};

interface FiltersProps {
  readonly value: MemberFilters;
  readonly onChange: (value: MemberFilters) => void;
  /** On a phone the tree is a list among the filters. */
  readonly departments: Departments | null;
  readonly department: number | null;
  readonly onDepartment: (id: number | null) => void;
}

/** Search and filters above the members. */
export function MemberFilterBar(props: FiltersProps): ReactElement {
  const words = useConsoleTexts().people;
  const tags = useTags();
  const { value, onChange } = props;
  const choice = (
    key: keyof MemberFilters,
    label: string,
    choices: readonly (readonly [string, string])[],
  ): ReactElement => (
    <FilterSelect
      label={label}
      value={value[key]}
      choices={choices}
      onChange={next => onChange({ ...value, [key]: next })}
    />
  );
  return (
    <>
      <SearchField
        className="member-search"
        label={words.search}
        value={value.q}
        maxLength={100}
        onChange={q => onChange({ ...value, q })}
      />
      {props.departments && (
        <DepartmentSelect
          bare
          label={words.departments.tree}
          departments={props.departments}
          value={props.department ?? 0}
          none={words.departments.whole}
          onChange={id => props.onDepartment(id || null)}
        />
      )}
      {choice('state', words.filters.state, [
        ['enabled', words.filters.enabled],
        ['disabled', words.filters.disabled],
        ['waiting', words.states.notActivated],
      ])}
      {choice('vip', words.filters.seat, [
        ['true', words.vip],
        ['false', words.ordinary],
      ])}
      {choice('role', words.filters.role, [
        ['administrator', words.filters.administrators],
        ['member', words.filters.members],
      ])}
      {choice('secondFactor', words.filters.secondFactor, [
        ['true', words.states.factorOn],
        ['false', words.states.factorOff],
      ])}
      {tags.value &&
        tags.value.length > 0 &&
        choice(
          'tag',
          words.filters.tag,
          tags.value.map(({ id, name }) => [`${id}`, name] as const),
        )}
    </>
  );
}

/** The filters as the API takes them: who has no password yet is a state on the screen only. */
export function memberQuery({ state, ...rest }: MemberFilters): Readonly<Record<string, string>> {
  return state === 'waiting' ? { ...rest, activated: 'false' } : { ...rest, state };
}
