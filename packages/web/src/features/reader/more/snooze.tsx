import { type ReactElement, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import { clockTime, readerTime } from '../../../lib/dates.ts';
import { type Language, useLanguage, useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { IconAlarm } from '../../../ui/icons.ts';
import type { MenuItem } from '../../../ui/menu.tsx';
import { at, morning, snoozeTimes } from './snooze-times.ts';

/** What `datetime-local` fields take. */
function fieldTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A moment as it is told: 今天 20:00, 11月24日 周二 08:30. */
export function snoozeText(until: Date, language: Language, today: string): string {
  return readerTime(until, new Date(), language, today);
}

/** Entries of 稍后处理 for a menu; `custom` opens the dialog below. */
export function useSnoozeItems(
  app: MailApp,
  ids: readonly string[],
  snoozed: boolean,
  custom: () => void,
): MenuItem[] {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.reading.snooze;
  if (!app.canSnooze) return [];
  if (snoozed)
    return [
      {
        key: 'wake',
        label: words.wake,
        icon: <IconAlarm className="icon" size={16} />,
        run: () => void app.snooze(null, words.woken, ids),
      },
    ];
  return [
    ...snoozeTimes(new Date()).map(({ key, time }) => ({
      key,
      label: words[key](clockTime(time, language)),
      icon: <IconAlarm className="icon" size={16} />,
      run: () => void app.snooze(time, words.done(snoozeText(time, language, texts.list.today)), ids),
    })),
    { key: 'custom', label: words.custom, icon: <IconAlarm className="icon" size={16} />, run: custom },
  ];
}

interface SnoozeDialogProps {
  readonly app: MailApp;
  /** What is put off; left out: what is chosen. */
  readonly ids?: readonly string[];
  readonly onClose: () => void;
}

/** A time of one's own. */
export function SnoozeDialog({ app, ids = app.targets, onClose }: SnoozeDialogProps): ReactElement {
  const texts = useTexts();
  const language = useLanguage();
  const words = texts.reading.snooze;
  const [value, setValue] = useState(() => fieldTime(at(new Date(), 1, morning.hour, morning.minute)));
  const [problem, setProblem] = useState('');
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          const time = new Date(value);
          if (!(time.getTime() > Date.now())) return setProblem(words.past);
          onClose();
          void app.snooze(time, words.done(snoozeText(time, language, texts.list.today)), ids);
        }}
      >
        <input
          className="field"
          type="datetime-local"
          aria-label={words.custom}
          value={value}
          min={fieldTime(new Date())}
          required
          autoFocus
          onChange={event => {
            setValue(event.target.value);
            setProblem('');
          }}
        />
        {problem && (
          <p className="sign-in-problem" role="alert">
            {problem}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.settings.cancel}
          </button>
          <button type="submit" className="button primary">
            {words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
