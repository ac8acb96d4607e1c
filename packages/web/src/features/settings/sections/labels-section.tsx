import { type ReactElement, useState } from 'react';
import type { Label } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { LabelDialog } from '../../labels/label-dialog.tsx';
import type { SectionProps } from '../settings-page.tsx';

type Asking = { readonly kind: 'add' } | { readonly kind: 'edit' | 'remove'; readonly label: Label } | null;

/** 文件夹与标签: the labels (FLD-03). */
export function LabelsSection({ app }: SectionProps): ReactElement {
  const texts = useTexts();
  const words = texts.settings.labels;
  const { personal } = app.store;
  const { labels } = personal;
  const [asking, setAsking] = useState<Asking>(null);
  const limit = app.store.client.accountLimit('urn:hongyan:params:jmap:labels', 'maxLabels', 20);
  const full = labels.items.length >= limit;
  const edited = asking?.kind === 'edit' ? asking.label : null;

  const run = (work: Promise<unknown>): void => {
    setAsking(null);
    work.catch((error: unknown) => app.report(error));
  };

  return (
    <Card
      title={words.title}
      hint={full ? words.full(limit) : words.hint(labels.items.length, limit)}
      actions={
        <button type="button" className="button" disabled={full} onClick={() => setAsking({ kind: 'add' })}>
          {words.add}
        </button>
      }
    >
      {labels.items.length === 0 && <p className="meta settings-empty">{words.none}</p>}
      <ul className="settings-list">
        {personal.sortedLabels.map(label => (
          <li key={label.id}>
            <span className="label-dot" data-color={label.color} />
            <span className="grow clip">
              {label.name} <span className="meta">{label.totalEmails}</span>
            </span>
            <button type="button" className="button plain" onClick={() => setAsking({ kind: 'edit', label })}>
              {texts.settings.edit}
            </button>
            <button
              type="button"
              className="button plain"
              onClick={() => setAsking({ kind: 'remove', label })}
            >
              {texts.settings.remove}
            </button>
          </li>
        ))}
      </ul>
      {(asking?.kind === 'add' || edited) && (
        <LabelDialog
          label={edited}
          onClose={() => setAsking(null)}
          onSave={(name, color) =>
            run(edited ? labels.update(edited.id, { name, color }) : labels.create({ name, color }))
          }
        />
      )}
      {asking?.kind === 'remove' && (
        <Confirm
          question={words.removeConfirm(asking.label.name, asking.label.totalEmails)}
          verb={texts.settings.remove}
          cancel={texts.settings.cancel}
          onClose={() => setAsking(null)}
          onConfirm={() => run(labels.destroy([asking.label.id]))}
        />
      )}
    </Card>
  );
}
