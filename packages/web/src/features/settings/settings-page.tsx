import { type ReactElement, useEffect, useId, useState } from 'react';
import { changePassword, type Device, endDevice, listDevices } from '../../app/auth.ts';
import { explain, type MailApp } from '../../app/mail-app.ts';
import { setError } from '../../jmap/client.ts';
import { useObserved } from '../../jmap/observable.ts';
import type { Identity, SetResponse } from '../../jmap/types.ts';
import { listTime } from '../../lib/dates.ts';
import { useLanguage, useTexts } from '../../lib/language.ts';
import { IconArrowLeft } from '../../ui/icons.ts';
import { textToHtml } from '../composer/draft.ts';
import './settings-page.css';

/** Characters a new password needs at least; the server has the last word. */
const minPassword = 8;

/** 设置: what a member sets for themselves. Each part saves by itself. */
export function SettingsPage({ app, onClose }: { app: MailApp; onClose: () => void }): ReactElement {
  const texts = useTexts();
  const store = useObserved(app.store);
  return (
    <section className="settings" aria-label={texts.settings.title}>
      <header className="settings-head">
        <button type="button" className="button plain" onClick={onClose}>
          <IconArrowLeft className="icon" size={18} />
          {texts.mail.back}
        </button>
        <h1>{texts.settings.title}</h1>
      </header>
      <div className="settings-body">
        {store.identities.map(identity => (
          <IdentityForm key={identity.id} app={app} identity={identity} />
        ))}
        <PasswordForm app={app} />
        <DeviceList app={app} />
      </div>
    </section>
  );
}

/** Name and signature of one address (CMP-08). */
function IdentityForm({ app, identity }: { app: MailApp; identity: Identity }): ReactElement {
  const texts = useTexts();
  const id = useId();
  const [name, setName] = useState(identity.name);
  const [signature, setSignature] = useState(identity.textSignature);
  const [saved, setSaved] = useState(false);

  async function save(): Promise<void> {
    const change = {
      name: name.trim(),
      textSignature: signature.trimEnd(),
      htmlSignature: textToHtml(signature.trimEnd()),
    };
    try {
      const answer = await app.store.client.one<SetResponse>('Identity/set', {
        update: { [identity.id]: change },
      });
      const error = setError(answer.notUpdated);
      if (error) throw error;
      await app.store.start();
      setSaved(true);
    } catch (error) {
      app.report(error);
    }
  }

  return (
    <form
      className="settings-card"
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
      onChange={() => setSaved(false)}
    >
      <h2>
        {texts.settings.signature} <span className="meta">{identity.email}</span>
      </h2>
      <p className="meta">{texts.settings.signatureHint}</p>
      <label htmlFor={`${id}-name`}>{texts.settings.name}</label>
      <input
        id={`${id}-name`}
        className="field"
        value={name}
        maxLength={100}
        onChange={event => setName(event.target.value)}
      />
      <label htmlFor={`${id}-signature`}>{texts.settings.signature}</label>
      <textarea
        id={`${id}-signature`}
        className="field"
        rows={5}
        value={signature}
        maxLength={4000}
        onChange={event => setSignature(event.target.value)}
      />
      <div className="row">
        <button type="submit" className="button">
          {texts.settings.save}
        </button>
        <span className="meta" role="status">
          {saved ? texts.settings.saved : ''}
        </span>
      </div>
    </form>
  );
}

/** SEC-08, SET-13: asks for the current password; every other session ends. */
function PasswordForm({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const id = useId();
  const [values, setValues] = useState({ current: '', next: '', again: '' });
  const [problem, setProblem] = useState('');

  async function change(): Promise<void> {
    setProblem('');
    if (values.next !== values.again) return setProblem(texts.settings.differ);
    if (Array.from(values.next).length < minPassword) return setProblem(texts.settings.weak(minPassword));
    const result = await changePassword(values.current, values.next);
    if (result === 'ok') {
      setValues({ current: '', next: '', again: '' });
      app.toasts.show({ text: texts.settings.changed, stayMs: 5000 });
      return;
    }
    const told = {
      wrong: texts.settings.wrong,
      weak: texts.settings.weak(minPassword),
      tooMany: texts.signIn.tooMany,
      unreachable: texts.signIn.unreachable,
    };
    setProblem(told[result]);
  }

  const field = (key: keyof typeof values, label: string, autoComplete: string): ReactElement => (
    <>
      <label htmlFor={`${id}-${key}`}>{label}</label>
      <input
        id={`${id}-${key}`}
        className="field"
        type="password"
        autoComplete={autoComplete}
        value={values[key]}
        required
        onChange={event => setValues({ ...values, [key]: event.target.value })}
      />
    </>
  );

  return (
    <form
      className="settings-card"
      onSubmit={event => {
        event.preventDefault();
        void change();
      }}
    >
      <h2>{texts.settings.password}</h2>
      <p className="meta">{texts.settings.passwordHint}</p>
      {field('current', texts.settings.current, 'current-password')}
      {field('next', texts.settings.next, 'new-password')}
      {field('again', texts.settings.again, 'new-password')}
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="row">
        <button type="submit" className="button">
          {texts.settings.change}
        </button>
      </div>
    </form>
  );
}

/** What is signed in to this account, with a way to end each. */
function DeviceList({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const [devices, setDevices] = useState<readonly Device[]>([]);
  const [failure, setFailure] = useState('');

  useEffect(() => {
    listDevices()
      .then(setDevices)
      .catch((error: unknown) => setFailure(explain(error, texts)));
  }, [texts]);

  async function end(device: Device): Promise<void> {
    try {
      await endDevice(device.id);
      setDevices(devices.filter(other => other.id !== device.id));
    } catch (error) {
      app.report(error);
    }
  }

  return (
    <section className="settings-card">
      <h2>{texts.settings.devices}</h2>
      <p className="meta">{texts.settings.devicesHint}</p>
      {failure && <p role="alert">{failure}</p>}
      <ul className="devices">
        {devices.map(device => (
          <li key={device.id}>
            <div className="grow">
              <div>
                {describe(device.label) ||
                  (device.kind === 'browser' ? texts.settings.browser : texts.settings.token)}{' '}
                {device.current && <span className="chip">{texts.settings.thisDevice}</span>}
              </div>
              <div className="meta">
                {device.address} ·{' '}
                {texts.settings.lastSeen(listTime(new Date(device.seenAt), new Date(), language))}
              </div>
            </div>
            {!device.current && (
              <button type="button" className="button" onClick={() => void end(device)}>
                {texts.settings.end}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Browser and system out of a User-Agent, as far as people care. */
function describe(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\/[\d.]+/.exec(agent)?.[1] ?? '';
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0] ?? '';
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS X': 'macOS' };
  return [names[browser] ?? browser, names[system] ?? system].filter(Boolean).join(' · ');
}
