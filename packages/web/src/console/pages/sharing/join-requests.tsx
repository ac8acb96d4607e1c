import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { readAll } from '../../kit/organisation.ts';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
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

/** Who wants to join (DIR-06): approve or refuse. */
export function JoinRequests({ manage }: { readonly manage: boolean }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.invitations;
  const time = useTime();
  const run = useAction();
  const [state, setState] = useState<RequestState>('waiting');
  const [refusing, setRefusing] = useState<JoinRequest | null>(null);
  const requests = useLoaded(
    useCallback(() => readAll<JoinRequest>(api, '/join-requests', { state }), [api, state]),
  );
  return (
    <Card
      title={words.requests}
      actions={
        <select
          className="field join-state"
          aria-label={words.requests}
          value={state}
          onChange={event => setState(states.find(one => one === event.target.value) ?? 'waiting')}
        >
          {states.map(one => (
            <option key={one} value={one}>
              {words.requestStates[one]}
            </option>
          ))}
        </select>
      }
    >
      <LoadState of={requests} />
      {requests.value?.length === 0 && <p className="meta settings-empty">{words.requestsEmpty}</p>}
      <ul className="settings-list">
        {requests.value?.map(request => (
          <li key={request.id}>
            <span className="grow">
              <span className="strong">{request.name}</span> {request.address}
              <span className="meta join-note">
                {request.mobile} · {time(request.createdAt)} · {words.from(request.clientAddress)}
              </span>
            </span>
            {manage && request.state === 'waiting' && (
              <>
                <button type="button" className="button plain" onClick={() => setRefusing(request)}>
                  {words.refuse}
                </button>
                <button
                  type="button"
                  className="button"
                  onClick={() =>
                    void run(api.post(`/join-requests/${request.id}/approve`, {}), {
                      told: words.approved(request.name),
                    }).then(requests.reload)
                  }
                >
                  {words.approve}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {refusing && (
        <Confirm
          question={words.refuseAsk(refusing.name)}
          verb={words.refuse}
          cancel={texts.shell.cancel}
          onClose={() => setRefusing(null)}
          onConfirm={() => {
            const { id, name } = refusing;
            setRefusing(null);
            void run(api.post(`/join-requests/${id}/refuse`), { told: words.refused(name) }).then(
              requests.reload,
            );
          }}
        />
      )}
    </Card>
  );
}
