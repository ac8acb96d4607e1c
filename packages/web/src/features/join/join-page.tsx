import { joinEn } from '@hongyan/phrases/join/en.ts';
import { joinZh } from '@hongyan/phrases/join/zh.ts';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { Formation } from '../../ui/mark.tsx';
import { askJoin, type Invitation, type Joined, JoinProblem } from './join-api.ts';
import { JoinForm } from './join-form.tsx';
import { LinkPage, useLinkLanguage } from './link-page.tsx';

type State =
  | { readonly kind: 'loading' | 'closed' | 'expired' | 'unknown' | 'unreachable' }
  | { readonly kind: 'open'; readonly invitation: Invitation }
  | { readonly kind: 'joined'; readonly joined: Joined };

function failed(error: unknown): State {
  if (!(error instanceof JoinProblem)) return { kind: 'unreachable' };
  if (error.code === 'invitation.not_found') return { kind: 'unknown' };
  if (error.code === 'invitation.closed') return { kind: error.state === 'closed' ? 'closed' : 'expired' };
  return { kind: 'unreachable' };
}

/** Where an invitation leads (DIR-04 to DIR-06): who invites, the form, or why it is closed. */
export default function JoinPage(): ReactElement {
  const chosen = useLinkLanguage(joinZh, joinEn);
  const { tag, texts } = chosen;
  const [state, setState] = useState<State>({ kind: 'loading' });
  const token = location.pathname.split('/')[2] ?? '';

  const load = useCallback((): void => {
    askJoin<Invitation>(token, tag).then(
      invitation => setState({ kind: 'open', invitation }),
      (error: unknown) => setState(failed(error)),
    );
    // A change of language alone does not ask again.
  }, [token, tag]);
  useEffect(() => {
    if (state.kind === 'loading') load();
  }, [state.kind, load]);

  return (
    <LinkPage chosen={chosen}>
      {state.kind === 'open' && (
        <JoinForm
          invitation={state.invitation}
          token={token}
          language={tag}
          texts={texts}
          onJoined={joined => setState({ kind: 'joined', joined })}
          onClosed={error => setState(failed(error))}
        />
      )}
      {state.kind === 'joined' && (
        <div className="join-end" role="status">
          <h1>{state.joined.state === 'waiting' ? texts.waitingTitle : texts.memberTitle}</h1>
          <p>{texts[state.joined.state](state.joined.address)}</p>
          {state.joined.state === 'member' && (
            <a className="button primary" href="/">
              {texts.signIn}
            </a>
          )}
        </div>
      )}
      {state.kind !== 'open' && state.kind !== 'joined' && state.kind !== 'loading' && (
        <div className="join-end">
          <Formation width={180} />
          <h1>{texts.page}</h1>
          <p role="alert">{texts[state.kind]}</p>
          {state.kind === 'unreachable' && (
            <button type="button" className="button" onClick={() => setState({ kind: 'loading' })}>
              {texts.retry}
            </button>
          )}
        </div>
      )}
    </LinkPage>
  );
}
