import { type ReactElement, useEffect, useState } from 'react';
import { type Device, endDevice, listDevices } from '../../../app/auth.ts';
import { explain, type MailApp } from '../../../app/mail-app.ts';
import { listTime } from '../../../lib/dates.ts';
import { useLanguage, useTexts } from '../../../lib/language.ts';

/** What is signed in to this account, with a way to end each. */
export function DeviceList({ app }: { app: MailApp }): ReactElement {
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
