import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { explainProblem, fieldProblems } from '../../kit/explain.ts';
import { TextField } from '../../kit/field.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { FormPage } from '../../kit/page.tsx';
import { State } from '../../kit/state.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { Logo } from './logo.tsx';

const fields = ['name', 'shortName', 'industry', 'phone', 'website', 'postalAddress'] as const;
type Information = Readonly<Record<(typeof fields)[number], string>>;

interface Company {
  readonly information: Information & { readonly hasLogo: boolean };
  readonly plan: {
    readonly name: string;
    readonly memberSeats: number | null;
    readonly vipSeats: number | null;
  };
  readonly use: {
    readonly members: number;
    readonly vipSeats: number;
    readonly publicMailboxes: number;
    readonly publicMailboxLimit: number | null;
  };
  readonly mailStoppedAt: string | null;
}

/** 企业信息: name, logo, edition, mail service (TEN-29, TEN-38). */
export default function CompanyPage(): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.company;
  const manage = may(session, 'company', 'manage') && session.administrator?.departments === null;
  const company = useLoaded(useCallback(() => api.get<Company>('/company'), [api]));
  const { value } = company;
  return (
    <FormPage title={words.title} hint={words.hint}>
      <LoadState of={company} />
      {value && (
        <>
          <InformationForm information={value.information} manage={manage} onSaved={company.reload} />
          <Logo has={value.information.hasLogo} manage={manage} onChanged={company.reload} />
          <Card title={words.plan}>
            <dl className="detail-list">
              {[
                [words.planName, value.plan.name],
                [words.members, words.of(value.use.members, value.plan.memberSeats)],
                [words.vipSeats, words.of(value.use.vipSeats, value.plan.vipSeats)],
                [words.publicMailboxes, words.of(value.use.publicMailboxes, value.use.publicMailboxLimit)],
              ].map(([label, text]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </Card>
          <MailService stoppedAt={value.mailStoppedAt} manage={manage} onChanged={company.reload} />
        </>
      )}
    </FormPage>
  );
}

function InformationForm({
  information,
  manage,
  onSaved,
}: {
  readonly information: Information;
  readonly manage: boolean;
  readonly onSaved: () => void;
}): ReactElement {
  const { api, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.company;
  const [draft, setDraft] = useState<Information | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const current = draft ?? information;
  const problems = fieldProblems(failure, texts);

  async function save(): Promise<void> {
    setFailure(null);
    try {
      await api.patch('/company', Object.fromEntries(fields.map(field => [field, current[field]])));
      toasts.show({ text: texts.shell.saved, stayMs: 4000 });
      setDraft(null);
      onSaved();
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <Card title={words.basics}>
      <form
        onSubmit={event => {
          event.preventDefault();
          void save();
        }}
      >
        {fields.map(field => (
          <TextField
            key={field}
            label={words[field]}
            value={current[field]}
            maxLength={200}
            required={field === 'name'}
            disabled={!manage}
            problem={problems[field]}
            onChange={text => setDraft({ ...current, [field]: text })}
          />
        ))}
        {failure !== null && (
          <p className="notice bad" role="alert">
            {explainProblem(failure, texts)}
          </p>
        )}
        {manage && (
          <button type="submit" className="button primary settings-add" disabled={draft === null}>
            {texts.shell.save}
          </button>
        )}
      </form>
    </Card>
  );
}

function MailService({
  stoppedAt,
  manage,
  onChanged,
}: {
  readonly stoppedAt: string | null;
  readonly manage: boolean;
  readonly onChanged: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.company;
  const time = useTime();
  const run = useAction();
  const [asking, setAsking] = useState(false);
  const set = (running: boolean): void =>
    void run(api.put('/company/mail-service', { running }), {
      told: running ? words.startedNow : words.stoppedNow,
    }).then(onChanged);
  return (
    <Card title={words.service} hint={words.serviceHint}>
      <div className="row settings-state">
        <span className="grow">
          <State tone={stoppedAt === null ? 'ok' : 'bad'}>
            {stoppedAt === null ? words.running : words.stopped(time(stoppedAt))}
          </State>
        </span>
        {manage &&
          (stoppedAt === null ? (
            <button type="button" className="button" onClick={() => setAsking(true)}>
              {words.stop}
            </button>
          ) : (
            <button type="button" className="button primary" onClick={() => set(true)}>
              {words.start}
            </button>
          ))}
      </div>
      {asking && (
        <Confirm
          question={words.stopAsk(session.company.name)}
          verb={words.stop}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            set(false);
          }}
        />
      )}
    </Card>
  );
}
