import { type ReactElement, useCallback, useState } from 'react';
import { Card, Switch } from '../../../ui/form.tsx';
import { AddButton } from '../../kit/list/add-button.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useWholeList } from '../../kit/list/use-whole-list.ts';
import { LoadState } from '../../kit/load-state.tsx';
import { TablePage } from '../../kit/page.tsx';
import { State, type Tone } from '../../kit/state.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Claims } from './claims.tsx';
import { LookUp } from './look-up.tsx';
import type { Domain, DomainOptions } from './types.ts';

export const stateTones: Readonly<Record<Domain['state'], Tone>> = {
  pending: 'wait',
  active: 'ok',
  drifted: 'warn',
  gone: 'bad',
  ended: 'bad',
};

/** All domains with their states, claims, and what holds for every domain. */
export function DomainList({
  onAdd,
  onOpen,
}: {
  readonly onAdd: () => void;
  readonly onOpen: (name: string) => void;
}): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const time = useTime();
  const run = useAction();
  const manage = may(session, 'domains', 'manage');
  const [q, setQ] = useState('');
  const [state, setState] = useState('');
  const list = useWholeList<Domain>('/domains', q, ({ name, unicodeName }) => [name, unicodeName], {
    wanted: state,
    of: domain => domain.state,
  });
  const options = useLoaded(useCallback(() => api.get<DomainOptions>('/domain-options'), [api]));
  const columns: readonly Column<Domain>[] = [
    {
      key: 'name',
      label: words.name,
      width: '3fr',
      phone: true,
      render: domain => (
        <>
          {domain.unicodeName} {domain.primary && <span className="chip">{words.primary}</span>}{' '}
          {domain.trial && <span className="chip">{words.trialTag}</span>}
        </>
      ),
    },
    {
      key: 'state',
      label: words.stateLabel,
      width: '2fr',
      phone: true,
      render: ({ state }) => <State tone={stateTones[state]}>{words.states[state]}</State>,
    },
    { key: 'since', label: words.since, width: '2fr', render: ({ stateSince }) => time(stateSince) },
    {
      key: 'checked',
      label: words.checked,
      width: '2fr',
      render: ({ checkedAt }) => (checkedAt === null ? words.neverChecked : time(checkedAt)),
    },
    {
      key: 'host',
      label: words.hostLabel,
      width: '1.5fr',
      render: ({ dnsHost }) => (dnsHost === null ? '' : (words.hostNames[dnsHost] ?? dnsHost)),
    },
  ];
  return (
    <TablePage
      title={words.title}
      total={list.total}
      hint={words.hint}
      actions={manage && <AddButton label={words.add} onPress={onAdd} />}
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.stateLabel}
            value={state}
            choices={Object.entries(words.states)}
            onChange={setState}
          />
        </>
      }
    >
      <DataTable
        name="domains"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ name }) => name}
        nameOf={({ unicodeName }) => unicodeName}
        empty={words.empty}
        emptyAction={manage && <AddButton again label={words.add} onPress={onAdd} />}
        filtered={q !== '' || state !== ''}
        onClearFilters={() => {
          setQ('');
          setState('');
        }}
        onOpen={({ name }) => onOpen(name)}
      />
      <div className="page-below" role="region" tabIndex={0} aria-label={words.options}>
        <Claims onTaken={list.refresh} />
        <Card title={words.options}>
          <LoadState of={options} />
          {options.value && (
            <Switch
              label={words.gate}
              hint={words.gateHint}
              checked={options.value.membersWaitForMx}
              disabled={!manage}
              onChange={membersWaitForMx => {
                const before = options.value;
                if (before) options.set({ ...before, membersWaitForMx });
                void run(api.put('/domain-options', { membersWaitForMx }), { told: texts.shell.saved }).then(
                  worked => {
                    if (!worked && before) options.set(before);
                  },
                );
              }}
            />
          )}
        </Card>
        <LookUp />
      </div>
    </TablePage>
  );
}
