import { type ReactElement, useEffect, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { Template } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { RichTextDialog } from '../rich-text-dialog.tsx';

type Asking =
  | { readonly kind: 'add'; readonly from: Template | null }
  | { readonly kind: 'edit' | 'remove'; readonly template: Template }
  | null;

/** Presets and the member's own templates (CMP-09). */
export function TemplateList({ app }: { app: MailApp }): ReactElement {
  const texts = useTexts();
  const words = texts.settings.templates;
  const { templates } = app.store.personal;
  const [asking, setAsking] = useState<Asking>(null);
  useEffect(() => {
    templates.load().catch((error: unknown) => app.report(error));
  }, [templates, app]);

  const run = (work: Promise<unknown>): void => {
    setAsking(null);
    work.then(
      () => app.toasts.show({ text: texts.settings.saved, stayMs: 2000 }),
      (error: unknown) => app.report(error),
    );
  };

  const sorted = [...templates.items].sort(
    (a, b) => Number(a.isPreset) - Number(b.isPreset) || a.sortOrder - b.sortOrder,
  );
  const edited = asking?.kind === 'edit' ? asking.template : null;
  const source = asking?.kind === 'add' ? asking.from : edited;
  return (
    <Card
      title={words.title}
      hint={words.hint}
      actions={
        <button type="button" className="button" onClick={() => setAsking({ kind: 'add', from: null })}>
          {words.add}
        </button>
      }
    >
      <ul className="settings-list">
        {sorted.map(template => (
          <li key={template.id}>
            <div className="grow clip">
              <div className="clip">
                {template.name} {template.isPreset && <span className="chip">{words.preset}</span>}
              </div>
              <div className="meta clip">{template.subject}</div>
            </div>
            {template.isPreset ? (
              <button
                type="button"
                className="button plain"
                onClick={() => setAsking({ kind: 'add', from: template })}
              >
                {words.copy}
              </button>
            ) : (
              <>
                <button
                  type="button"
                  className="button plain"
                  onClick={() => setAsking({ kind: 'edit', template })}
                >
                  {texts.settings.edit}
                </button>
                <button
                  type="button"
                  className="button plain"
                  onClick={() => setAsking({ kind: 'remove', template })}
                >
                  {texts.settings.remove}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {(asking?.kind === 'add' || edited) && (
        <RichTextDialog
          title={edited ? edited.name : words.add}
          nameLabel={words.name}
          subjectLabel={words.subject}
          bodyLabel={words.body}
          initial={{
            name: source?.name ?? '',
            subject: source?.subject ?? '',
            html: source?.htmlBody ?? '',
          }}
          options={[]}
          onClose={() => setAsking(null)}
          onSave={({ name, subject, html }) => {
            const value = { name, subject, htmlBody: html };
            run(edited ? templates.update(edited.id, value) : templates.create(value));
          }}
        />
      )}
      {asking?.kind === 'remove' && (
        <Confirm
          question={words.removeConfirm(asking.template.name)}
          verb={texts.settings.remove}
          cancel={texts.settings.cancel}
          onClose={() => setAsking(null)}
          onConfirm={() => run(templates.destroy([asking.template.id]))}
        />
      )}
    </Card>
  );
}
