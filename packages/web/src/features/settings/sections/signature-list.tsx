import { type ReactElement, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { Signature } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { RichTextDialog } from '../rich-text-dialog.tsx';

type Asking =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit' | 'remove'; readonly signature: Signature }
  | null;

/** The member's signatures, with the default for new mail and for answers (CMP-08). */
export function SignatureList({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const words = texts.settings.signatures;
  const { signatures } = app.store.personal;
  const [asking, setAsking] = useState<Asking>(null);

  const run = (work: Promise<unknown>): void => {
    setAsking(null);
    work.then(
      () => app.toasts.show({ text: texts.settings.saved, stayMs: 2000 }),
      (error: unknown) => app.report(error),
    );
  };

  const edited = asking?.kind === 'edit' ? asking.signature : null;
  return (
    <Card
      title={words.title}
      hint={words.hint}
      actions={
        <button type="button" className="button" onClick={() => setAsking({ kind: 'add' })}>
          {words.add}
        </button>
      }
    >
      {signatures.items.length === 0 && <p className="meta settings-empty">{words.none}</p>}
      <ul className="settings-list">
        {signatures.items.map(signature => (
          <li key={signature.id}>
            <div className="grow clip">
              <div className="clip">
                {signature.name} {signature.isDefault && <span className="chip">{words.forNew}</span>}{' '}
                {signature.isDefaultForReplies && <span className="chip">{words.forReplies}</span>}
              </div>
              <div className="meta clip">{signature.textBody}</div>
            </div>
            <button
              type="button"
              className="button plain"
              onClick={() => setAsking({ kind: 'edit', signature })}
            >
              {texts.settings.edit}
            </button>
            <button
              type="button"
              className="button plain"
              onClick={() => setAsking({ kind: 'remove', signature })}
            >
              {texts.settings.remove}
            </button>
          </li>
        ))}
      </ul>
      {(asking?.kind === 'add' || edited) && (
        <RichTextDialog
          title={edited ? edited.name : words.add}
          nameLabel={words.name}
          bodyLabel={words.body}
          initial={{ name: edited?.name ?? '', subject: null, html: edited?.htmlBody ?? '' }}
          options={[
            {
              key: 'isDefault',
              label: words.forNew,
              checked: edited?.isDefault ?? signatures.items.length === 0,
            },
            {
              key: 'isDefaultForReplies',
              label: words.forReplies,
              checked: edited?.isDefaultForReplies ?? signatures.items.length === 0,
            },
          ]}
          onClose={() => setAsking(null)}
          onSave={({ name, html, text, options }) => {
            const value = { name, htmlBody: html, textBody: text, ...options };
            run(edited ? signatures.update(edited.id, value) : signatures.create(value));
          }}
        />
      )}
      {asking?.kind === 'remove' && (
        <Confirm
          question={words.removeConfirm(asking.signature.name)}
          verb={texts.settings.remove}
          cancel={texts.settings.cancel}
          onClose={() => setAsking(null)}
          onConfirm={() => run(signatures.destroy([asking.signature.id]))}
        />
      )}
    </Card>
  );
}
