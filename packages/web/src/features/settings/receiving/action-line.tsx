import type { ReactElement } from 'react';
import type { MailApp } from '../../../app/mail-app.ts';
import type { RuleAction } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconX } from '../../../ui/icons.ts';
import { mailboxName, ownFolders } from '../../folders/mailboxes.ts';

const types = [
  'move',
  'copy',
  'label',
  'star',
  'markRead',
  'toDo',
  'forward',
  'delete',
  'refuse',
] as const satisfies readonly RuleAction['type'][];
const roles = ['inbox', 'archive', 'junk', 'trash'] as const;

interface ActionLineProps {
  readonly app: MailApp;
  readonly action: RuleAction;
  readonly onChange: (action: RuleAction) => void;
  readonly onRemove: () => void;
}

/** One thing a rule does. */
export function ActionLine({ app, action, onChange, onRemove }: ActionLineProps): ReactElement {
  const texts = useTexts();
  const words = texts.receiving.rules;
  const { store } = app;
  const mailboxes = [
    ...roles.map(role => store.mailboxByRole(role)).filter(mailbox => mailbox !== undefined),
    ...ownFolders(store.mailboxes).map(({ mailbox }) => mailbox),
  ];
  const labels = store.personal.sortedLabels;
  const { mayForward } = store.personal.settings;
  const offered = types.filter(
    type => (type !== 'label' || labels.length > 0) && (type !== 'forward' || mayForward),
  );

  function choose(type: RuleAction['type']): void {
    if (type === 'move' || type === 'copy') onChange({ type, mailboxId: mailboxes[0]?.id ?? '' });
    else if (type === 'label') onChange({ type, labelId: labels[0]?.id ?? '' });
    else if (type === 'forward') onChange({ type, address: '', keepCopy: true });
    else if (type === 'refuse') onChange({ type, reason: '' });
    else onChange({ type });
  }

  return (
    <div className="rule-line">
      <select
        className="field"
        aria-label={words.actions}
        value={action.type}
        onChange={event => {
          const type = types.find(name => name === event.target.value);
          if (type) choose(type);
        }}
      >
        {offered.map(type => (
          <option key={type} value={type}>
            {words.action[type]}
          </option>
        ))}
      </select>
      {(action.type === 'move' || action.type === 'copy') && (
        <select
          className="field grow"
          aria-label={words.action[action.type]}
          value={action.mailboxId}
          onChange={event => onChange({ type: action.type, mailboxId: event.target.value })}
        >
          {mailboxes.map(mailbox => (
            <option key={mailbox.id} value={mailbox.id}>
              {mailboxName(mailbox, texts)}
            </option>
          ))}
        </select>
      )}
      {action.type === 'label' && (
        <select
          className="field grow"
          aria-label={words.action.label}
          value={action.labelId}
          onChange={event => onChange({ type: 'label', labelId: event.target.value })}
        >
          {labels.map(label => (
            <option key={label.id} value={label.id}>
              {label.name}
            </option>
          ))}
        </select>
      )}
      {action.type === 'forward' && (
        <>
          <input
            className="field grow"
            type="email"
            aria-label={words.address}
            placeholder={words.address}
            value={action.address}
            onChange={event => onChange({ ...action, address: event.target.value })}
          />
          <label className="row">
            <input
              type="checkbox"
              checked={action.keepCopy}
              onChange={event => onChange({ ...action, keepCopy: event.target.checked })}
            />
            {words.keepCopy}
          </label>
        </>
      )}
      {action.type === 'refuse' && (
        <input
          className="field grow"
          aria-label={words.reason}
          placeholder={words.reason}
          value={action.reason}
          maxLength={500}
          onChange={event => onChange({ type: 'refuse', reason: event.target.value })}
        />
      )}
      <button type="button" className="tool" aria-label={words.removeLine} onClick={onRemove}>
        <IconX className="icon" size={16} />
      </button>
    </div>
  );
}
