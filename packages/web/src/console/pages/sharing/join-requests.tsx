import '../people/people.css';
import { type ReactElement, type ReactNode, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { AskedAction } from '../../kit/list/asked-action.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useApiList } from '../../kit/list/use-api-list.ts';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { TablePage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

type RequestState = 'waiting' | 'approved' | 'refused';

interface JoinRequest {
  readonly id: number;
  readonly name: string;
  readonly mobile: string;
  readonly address: string;
  readonly state: RequestState;
  readonly clientAddress: string;
  readonly createdAt: string;
}

const states: readonly RequestState[] = ['waiting', 'approved', 'refused'];

/** Who wants to join (DIR-06): approve or refuse, one by one or many at once. What is below the table is `children`. */
export function JoinRequests({
  manage,
  children,
}: {
  readonly manage: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.invitations;
  const time = useTime();
  const run = useAction();
  const [state, setState] = useState<RequestState | ''>('');
  const [q, setQ] = useState('');
  const [refusing, setRefusing] = useState<JoinRequest | null>(null);
  const list = useApiList<JoinRequest>('/join-requests', { state: state || 'waiting', q });
  const selection = useSelection(list.items, ({ id }) => `${id}`);
  const bulk = useBulk(list.refresh);
  const waiting = state === '' || state === 'waiting';

  const decide = (request: JoinRequest, act: 'approve' | 'refuse'): Promise<unknown> =>
    api.post(`/join-requests/${request.id}/${act}`, act === 'approve' ? {} : undefined);

  async function decideMany(act: 'approve' | 'refuse'): Promise<void> {
    const done = await bulk.run(
      selection.chosen,
      1,
      async ([request]) => request && (await decide(request, act)),
    );
    if (done.length > 0)
      bulk.tell(act === 'approve' ? words.approvedMany(done.length) : words.refusedMany(done.length), null);
    selection.clear();
    list.refresh();
  }

  const columns: readonly Column<JoinRequest>[] = [
    {
      key: 'name',
      label: words.name,
      width: '2.4fr',
      render: ({ name, address }) => (
        <>
          <span className="member-name">{name}</span>
          <span className="member-address meta">{address}</span>
        </>
      ),
    },
    { key: 'mobile', label: words.mobile, width: '1.4fr', phone: true, render: ({ mobile }) => mobile },
    {
      key: 'at',
      label: words.asked,
      width: '1.4fr',
      phone: true,
      render: ({ createdAt }) => time(createdAt),
    },
    { key: 'from', label: words.fromLabel, width: '1.4fr', render: ({ clientAddress }) => clientAddress },
  ];
  const chosen = selection.chosen.length;
  return (
    <TablePage
      title={words.title}
      hint={words.hint}
      chosen={chosen}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <>
            <AskedAction
              label={words.approve}
              question={words.approveManyAsk(chosen)}
              danger={false}
              onConfirm={() => void decideMany('approve')}
            />
            <AskedAction
              label={words.refuse}
              question={words.refuseManyAsk(chosen)}
              onConfirm={() => void decideMany('refuse')}
            />
          </>
        )
      }
      filters={
        <>
          <SearchField label={words.search} value={q} onChange={setQ} />
          <FilterSelect
            label={words.requests}
            all={words.requestStates.waiting}
            value={state === 'waiting' ? '' : state}
            choices={states.slice(1).map(one => [one, words.requestStates[one]])}
            onChange={value => {
              setState(states.find(one => one === value) ?? '');
              selection.clear();
            }}
          />
        </>
      }
    >
      <DataTable
        name="join-requests"
        label={words.requests}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ name }) => name}
        empty={words.requestsEmpty}
        filtered={q !== '' || !waiting}
        onClearFilters={() => {
          setQ('');
          setState('');
        }}
        {...(manage && waiting ? { selection: selection.keys, onSelection: selection.set } : {})}
        rowActions={request =>
          manage &&
          request.state === 'waiting' && (
            <>
              <button type="button" className="button plain" onClick={() => setRefusing(request)}>
                {words.refuse}
              </button>
              <button
                type="button"
                className="button"
                onClick={() =>
                  void run(decide(request, 'approve'), { told: words.approved(request.name) }).then(
                    list.refresh,
                  )
                }
              >
                {words.approve}
              </button>
            </>
          )
        }
      />
      {children}
      {refusing && (
        <Confirm
          question={words.refuseAsk(refusing.name)}
          verb={words.refuse}
          cancel={texts.shell.cancel}
          onClose={() => setRefusing(null)}
          onConfirm={() => {
            const request = refusing;
            setRefusing(null);
            void run(decide(request, 'refuse'), { told: words.refused(request.name) }).then(list.refresh);
          }}
        />
      )}
    </TablePage>
  );
}
