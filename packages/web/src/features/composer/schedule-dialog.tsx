import { type ReactElement, useId, useState } from 'react';
import { useTexts } from '../../lib/language.ts';
import { Dialog } from '../../ui/dialog.tsx';

interface ScheduleDialogProps {
  /** How far ahead the server holds mail. */
  readonly maxDelaySeconds: number;
  readonly onChoose: (at: Date) => void;
  readonly onClose: () => void;
}

/** `2026-03-19T16:00`, in the browser's zone: what a datetime-local field holds. */
function fieldValue(date: Date): string {
  const two = (value: number): string => `${value}`.padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Nine in the morning, `days` from today. */
function morning(days: number): Date {
  const date = new Date();
  date.setDate(date.getDate() + days);
  date.setHours(9, 0, 0, 0);
  return date;
}

/** 定时发送: tomorrow, Monday, or a time of one's own; the zone is named (CMP-06). */
export function ScheduleDialog({ maxDelaySeconds, onChoose, onClose }: ScheduleDialogProps): ReactElement {
  const texts = useTexts();
  const words = texts.compose;
  const id = useId();
  const [value, setValue] = useState(() => fieldValue(morning(1)));
  const [problem, setProblem] = useState('');
  const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'longOffset' })
    .formatToParts(new Date())
    .find(part => part.type === 'timeZoneName')?.value;
  const toMonday = (8 - new Date().getDay()) % 7 || 7;

  function choose(at: Date): void {
    const ahead = at.getTime() - Date.now();
    if (Number.isNaN(ahead) || ahead <= 0) setProblem(words.schedulePast);
    else if (ahead > maxDelaySeconds * 1000)
      setProblem(words.scheduleFar(Math.floor(maxDelaySeconds / 86_400)));
    else onChoose(at);
  }

  return (
    <Dialog title={words.scheduleTitle} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          choose(new Date(value));
        }}
      >
        <div className="row schedule-quick">
          <button type="button" className="button" onClick={() => choose(morning(1))}>
            {words.tomorrow}
          </button>
          <button type="button" className="button" onClick={() => choose(morning(toMonday))}>
            {words.monday}
          </button>
        </div>
        <label className="labelled" htmlFor={id}>
          <span className="meta">{words.scheduleAt}</span>
        </label>
        <input
          id={id}
          className="field"
          type="datetime-local"
          value={value}
          min={fieldValue(new Date())}
          required
          onChange={event => {
            setValue(event.target.value);
            setProblem('');
          }}
        />
        <p className="meta">{words.scheduleZone(zone ?? 'UTC')}</p>
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
            {words.scheduleDo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
