import { type ReactElement, useState } from 'react';
import { copyText } from '../../../lib/clipboard.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Menu } from '../../../ui/menu.tsx';
import { explainProblem } from '../../kit/explain.ts';
import { PageHint } from '../../kit/page.tsx';
import { State, type Tone } from '../../kit/state.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useTime } from '../../kit/use-time.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { SigningKeys } from './keys.tsx';
import { RecordTable } from './record-table.tsx';
import { Steps } from './steps.tsx';
import { TestMail } from './test-mail.tsx';
import { type Domain, domainPath, type Part } from './types.ts';
import { useWatch } from './use-watch.ts';

/** One domain: what works, its records, how to set them, its keys (DOM-05, DOM-06, DOM-09, DOM-12). */
export function DomainDetail({
  name,
  onBack,
}: {
  readonly name: string;
  readonly onBack: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const time = useTime();
  const run = useAction();
  const watch = useWatch(name);
  const [removing, setRemoving] = useState(false);
  const [testing, setTesting] = useState(false);
  const [copied, setCopied] = useState(false);
  const manage = may(session, 'domains', 'manage');
  const { value } = watch;
  const domain = value?.domain;
  const records = value?.records.records ?? [];
  const received = domain?.summary?.receiving === 'ok';

  async function copyAll(): Promise<void> {
    const lines = records.map(({ type, host, priority, value: text }) =>
      [type, host, priority ?? '', text].join('\t'),
    );
    if (await copyText(lines.join('\n'))) setCopied(true);
  }

  return (
    <section className="form-page domain-detail" aria-label={domain?.unicodeName ?? name}>
      <header className="page-head">
        <p>
          <button type="button" className="link" onClick={onBack}>
            {words.title}
          </button>{' '}
          / {domain?.unicodeName ?? name}
        </p>
        <div className="row domain-head">
          <h1 className="grow clip">{domain?.unicodeName ?? name}</h1>
          <span className="meta">
            {domain?.checkedAt ? words.checkedAt(time(domain.checkedAt)) : words.neverChecked}
            {watch.nextIn !== null && manage && `，${words.nextCheck(watch.nextIn)}`}
          </span>
          {manage && (
            <button
              type="button"
              className="button primary"
              disabled={watch.checking}
              onClick={watch.checkNow}
            >
              {watch.checking ? words.checking : words.checkNow}
            </button>
          )}
          {manage && domain && (
            <Menu
              className="button"
              align="end"
              label={texts.shell.more}
              items={[
                ...(domain.primary
                  ? []
                  : [
                      {
                        key: 'primary',
                        label: words.makePrimary,
                        run: () =>
                          void run(api.post(`${domainPath(name)}/make-primary`), {
                            told: words.madePrimary(domain.unicodeName),
                          }).then(watch.reload),
                      },
                    ]),
                { key: 'remove', label: words.remove, danger: true, run: () => setRemoving(true) },
              ]}
            />
          )}
        </div>
        <PageHint />
      </header>
      {watch.failure !== null && (
        <p className="notice bad" role="alert">
          {explainProblem(watch.failure, texts)}{' '}
          <button type="button" className="link" onClick={watch.reload}>
            {texts.shell.retry}
          </button>
        </p>
      )}
      <p className="hidden-visually" role="status" aria-live="polite">
        {watch.news.map(words.becameLive).join('，')}
      </p>
      {!value && watch.failure === null && <div className="progress-line" />}
      {value && domain && (
        <div className="domain-body">
          <Summary domain={domain} />
          {domain.realName === 'pending' && <p className="notice">{words.realName}</p>}
          {domain.retiresAt && <p className="notice">{words.retires(time(domain.retiresAt))}</p>}
          {received ? <p>{words.canReceive}</p> : <p className="meta">{words.waiting}</p>}
          <div className="row domain-tools">
            <button type="button" className="button" onClick={() => void copyAll()}>
              <span aria-live="polite">{copied ? texts.shell.copied : words.copyAll}</span>
            </button>
            <a className="button" href={api.fileUrl(`${domainPath(name)}/zone-file`)} download>
              {words.zoneFile}
            </a>
            {manage && (
              <button type="button" className="button" onClick={() => setTesting(true)}>
                {words.testMail.title}
              </button>
            )}
          </div>
          <RecordTable records={records} superfluous={value.records.superfluous} />
          <Steps name={name} />
          <SigningKeys name={name} manage={manage} onRotated={watch.reload} />
        </div>
      )}
      {testing && <TestMail domain={name} onClose={() => setTesting(false)} />}
      {removing && domain && (
        <Confirm
          question={words.removeAsk(domain.unicodeName)}
          verb={words.remove}
          cancel={texts.shell.cancel}
          onClose={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false);
            void run(api.delete(domainPath(name)), { told: words.removed(domain.unicodeName) }).then(
              worked => worked && onBack(),
            );
          }}
        />
      )}
    </section>
  );
}

const partTones: Readonly<Record<Part, Tone>> = {
  ok: 'ok',
  waiting: 'wait',
  attention: 'warn',
  unanswered: 'warn',
};

/** In four parts: receiving, what is too much, trust, access. */
function Summary({ domain }: { readonly domain: Domain }): ReactElement | null {
  const words = useConsoleTexts().domains.summary;
  const { summary } = domain;
  if (!summary) return null;
  const { superfluous } = summary;
  return (
    <dl className="domain-summary">
      {(['receiving', 'superfluous', 'trust', 'access'] as const).map(part => (
        <div key={part}>
          <dt>{words[part]}</dt>
          <dd>
            {part === 'superfluous' ? (
              <State tone={superfluous === 0 ? 'ok' : 'warn'}>
                {superfluous === 0 ? words.none : words.extra(superfluous)}
              </State>
            ) : (
              <State tone={partTones[summary[part]]}>{words[summary[part]]}</State>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
