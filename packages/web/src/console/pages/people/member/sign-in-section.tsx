import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../../ui/dialog.tsx';
import { LoadState } from '../../../kit/load-state.tsx';
import { useAction } from '../../../kit/use-action.ts';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { useTime } from '../../../kit/use-time.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { calledName, type Member } from '../types.ts';
import { useActivationLink } from './activation-link.tsx';

/** How an account stands with signing in. */
export interface AccountSignIn {
  readonly secondFactor: boolean;
  readonly sessions: number;
  readonly clientPasswords: readonly {
    readonly id: number;
    readonly name: string;
    readonly lastUsedAt: string | null;
  }[];
}

/** Devices, second factor and client passwords of a member, and taking each away. */
export function SignInSection({ member }: { readonly member: Member }): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.people.member;
  const act = useAction();
  const time = useTime();
  const [asking, setAsking] = useState(false);
  const path = `/sign-in/accounts/${member.id}`;
  const loaded = useLoaded(useCallback(() => api.get<AccountSignIn>(path), [api, path]));
  const state = loaded.value;
  const manage = may(session, 'signIn', 'manage');

  async function run(work: Promise<unknown>, told: string): Promise<void> {
    await act(work, { told });
    loaded.reload();
  }

  return (
    <section className="drawer-section" aria-label={words.signIn}>
      <h3>{words.signIn}</h3>
      <LinkLine member={member} />
      <LoadState of={loaded} />
      {state && (
        <>
          <div className="row address-line">
            <span className="grow">{words.sessions(state.sessions)}</span>
            {manage && state.sessions > 0 && (
              <button
                type="button"
                className="button plain"
                onClick={() => void run(api.post(`${path}/end-sessions`), words.ended)}
              >
                {words.endSessions}
              </button>
            )}
          </div>
          <div className="row address-line">
            <span className="grow">{state.secondFactor ? words.secondFactorOn : words.secondFactorOff}</span>
            {manage && state.secondFactor && (
              <button type="button" className="button plain" onClick={() => setAsking(true)}>
                {words.resetFactor}
              </button>
            )}
          </div>
          <h4>{words.clientPasswords}</h4>
          {state.clientPasswords.length === 0 && <p className="meta">{words.clientPasswordsNone}</p>}
          <ul className="plain-list">
            {state.clientPasswords.map(({ id, name, lastUsedAt }) => (
              <li key={id} className="row address-line">
                <span className="grow">{name}</span>
                <span className="meta">
                  {lastUsedAt ? words.lastUsed(time(lastUsedAt)) : words.neverUsed}
                </span>
                {manage && (
                  <button
                    type="button"
                    className="button plain"
                    onClick={() =>
                      void run(api.delete(`${path}/client-passwords/${id}`), words.revoked(name))
                    }
                  >
                    {words.revoke}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {asking && (
        <Confirm
          question={words.resetFactorAsk(calledName(member))}
          verb={words.resetFactor}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void run(api.post(`${path}/reset-second-factor`), words.factorReset);
          }}
        />
      )}
    </section>
  );
}

/** Whether the member can sign in yet, and the activation link that was made last. */
function LinkLine({ member }: { readonly member: Member }): ReactElement | null {
  const { api, session } = useConsole();
  const words = useConsoleTexts().people.member.link;
  const act = useAction();
  const time = useTime();
  const loaded = useActivationLink(member.id);
  const link = loaded.value?.link ?? null;
  if (member.activated && link?.state !== 'open') return null;

  async function withdraw(): Promise<void> {
    await act(api.delete(`/members/${member.id}/activation-link`), { told: words.withdrawn });
    loaded.reload();
  }

  return (
    <div className="row address-line">
      <span className="grow">
        {!member.activated && words.notActivated}{' '}
        {link && (link.state === 'open' ? words.state.open(time(link.expiresAt)) : words.state[link.state])}
      </span>
      {link?.state === 'open' && may(session, 'members', 'manage') && (
        <button type="button" className="button plain" onClick={() => void withdraw()}>
          {words.withdraw}
        </button>
      )}
    </div>
  );
}
