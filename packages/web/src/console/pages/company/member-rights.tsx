import { type ReactElement, useCallback } from 'react';
import { Card, Switch } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { FormPage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

interface MemberRights {
  readonly mayForward: boolean;
  readonly mayRestoreDeleted: boolean;
}

/** 成员操作权限 (SRC-10). */
export default function MemberRightsPage(): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.company;
  const run = useAction();
  const manage = may(session, 'mailRules', 'manage') && session.administrator?.departments === null;
  const rights = useLoaded(useCallback(() => api.get<MemberRights>('/member-rights'), [api]));
  const current = rights.value;

  function change(part: Partial<MemberRights>): void {
    if (!current) return;
    rights.set({ ...current, ...part });
    void run(api.patch('/member-rights', part), { told: texts.shell.saved }).then(worked => {
      if (!worked) rights.set(current);
    });
  }

  return (
    <FormPage title={words.rights} hint={words.rightsHint}>
      <LoadState of={rights} />
      {current && (
        <Card title={words.rights}>
          {(['mayForward', 'mayRestoreDeleted'] as const).map(name => (
            <Switch
              key={name}
              label={words[name]}
              hint={words[`${name}Hint`]}
              checked={current[name]}
              disabled={!manage}
              onChange={on => change({ [name]: on })}
            />
          ))}
        </Card>
      )}
    </FormPage>
  );
}
