import type { ReactElement } from 'react';
import { OneOf } from '../../kit/choices.tsx';
import { DepartmentPicker } from '../../kit/pickers.tsx';
import { type Access, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

export type Functions = Readonly<Record<string, Access>>;

/** What is granted: functions with how far each goes, and departments; null: the whole company. */
export interface Grant {
  readonly functions: Functions;
  readonly departments: readonly number[] | null;
}

/** Functions × view/manage, and which departments (TEN-36). One gives no more than one has. */
export function GrantForm({
  grant,
  onChange,
}: {
  readonly grant: Grant;
  readonly onChange: (grant: Grant) => void;
}): ReactElement {
  const { session } = useConsole();
  const words = useConsoleTexts().security;
  const mine = session.administrator;
  const names = Object.keys(words.functions).filter(name => mine?.functions[name] !== undefined);

  function set(name: string, access: Access | 'none'): void {
    const { [name]: _before, ...rest } = grant.functions;
    onChange({ ...grant, functions: access === 'none' ? rest : { ...rest, [name]: access } });
  }
  function setAll(wanted: Access): void {
    const all = names.map(name => [name, mine?.functions[name] === 'view' ? 'view' : wanted] as const);
    onChange({ ...grant, functions: Object.fromEntries(all) });
  }

  return (
    <>
      <section aria-label={words.functionsTitle}>
        <div className="row grant-head">
          <h3 className="settings-sub grow">{words.functionsTitle}</h3>
          <button type="button" className="button plain" onClick={() => setAll('view')}>
            {words.allView}
          </button>
          <button type="button" className="button plain" onClick={() => setAll('manage')}>
            {words.allManage}
          </button>
        </div>
        <ul className="grant-list">
          {names.map(name => (
            <li key={name}>
              <fieldset>
                <legend>{words.functions[name]}</legend>
                {(['none', 'view', 'manage'] as const).map(access => (
                  <label key={access}>
                    <input
                      type="radio"
                      name={`grant-${name}`}
                      disabled={access === 'manage' && mine?.functions[name] === 'view'}
                      checked={(grant.functions[name] ?? 'none') === access}
                      onChange={() => set(name, access)}
                    />
                    {words.access[access]}
                  </label>
                ))}
              </fieldset>
            </li>
          ))}
        </ul>
      </section>
      <OneOf
        label={words.scopeTitle}
        value={grant.departments === null ? 'whole' : 'some'}
        choices={[
          ...(mine?.departments === null ? [{ value: 'whole' as const, label: words.wholeCompany }] : []),
          { value: 'some' as const, label: words.someDepartments },
        ]}
        onChange={choice => onChange({ ...grant, departments: choice === 'whole' ? null : [] })}
      />
      {grant.departments !== null && (
        <DepartmentPicker
          value={grant.departments}
          onChange={departments => onChange({ ...grant, departments })}
        />
      )}
    </>
  );
}

/** `成员与部门（管理）、日志（查看）`, shortened. */
export function useGrantText(): (functions: Functions) => string {
  const words = useConsoleTexts().security;
  return functions => {
    const given = Object.entries(functions);
    if (given.length === 0) return words.access.none;
    const known = Object.keys(words.functions);
    if (known.every(name => functions[name] === 'manage')) return words.allFunctions;
    return given
      .map(([name, access]) => `${words.functions[name] ?? name} · ${words.access[access]}`)
      .join('、');
  };
}
