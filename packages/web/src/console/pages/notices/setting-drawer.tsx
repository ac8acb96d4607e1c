import { type ReactElement, useState } from 'react';
import { Switch } from '../../../ui/form.tsx';
import { ManyOf, OneOf } from '../../kit/choices.tsx';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem } from '../../kit/explain.ts';
import { TextArea } from '../../kit/text-area.tsx';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import type { NoticeSetting } from './types.ts';

/** How the company is told of one event, and who gets the mail. */
export function SettingDrawer({
  setting,
  manage,
  onClose,
  onSaved,
}: {
  readonly setting: NoticeSetting;
  readonly manage: boolean;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}): ReactElement {
  const { api, toasts } = useConsole();
  const texts = useConsoleTexts();
  const { settings: words, events } = texts.notices;
  const { candidates } = setting;
  const known = new Set(candidates.map(({ accountId }) => accountId));
  const [draft, setDraft] = useState({
    mail: setting.mail,
    console: setting.console,
    recipients: setting.recipients,
    // Who may not be told any more drops out with the next change.
    accounts: setting.accounts.filter(id => known.has(id)),
  });
  const [addressText, setAddressText] = useState(setting.addresses.join('\n'));
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });

  async function save(): Promise<void> {
    const addresses = addressText.split(/[\s,;，；]+/).filter(text => text !== '');
    const { mail, recipients, accounts } = draft;
    if (mail && recipients === 'chosen' && accounts.length + addresses.length === 0)
      return setProblem(words.choose);
    setBusy(true);
    setProblem('');
    try {
      await api.patch(`/notice-settings/${setting.event}`, { ...draft, addresses });
      toasts.show({ text: words.saved(events[setting.event]), stayMs: 4000 });
      onSaved();
    } catch (error) {
      setProblem(explainProblem(error, texts));
    }
    return setBusy(false);
  }

  return (
    <Drawer
      title={events[setting.event]}
      onClose={onClose}
      actions={
        manage && (
          <button type="button" className="button primary" disabled={busy} onClick={() => void save()}>
            {texts.shell.save}
          </button>
        )
      }
    >
      <p className="meta">{words.abouts[setting.event]}</p>
      <Switch
        label={words.byMail}
        hint={words.byMailHint}
        checked={draft.mail}
        disabled={!manage}
        onChange={mail => change({ mail })}
      />
      <Switch
        label={words.inConsole}
        hint={words.inConsoleHint}
        checked={draft.console}
        disabled={!manage}
        onChange={console => change({ console })}
      />
      {draft.mail && (
        <fieldset className="console-choices" disabled={!manage} aria-label={words.who}>
          <OneOf
            label={words.who}
            value={draft.recipients}
            choices={[
              {
                value: 'responsible',
                label: words.responsibleNow(candidates.length),
                hint: words.responsibleHint,
              },
              { value: 'chosen', label: words.chosen, hint: words.chosenHint },
            ]}
            onChange={recipients => change({ recipients })}
          />
          {draft.recipients === 'chosen' && (
            <ManyOf
              label={words.people}
              none={words.nobody}
              value={draft.accounts}
              choices={candidates.map(({ accountId, name, address }) => ({
                id: accountId,
                label: name ? `${name} ${address}` : address,
              }))}
              onChange={accounts => change({ accounts })}
            />
          )}
          <TextArea
            label={words.addresses}
            hint={words.addressesHint}
            value={addressText}
            rows={3}
            maxLength={4_000}
            onChange={setAddressText}
          />
        </fieldset>
      )}
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
    </Drawer>
  );
}
