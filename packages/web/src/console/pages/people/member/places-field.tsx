import type { ReactElement } from 'react';
import { useConsoleTexts } from '../../../texts.ts';
import { DepartmentSelect } from '../departments/select.tsx';
import type { Departments } from '../use-departments.ts';

export interface Place {
  readonly id: number;
  readonly main: boolean;
  readonly leader: boolean;
}

interface PlacesProps {
  readonly departments: Departments;
  readonly places: readonly Place[];
  readonly readOnly: boolean;
  readonly onChange: (places: readonly Place[]) => void;
}

/** Departments of a member: one is the main one, some may be led. */
export function PlacesField({ departments, places, readOnly, onChange }: PlacesProps): ReactElement {
  const words = useConsoleTexts().people.member;
  const nameOf = (id: number): string => departments.byId.get(id)?.path.join(' / ') ?? `${id}`;
  const change = (id: number, next: Partial<Place>): void =>
    onChange(places.map(place => (place.id === id ? { ...place, ...next } : place)));

  function remove(id: number): void {
    const rest = places.filter(place => place.id !== id);
    const hasMain = rest.some(({ main }) => main);
    onChange(rest.map((place, index) => (hasMain || index > 0 ? place : { ...place, main: true })));
  }

  return (
    <fieldset className="console-field places" disabled={readOnly}>
      <legend>{words.departments}</legend>
      {places.length === 0 && <p className="meta">{words.departmentNone}</p>}
      <ul>
        {places.map(place => (
          <li key={place.id} className="row">
            <span className="grow">{nameOf(place.id)}</span>
            <label>
              <input
                type="radio"
                checked={place.main}
                onChange={() => onChange(places.map(other => ({ ...other, main: other.id === place.id })))}
              />{' '}
              {words.departmentMain}
            </label>
            <label>
              <input
                type="checkbox"
                checked={place.leader}
                onChange={event => change(place.id, { leader: event.target.checked })}
              />{' '}
              {words.departmentLeader}
            </label>
            {!readOnly && (
              <button
                type="button"
                className="link"
                aria-label={words.departmentRemove(nameOf(place.id))}
                onClick={() => remove(place.id)}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
      {!readOnly && (
        <DepartmentSelect
          bare
          label={words.departmentAdd}
          departments={departments}
          value={0}
          onChange={id => {
            if (!places.some(place => place.id === id))
              onChange([...places, { id, main: places.length === 0, leader: false }]);
          }}
        />
      )}
    </fieldset>
  );
}
