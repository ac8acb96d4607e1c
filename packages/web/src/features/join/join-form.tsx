import type { joinZh } from '@hongyan/phrases/join/zh.ts';
import { type ReactElement, useEffect, useId, useState } from 'react';
import { askJoin, type Invitation, type Joined, JoinProblem, type PrefixAnswer } from './join-api.ts';
import { NewPassword } from './new-password.tsx';

/** Wait after a key before the server is asked, ms. */
const typingMs = 350;

type Prefix = PrefixAnswer | 'none' | 'checking' | 'unusable';

/** Whether a prefix can be had, asked while it is typed. */
function usePrefix(token: string, language: string, prefix: string): Prefix {
  const [answer, setAnswer] = useState<Prefix>('none');
  useEffect(() => {
    const wanted = prefix.trim();
    if (wanted === '') {
      setAnswer('none');
      return undefined;
    }
    let mine = true;
    setAnswer('checking');
    const timer = setTimeout(() => {
      askJoin<PrefixAnswer>(token, language, { path: `/prefix?prefix=${encodeURIComponent(wanted)}` }).then(
        found => {
          if (mine) setAnswer(found);
        },
        (error: unknown) => {
          const bad = error instanceof JoinProblem && /^(?:address|input)\./.test(error.code);
          if (mine) setAnswer(bad ? 'unusable' : 'none');
        },
      );
    }, typingMs);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [token, language, prefix]);
  return answer;
}

interface JoinFormProps {
  readonly invitation: Invitation;
  readonly token: string;
  readonly language: string;
  readonly texts: typeof joinZh;
  readonly onJoined: (joined: Joined) => void;
  /** The invitation ended while the form was filled in. */
  readonly onClosed: (error: JoinProblem) => void;
}

/** Name, mobile number, address, password. */
export function JoinForm(props: JoinFormProps): ReactElement {
  const { invitation, token, language, texts } = props;
  const id = useId();
  const [person, setPerson] = useState({ name: '', mobile: '', prefix: '', password: '' });
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const prefix = usePrefix(token, language, person.prefix);

  async function join(): Promise<void> {
    if (busy) return;
    if (Object.values(person).some(value => value.trim() === '')) return setProblem(texts.required);
    if (person.password !== again) return setProblem(texts.different);
    setBusy(true);
    setProblem('');
    try {
      props.onJoined(await askJoin<Joined>(token, language, { body: person }));
    } catch (error) {
      if (error instanceof JoinProblem && error.code.startsWith('invitation.')) props.onClosed(error);
      else setProblem((error instanceof JoinProblem && error.title) || texts.unreachable);
    }
    return setBusy(false);
  }

  const set = (name: keyof typeof person, value: string): void => setPerson({ ...person, [name]: value });
  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void join();
      }}
    >
      <h1>{texts.title(invitation.company)}</h1>
      <p className="meta">
        {texts.hint(invitation.domain)}
        {invitation.approval && texts.approval}
      </p>
      <label htmlFor={`${id}-name`}>{texts.name}</label>
      <input
        id={`${id}-name`}
        className="field"
        name="name"
        autoComplete="name"
        autoFocus
        maxLength={200}
        value={person.name}
        onChange={event => set('name', event.target.value)}
      />
      <label htmlFor={`${id}-mobile`}>{texts.mobile}</label>
      <input
        id={`${id}-mobile`}
        className="field"
        type="tel"
        name="mobile"
        autoComplete="tel"
        maxLength={40}
        value={person.mobile}
        aria-describedby={`${id}-mobile-note`}
        onChange={event => set('mobile', event.target.value)}
      />
      <p className="meta" id={`${id}-mobile-note`}>
        {texts.mobileHint}
      </p>
      <label htmlFor={`${id}-prefix`}>{texts.prefix}</label>
      <div className="row">
        <input
          id={`${id}-prefix`}
          className="field grow"
          name="prefix"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          value={person.prefix}
          aria-describedby={`${id}-prefix-note`}
          onChange={event => set('prefix', event.target.value)}
        />
        <span>@{invitation.domain}</span>
      </div>
      <p className="meta join-note" id={`${id}-prefix-note`} role="status">
        {prefix === 'checking' && texts.checking}
        {prefix === 'unusable' && <span className="bad">{texts.unusable}</span>}
        {typeof prefix === 'object' && prefix.free && (
          <span className="ok">{texts.free(prefix.address)}</span>
        )}
        {typeof prefix === 'object' && !prefix.free && (
          <>
            <span className="bad">{texts.taken(prefix.address)}</span>{' '}
            {prefix.suggestion && (
              <button type="button" className="link" onClick={() => set('prefix', prefix.suggestion ?? '')}>
                {texts.suggestion(prefix.suggestion)}
              </button>
            )}
          </>
        )}
      </p>
      <NewPassword
        labels={texts}
        hint={texts.passwordHint}
        password={person.password}
        again={again}
        onPassword={password => set('password', password)}
        onAgain={setAgain}
      />
      {problem && (
        <p className="bad join-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {texts.submit}
      </button>
    </form>
  );
}
