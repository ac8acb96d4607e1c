import { type ReactElement, useId, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import { setError } from '../../../jmap/client.ts';
import type { Identity, SetResponse } from '../../../jmap/types.ts';
import { useTexts } from '../../../lib/language.ts';
import { textToHtml } from '../../composer/draft.ts';

/** Name and signature of one address (CMP-08). */
export function IdentityForm({ app, identity }: { app: MailApp; identity: Identity }): ReactElement {
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
