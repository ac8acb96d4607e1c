import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { ApiProblem } from '../../api.ts';
import { explainProblem } from '../../kit/explain.ts';
import { Field } from '../../kit/field.tsx';
import { FormPage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import type { Domain, DomainOptions, Lookup } from './types.ts';

/** Wait after a key before the DNS is asked, ms. */
const typingMs = 500;

type Found =
  | { readonly kind: 'none' | 'looking' | 'missing' | 'unanswered' }
  | { readonly kind: 'found'; readonly host: string | null };

/** Looks a name up while it is typed. */
function useLookup(name: string): Found {
  const { api } = useConsole();
  const [found, setFound] = useState<Found>({ kind: 'none' });
  useEffect(() => {
    const wanted = name.trim();
    if (!/^[^\s.@]+(?:\.[^\s.@]+)+$/.test(wanted)) {
      setFound({ kind: 'none' });
      return undefined;
    }
    let mine = true;
    setFound({ kind: 'looking' });
    const timer = setTimeout(() => {
      api.post<Lookup>('/domains/lookup', { domain: wanted }).then(
        ({ exists, dnsHost }) => {
          if (!mine) return;
          setFound(
            exists === null
              ? { kind: 'unanswered' }
              : exists
                ? { kind: 'found', host: dnsHost }
                : { kind: 'missing' },
          );
        },
        () => {
          if (mine) setFound({ kind: 'none' });
        },
      );
    }, typingMs);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [api, name]);
  return found;
}

/** Adds a domain, by either of two ways in (DOM-04), or a trial domain (DOM-01). */
export function AddDomain({
  onBack,
  onOpen,
}: {
  readonly onBack: () => void;
  readonly onOpen: (name: string) => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const run = useAction();
  const options = useLoaded(useCallback(() => api.get<DomainOptions>('/domain-options'), [api]));
  const [path, setPath] = useState<'have' | 'register' | null>(null);
  const suffix = options.value?.trialSuffix ?? null;
  const registrar = options.value?.registrar ?? null;

  async function takeTrial(): Promise<void> {
    let name = '';
    const asked = api.post<Domain>('/domains/trial').then(domain => {
      name = domain.name;
    });
    if (await run(asked, { told: words.trialDone })) onOpen(name);
  }

  return (
    <FormPage
      title={words.add}
      actions={
        <button type="button" className="button plain" onClick={onBack}>
          {texts.shell.cancel}
        </button>
      }
    >
      <div className="domain-paths">
        {(['have', 'register'] as const).map(choice => (
          <button
            key={choice}
            type="button"
            className={path === choice ? 'domain-path on' : 'domain-path'}
            aria-pressed={path === choice}
            onClick={() => setPath(choice)}
          >
            <span className="strong">{words[choice]}</span>
            <span className="meta">{choice === 'have' ? words.haveHint : words.registerHint}</span>
          </button>
        ))}
        {suffix !== null && (
          <button type="button" className="domain-path" onClick={() => void takeTrial()}>
            <span className="strong">{words.trial}</span>
            <span className="meta">{words.trialHint(suffix)}</span>
          </button>
        )}
      </div>
      {path === 'register' &&
        (registrar ? (
          <p>
            <a className="button" href={registrar} target="_blank" rel="noreferrer">
              {words.register}
            </a>
          </p>
        ) : (
          <p className="meta">{words.registerNone}</p>
        ))}
      {path !== null && <NameForm onOpen={onOpen} onBack={onBack} />}
    </FormPage>
  );
}

function NameForm({
  onOpen,
  onBack,
}: {
  readonly onOpen: (name: string) => void;
  readonly onBack: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const run = useAction();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [inUse, setInUse] = useState(false);
  const found = useLookup(name);
  const hints: Readonly<Record<Found['kind'], string>> = {
    none: '',
    looking: words.fieldLooking,
    missing: words.notFound,
    unanswered: words.noAnswer,
    found:
      found.kind === 'found' && found.host
        ? words.found(words.hostNames[found.host] ?? found.host)
        : words.foundNoHost,
  };

  async function add(): Promise<void> {
    if (busy) return;
    setBusy(true);
    setProblem('');
    setInUse(false);
    try {
      const domain = await api.post<Domain>('/domains', { name: name.trim() });
      onOpen(domain.name);
    } catch (error) {
      const elsewhere = error instanceof ApiProblem && error.code === 'conflict.exists';
      setInUse(elsewhere);
      if (!elsewhere) setProblem(explainProblem(error, texts));
    }
    setBusy(false);
  }

  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        void add();
      }}
    >
      <Field label={words.field} problem={problem || undefined}>
        {(id, describedBy) => (
          <input
            id={id}
            className="field"
            type="text"
            inputMode="url"
            autoComplete="off"
            autoFocus
            required
            maxLength={253}
            value={name}
            aria-invalid={problem ? true : undefined}
            aria-describedby={describedBy}
            onChange={event => {
              setName(event.target.value);
              setProblem('');
              setInUse(false);
            }}
          />
        )}
      </Field>
      <p className="meta domain-found" role="status">
        {hints[found.kind]}
      </p>
      {inUse && (
        <div className="notice" role="alert">
          <p>{words.inUse}</p>
          <button
            type="button"
            className="button"
            onClick={() =>
              void run(api.post('/domain-claims', { domain: name.trim() })).then(worked => worked && onBack())
            }
          >
            {words.claimDo}
          </button>
        </div>
      )}
      <button type="submit" className="button primary" disabled={busy || name.trim() === ''}>
        {words.addDo}
      </button>
    </form>
  );
}
