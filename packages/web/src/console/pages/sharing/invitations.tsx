import { type ReactElement, useCallback } from 'react';
import { Card, Select, Switch } from '../../../ui/form.tsx';
import { DepartmentField } from '../../kit/departments/field.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { readAll, useDepartments } from '../../kit/organisation.ts';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { InvitationLinks } from './invitation-links.tsx';
import { JoinRequests } from './join-requests.tsx';

interface InvitationSettings {
  readonly open: boolean;
  readonly approval: boolean;
  readonly departmentId: number | null;
  readonly domain: string | null;
}

/** 邀请与加入 (DIR-04 to DIR-06). */
export default function InvitationsPage(): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.invitations;
  const run = useAction();
  const manage = may(session, 'invitations', 'manage');
  const departments = useDepartments();
  const domainsVisible = may(session, 'domains', 'view');
  const domains = useLoaded(
    useCallback(
      async (): Promise<readonly { name: string; unicodeName: string }[]> =>
        domainsVisible ? readAll(api, '/domains') : [],
      [api, domainsVisible],
    ),
  );
  const settings = useLoaded(useCallback(() => api.get<InvitationSettings>('/invitation-settings'), [api]));
  const current = settings.value;

  function change(part: Partial<InvitationSettings>): void {
    if (!current) return;
    settings.set({ ...current, ...part });
    void run(api.patch('/invitation-settings', part), { told: texts.shell.saved }).then(worked => {
      if (!worked) settings.set(current);
    });
  }

  return (
    <JoinRequests manage={manage}>
      <div className="page-below" role="region" tabIndex={0} aria-label={words.settings}>
        <InvitationLinks manage={manage} open={current?.open ?? true} />
        <Card title={words.settings}>
          <LoadState of={settings} />
          {current && (
            <>
              <Switch
                label={words.open}
                hint={words.openHint}
                checked={current.open}
                disabled={!manage}
                onChange={open => change({ open })}
              />
              <Switch
                label={words.approval}
                hint={words.approvalHint}
                checked={current.approval}
                disabled={!manage}
                onChange={approval => change({ approval })}
              />
              <DepartmentField
                label={words.department}
                value={current.departmentId ?? 0}
                disabled={!manage}
                none={words.noDepartment}
                entries={departments.value ?? []}
                onChange={id => change({ departmentId: id === 0 ? null : id })}
              />
              <Select
                label={words.domain}
                value={current.domain ?? ''}
                disabled={!manage}
                choices={[
                  { value: '', label: words.primaryDomain },
                  ...(domains.value ?? []).map(({ name, unicodeName }) => ({
                    value: name,
                    label: unicodeName,
                  })),
                  ...(current.domain && !domains.value?.some(({ name }) => name === current.domain)
                    ? [{ value: current.domain, label: current.domain }]
                    : []),
                ]}
                onChange={name => change({ domain: name === '' ? null : name })}
              />
            </>
          )}
        </Card>
      </div>
    </JoinRequests>
  );
}
