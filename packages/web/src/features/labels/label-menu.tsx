import { type ReactElement, type ReactNode, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { useTexts } from '../../lib/language.ts';
import { Menu } from '../../ui/menu.tsx';
import { LabelDialog } from './label-dialog.tsx';

interface LabelMenuProps {
  readonly app: MailApp;
  readonly label: ReactNode;
  readonly openSignal?: number;
  /** What is labelled; left out: what is chosen. */
  readonly ids?: readonly string[];
}

/** 标签: puts labels on the chosen mail or takes them off, and makes new ones (FLD-02, FLD-03). */
export function LabelMenu({
  app,
  label,
  openSignal = 0,
  ids = app.targets,
}: LabelMenuProps): ReactElement | null {
  const texts = useTexts();
  const { personal } = app.store;
  const [making, setMaking] = useState(false);
  if (!personal.labels.offered) return null;
  const rows = ids.map(id => app.store.row(id)).filter(row => row !== undefined);
  return (
    <>
      <Menu
        className="button plain small"
        name={texts.mail.label}
        openSignal={openSignal}
        label={label}
        items={[
          ...personal.sortedLabels.map(one => {
            const on =
              rows.length > 0 &&
              rows.every(row => app.store.threadOf(row).some(mail => one.keyword in mail.keywords));
            return {
              key: one.id,
              label: one.name,
              checked: on,
              many: true,
              icon: <span className="label-dot" data-color={one.color} />,
              run: () => void app.label(one, !on, ids),
            };
          }),
          ...(personal.labels.items.length ? (['line'] as const) : []),
          { key: 'new', label: texts.folder.newLabel, run: () => setMaking(true) },
          { key: 'manage', label: texts.folder.manageLabels, run: () => app.visit('settings', 'labels') },
        ]}
      />
      {making && (
        <LabelDialog
          label={null}
          onClose={() => setMaking(false)}
          onSave={(name, color) => {
            setMaking(false);
            personal.labels
              .create({ name, color })
              .then(id => {
                const made = personal.labels.get(id);
                return made && ids.length ? app.label(made, true, ids) : undefined;
              })
              .catch((error: unknown) => app.report(error));
          }}
        />
      )}
    </>
  );
}
