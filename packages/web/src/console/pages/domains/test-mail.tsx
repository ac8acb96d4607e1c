import { type ReactElement, useEffect, useState } from 'react';
import { ApiProblem } from '../../api.ts';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem, fieldProblems } from '../../kit/explain.ts';
import { TextField } from '../../kit/field.tsx';
import { State } from '../../kit/state.tsx';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { stateTones } from '../find/tones.ts';
import type { Journey } from '../find/types.ts';
import { domainPath } from './types.ts';

/** How often it is looked what became of the mail, ms, and how many times. */
const everyMs = 1500;
const mostLooks = 60;

const waiting = new Set<Journey['state']>(['accepted', 'queued']);

/** What became of the mail so far; null: nothing known yet, or nobody to tell. */
function useJourney(queueId: string | null): Journey | null {
  const { api, session } = useConsole();
  const [journey, setJourney] = useState<Journey | null>(null);
  const allowed = may(session, 'trace', 'view');
  useEffect(() => {
    if (queueId === null || !allowed) return undefined;
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let looks = 0;
    const look = (): void => {
      looks += 1;
      void api
        .get<Journey>(`/trace/${encodeURIComponent(queueId)}`)
        .then(
          found => {
            if (wanted) setJourney(found);
            return !waiting.has(found.state);
          },
          // The first step may not be written yet.
          (error: unknown) => error instanceof ApiProblem && error.status === 403,
        )
        .then(ended => {
          if (wanted && !ended && looks < mostLooks) timer = setTimeout(look, everyMs);
        });
    };
    look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, allowed, queueId]);
  return journey;
}

/** 发测试信: from the domain's postmaster to any address, and what becomes of it while one looks on. */
export function TestMail({
  domain,
  onClose,
}: {
  readonly domain: string;
  readonly onClose: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains.testMail;
  const [to, setTo] = useState(session.login);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [queueId, setQueueId] = useState<string | null>(null);
  const journey = useJourney(queueId);
  const problems = fieldProblems(failure, texts);

  async function send(): Promise<void> {
    setBusy(true);
    setFailure(null);
    setQueueId(null);
    try {
      const sent = await api.post<{ queueId: string }>(`${domainPath(domain)}/test-mail`, { to: to.trim() });
      setQueueId(sent.queueId);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return (
    <Drawer
      title={words.title}
      onClose={onClose}
      actions={
        <button
          type="submit"
          form="test-mail"
          className="button primary"
          disabled={busy || !to.includes('@')}
        >
          {queueId === null ? words.send : words.again}
        </button>
      }
    >
      <form
        id="test-mail"
        onSubmit={event => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        <p className="meta">{words.hint(domain)}</p>
        <TextField
          label={words.to}
          type="email"
          value={to}
          maxLength={320}
          autoFocus
          problem={problems['to']}
          onChange={setTo}
        />
      </form>
      {failure !== null && Object.keys(problems).length === 0 && (
        <p className="notice bad" role="alert">
          {explainProblem(failure, texts)}
        </p>
      )}
      {queueId !== null && (
        <div className="test-mail-result" role="status">
          <State tone={journey ? stateTones[journey.state] : 'wait'}>
            {journey ? texts.find.states[journey.state] : words.sent}
          </State>
          {journey && texts.find.verdicts[journey.state]?.map(sentence => <p key={sentence}>{sentence}</p>)}
          {journey?.steps
            .filter(({ reply }) => reply !== null)
            .slice(-1)
            .map(({ reply }) => (
              <p key={reply} className="meta mono">
                {reply}
              </p>
            ))}
          {may(session, 'trace', 'view') && (
            <a href={`#/trace/${encodeURIComponent(queueId)}`}>{words.trace}</a>
          )}
        </div>
      )}
    </Drawer>
  );
}
