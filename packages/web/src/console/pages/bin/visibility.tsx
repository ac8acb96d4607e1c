import '../people/people.css';
import { type ReactElement, useCallback } from 'react';
import { Card, Switch } from '../../../ui/form.tsx';
import { OneOf } from '../../kit/choices.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { FormPage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Exceptions } from './exceptions.tsx';

const fields = ['englishName', 'jobTitle', 'mobile', 'phone', 'employeeNumber', 'gender'] as const;
type ProfileField = (typeof fields)[number];

interface Policies {
  readonly rename: 'free' | 'once' | 'never';
  readonly view: 'company' | 'branch';
  readonly shownFields: readonly ProfileField[];
  readonly outwardFields: readonly ProfileField[];
  readonly memberExport: boolean;
}

/** 通讯录可见范围 (DIR-08 to DIR-12): each choice is saved at once. */
export default function VisibilityPage(): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.bin.visibility;
  const act = useAction();
  const loaded = useLoaded(useCallback(() => api.get<Policies>('/company/policies'), [api]));
  const policies = loaded.value;
  const locked =
    !may(session, 'directoryVisibility', 'manage') || session.administrator?.departments !== null;

  async function save(change: Partial<Policies>): Promise<void> {
    if (!policies) return;
    // The choice shows at once and goes back when it is refused.
    loaded.set({ ...policies, ...change });
    const worked = await act(api.patch<Policies>('/company/policies', change).then(loaded.set), {
      told: texts.shell.saved,
    });
    if (!worked) loaded.set(policies);
  }

  const boxes = (key: 'shownFields' | 'outwardFields', chosen: readonly ProfileField[]): ReactElement => (
    <div className="tag-boxes">
      {fields.map(field => (
        <label key={field} className="row">
          <input
            type="checkbox"
            disabled={locked}
            checked={chosen.includes(field)}
            onChange={event =>
              void save({
                [key]: fields.filter(other =>
                  other === field ? event.target.checked : chosen.includes(other),
                ),
              })
            }
          />
          {words.fields[field]}
        </label>
      ))}
    </div>
  );

  return (
    <FormPage title={words.title} hint={locked ? texts.shell.viewOnly : words.hint}>
      <LoadState of={loaded} />
      {policies && (
        <div className="policies">
          <Card title={words.view}>
            <OneOf
              label={words.view}
              value={policies.view}
              disabled={locked}
              choices={[
                { value: 'company', label: words.company, hint: words.companyHint },
                { value: 'branch', label: words.branch, hint: words.branchHint },
              ]}
              onChange={view => void save({ view })}
            />
          </Card>
          {may(session, 'members', 'view') && (
            <Exceptions locked={!may(session, 'directoryVisibility', 'manage')} />
          )}
          <Card title={words.shown} hint={words.shownHint}>
            {boxes('shownFields', policies.shownFields)}
          </Card>
          <Card title={words.outward} hint={words.outwardHint}>
            {boxes('outwardFields', policies.outwardFields)}
            <Switch
              label={words.memberExport}
              hint={words.memberExportHint}
              checked={policies.memberExport}
              disabled={locked}
              onChange={memberExport => void save({ memberExport })}
            />
          </Card>
          <Card title={words.rename} hint={words.renameHint}>
            <OneOf
              label={words.rename}
              value={policies.rename}
              disabled={locked}
              choices={(['free', 'once', 'never'] as const).map(value => ({
                value,
                label: words.renames[value],
              }))}
              onChange={rename => void save({ rename })}
            />
          </Card>
        </div>
      )}
    </FormPage>
  );
}
