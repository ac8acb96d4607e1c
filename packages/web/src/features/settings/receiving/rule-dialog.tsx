import { type ReactElement, useId, useState } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { FilterRule, RuleAction, RuleCondition } from '../../../jmap/personal.ts';
import { isAddress } from '../../../lib/addresses.ts';
import { useTexts } from '../../../lib/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Switch } from '../../../ui/form.tsx';
import { ActionLine } from './action-line.tsx';
import { ConditionLine } from './condition-line.tsx';
import './rules.css';

export type NewRule = Pick<FilterRule, 'name' | 'match' | 'conditions' | 'actions' | 'stop'>;

interface RuleDialogProps {
  readonly app: MailApp;
  readonly rule: FilterRule | null;
  /** What a new rule begins with. */
  readonly initial?: NewRule;
  readonly onSave: (rule: NewRule) => void;
  readonly onClose: () => void;
}

function complete(condition: RuleCondition): boolean {
  if (condition.operator === 'exists') return condition.field !== 'header' || Boolean(condition.header);
  if (condition.field === 'header' && !condition.header) return false;
  return typeof condition.value === 'number' ? condition.value > 0 : Boolean(condition.value?.trim());
}

function able(action: RuleAction): boolean {
  if (action.type === 'forward') return isAddress(action.address);
  if (action.type === 'refuse') return Boolean(action.reason.trim());
  return true;
}

/** A rule: name, conditions, what to do (FLT-01). */
export function RuleDialog({ app, rule, initial, onSave, onClose }: RuleDialogProps): ReactElement {
  const texts = useTexts();
  const words = texts.receiving.rules;
  const id = useId();
  const inbox = app.store.mailboxByRole('inbox');
  const [value, setValue] = useState<NewRule>(
    rule ??
      initial ?? {
        name: '',
        match: 'all',
        conditions: [{ field: 'from', operator: 'contains', value: '' }],
        actions: [{ type: 'move', mailboxId: inbox?.id ?? '' }],
        stop: true,
      },
  );
  const [problem, setProblem] = useState('');
  const set = (part: Partial<NewRule>): void => {
    setProblem('');
    setValue({ ...value, ...part });
  };

  function save(): void {
    const conditions = value.conditions.filter(complete);
    const actions = value.actions.filter(able);
    if (actions.length === 0) return setProblem(words.needAction);
    onSave({ name: value.name.trim(), match: value.match, conditions, actions, stop: value.stop });
  }

  return (
    <Dialog title={rule ? rule.name : words.add} wide onClose={onClose}>
      <form
        className="rule-form"
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <label htmlFor={`${id}-name`}>{words.name}</label>
        <input
          id={`${id}-name`}
          className="field"
          value={value.name}
          maxLength={100}
          required
          autoFocus
          onChange={event => set({ name: event.target.value })}
        />
        <fieldset>
          <legend>
            {words.match}{' '}
            <select
              aria-label={words.match}
              value={value.match}
              onChange={event => set({ match: event.target.value === 'any' ? 'any' : 'all' })}
            >
              <option value="all">{words.all}</option>
              <option value="any">{words.any}</option>
            </select>
          </legend>
          {value.conditions.length === 0 && <p className="meta">{words.noConditions}</p>}
          {value.conditions.map((condition, at) => (
            <ConditionLine
              // Lines have no identity of their own; their place is all there is.
              key={at}
              condition={condition}
              onChange={next =>
                set({ conditions: value.conditions.map((other, index) => (index === at ? next : other)) })
              }
              onRemove={() => set({ conditions: value.conditions.filter((_, index) => index !== at) })}
            />
          ))}
          <button
            type="button"
            className="link"
            onClick={() =>
              set({
                conditions: [...value.conditions, { field: 'subject', operator: 'contains', value: '' }],
              })
            }
          >
            {words.addCondition}
          </button>
        </fieldset>
        <fieldset>
          <legend>{words.actions}</legend>
          {value.actions.map((action, at) => (
            <ActionLine
              key={at}
              app={app}
              action={action}
              onChange={next =>
                set({ actions: value.actions.map((other, index) => (index === at ? next : other)) })
              }
              onRemove={() => set({ actions: value.actions.filter((_, index) => index !== at) })}
            />
          ))}
          <button
            type="button"
            className="link"
            onClick={() => set({ actions: [...value.actions, { type: 'markRead' }] })}
          >
            {words.addAction}
          </button>
        </fieldset>
        <Switch label={words.stop} checked={value.stop} onChange={stop => set({ stop })} />
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
            {texts.settings.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
