import { type ReactElement, useId, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import type { Address } from '../../jmap/types.ts';
import { useTexts } from '../../lib/language.ts';
import { contactsCapability } from '../contacts/contacts-store.ts';
import type { DraftContent } from './draft.ts';
import { AddressPicker } from './people/address-picker.tsx';
import { RecipientsField } from './people/recipients-field.tsx';

export type RecipientField = 'to' | 'cc' | 'bcc';

interface ComposerLinesProps {
  readonly app: MailApp;
  readonly content: DraftContent;
  readonly onChange: (part: Partial<DraftContent>) => void;
  /** What is typed into a field and not yet a recipient. */
  readonly onPending: (field: RecipientField, text: string) => void;
}

/** Sender, recipients and subject (CMP-01, CMP-02, CMP-12). */
export function ComposerLines({ app, content, onChange, onPending }: ComposerLinesProps): ReactElement {
  const texts = useTexts();
  const words = texts.compose;
  const { store } = app;
  const id = useId();
  const [more, setMore] = useState({ cc: content.cc.length > 0, bcc: content.bcc.length > 0 });
  const [picking, setPicking] = useState(false);
  const add = (field: RecipientField, people: readonly Address[]): void => {
    const known = new Set(content[field].map(({ email }) => email.toLowerCase()));
    onChange({
      [field]: [...content[field], ...people.filter(({ email }) => !known.has(email.toLowerCase()))],
    });
    if (field !== 'to') setMore(before => ({ ...before, [field]: true }));
  };
  return (
    <div className="composer-lines">
      {store.identities.length > 1 && (
        <div className="compose-line">
          <label htmlFor={`${id}-from`}>{words.from}</label>
          <select
            id={`${id}-from`}
            value={content.identityId}
            onChange={event => onChange({ identityId: event.target.value })}
          >
            {store.identities.map(identity => (
              <option key={identity.id} value={identity.id}>
                {identity.name ? `${identity.name} <${identity.email}>` : identity.email}
              </option>
            ))}
          </select>
        </div>
      )}
      <RecipientsField
        app={app}
        label={words.to}
        value={content.to}
        autoFocus={content.to.length === 0}
        onChange={to => onChange({ to })}
        onPending={text => onPending('to', text)}
        tail={
          <span className="compose-more">
            {store.client.offers(contactsCapability) && (
              <button type="button" className="link" onClick={() => setPicking(true)}>
                {words.picker.open}
              </button>
            )}
            {(['cc', 'bcc'] as const).map(
              field =>
                !more[field] && (
                  <button
                    key={field}
                    type="button"
                    className="link"
                    onClick={() => setMore({ ...more, [field]: true })}
                  >
                    {words[field]}
                  </button>
                ),
            )}
          </span>
        }
      />
      {(['cc', 'bcc'] as const).map(
        field =>
          more[field] && (
            <RecipientsField
              key={field}
              app={app}
              label={words[field]}
              value={content[field]}
              autoFocus={content[field].length === 0 && content.to.length > 0}
              onChange={value => onChange({ [field]: value })}
              onPending={text => onPending(field, text)}
            />
          ),
      )}
      <div className="compose-line">
        <label htmlFor="compose-subject">{words.subject}</label>
        <input
          id="compose-subject"
          className="strong"
          value={content.subject}
          maxLength={900}
          autoComplete="off"
          onChange={event => onChange({ subject: event.target.value })}
        />
      </div>
      {picking && <AddressPicker app={app} content={content} onAdd={add} onClose={() => setPicking(false)} />}
    </div>
  );
}
