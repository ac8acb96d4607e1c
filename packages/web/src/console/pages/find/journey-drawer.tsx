import { type ReactElement, useCallback, useState } from 'react';
import { fileSize } from '../../../lib/format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { Drawer } from '../../kit/drawer.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { State } from '../../kit/state.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { stateTones } from './tones.ts';
import type { Journey, Step } from './types.ts';

/** States of recipients for whom something still waits. */
const waiting = new Set(['queued', 'deferred', 'held']);

/** One mail: what became of it in two sentences, every step, what can be done. */
export function JourneyDrawer({
  queueId,
  manage,
  onClose,
  onChanged,
}: {
  readonly queueId: string;
  readonly manage: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.find;
  const time = useTime();
  const run = useAction();
  const [asking, setAsking] = useState(false);
  const path = `/trace/${encodeURIComponent(queueId)}`;
  const found = useLoaded(useCallback(() => api.get<Journey>(path), [api, path]));
  const journey = found.value;
  const left = journey?.recipients.filter(({ state }) => waiting.has(state)) ?? [];

  async function act(kind: 'retry' | 'return'): Promise<void> {
    const told = kind === 'retry' ? words.retried : words.gaveBack;
    await run(api.post(`${path}/${kind}`), { told });
    found.reload();
    onChanged();
  }

  const next = left.map(({ nextTryAt }) => nextTryAt).find(at => at !== null);
  const sentences = journey
    ? [
        ...(words.verdicts[journey.state] ?? []),
        ...(next ? [words.nextTry(time(next))] : []),
        ...(journey.triedUntil && left.length > 0 ? [words.latest(time(journey.triedUntil))] : []),
      ]
    : [];
  return (
    <Drawer
      title={journey?.subject || words.noSubject}
      onClose={onClose}
      actions={
        journey && (
          <>
            <CopyButton text={explanation(journey, sentences)} />
            {manage && left.length > 0 && (
              <>
                <button type="button" className="button" onClick={() => setAsking(true)}>
                  {words.giveBack}
                </button>
                <button type="button" className="button primary" onClick={() => void act('retry')}>
                  {words.retry}
                </button>
              </>
            )}
          </>
        )
      }
    >
      <LoadState of={found} />
      {journey && (
        <>
          <p className="meta">
            {journey.sender || words.nobody} → {journey.recipients.map(({ address }) => address).join('、')}
            {journey.size !== null && ` · ${fileSize(journey.size)}`}
          </p>
          <div className="trace-verdict" data-tone={stateTones[journey.state]} role="status">
            <p className="strong">
              <State tone={stateTones[journey.state]}>{sentences[0]}</State>
            </p>
            {sentences.slice(1).map(sentence => (
              <p key={sentence}>{sentence}</p>
            ))}
          </div>
          {journey.recipients.length > 1 && (
            <ul className="settings-list">
              {journey.recipients.map(({ address, state }) => (
                <li key={address}>
                  <span className="grow trace-address">{address}</span>
                  <State tone={stateTones[state]}>{words.states[state]}</State>
                </li>
              ))}
            </ul>
          )}
          <ol className="trace-steps">
            {journey.steps.map((step, index) => (
              <StepLine key={`${step.at} ${index}`} step={step} />
            ))}
            {next && (
              <li>
                <time dateTime={next}>{time(next)}</time>
                <div>
                  <State tone="wait">{words.next}</State>
                </div>
              </li>
            )}
          </ol>
          <dl className="detail-list">
            <div>
              <dt>{words.queueId}</dt>
              <dd className="mono">{journey.queueId}</dd>
            </div>
            {journey.messageId && (
              <div>
                <dt>{words.messageId}</dt>
                <dd className="mono">{journey.messageId}</dd>
              </div>
            )}
          </dl>
        </>
      )}
      {asking && (
        <Confirm
          question={words.giveBackAsk(left.length)}
          verb={words.giveBack}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void act('return');
          }}
        />
      )}
    </Drawer>
  );
}

const stepTones: Readonly<Record<string, 'ok' | 'warn' | 'bad' | 'wait'>> = {
  accepted: 'ok',
  delivered: 'ok',
  relayed: 'ok',
  deferred: 'warn',
  failed: 'bad',
  expired: 'bad',
  refused: 'bad',
};

function StepLine({ step }: { readonly step: Step }): ReactElement {
  const words = useConsoleTexts().find;
  const time = useTime();
  return (
    <li>
      <time dateTime={step.at}>{time(step.at)}</time>
      <div>
        <State tone={stepTones[step.event] ?? 'wait'}>{words.events[step.event] ?? step.event}</State>
        {step.recipient && <span className="meta trace-line">{step.recipient}</span>}
        {step.host && (
          <span className="meta trace-line">
            {words.server} {step.host}
            {step.tls && ` · ${words.encrypted} ${step.tls}`}
          </span>
        )}
        {step.reply ? (
          <pre className="trace-reply">{step.reply}</pre>
        ) : (
          step.reason && <span className="meta trace-line">{step.reason}</span>
        )}
      </div>
    </li>
  );
}

/** What can be sent to a colleague: the verdict and what the other server said last. */
function explanation(journey: Journey, sentences: readonly string[]): string {
  const reply = journey.steps.findLast(step => step.reply !== null)?.reply;
  return [journey.subject ?? '', sentences.join(''), reply ?? '', journey.queueId]
    .filter(line => line !== '')
    .join('\n');
}
