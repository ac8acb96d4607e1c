import { type ReactElement, useState } from 'react';
import { initials } from '../../lib/addresses.ts';
import { useTexts } from '../../lib/language.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { IconChevronDown, IconPencil } from '../../ui/icons.ts';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { addressOf, type Card, nameOf, valuesOf } from './card.ts';

interface ContactDetailProps {
  readonly card: Card;
  readonly mayWrite: boolean;
  /** One's own groups, and whether the card is in each. */
  readonly groups: readonly { readonly card: Card; readonly inside: boolean }[];
  readonly onWrite: () => void;
  readonly onEdit: () => void;
  readonly onCopy: (() => void) | null;
  readonly onRemove: () => void;
  readonly onGroup: (group: Card, inside: boolean) => void;
}

/** One contact: who, where to reach them, what can be done. */
export function ContactDetail(props: ContactDetailProps): ReactElement {
  const { card, mayWrite, groups } = props;
  const texts = useTexts();
  const words = texts.pages.contacts;
  const [asking, setAsking] = useState(false);
  const values = valuesOf(card);
  const address = addressOf(card);
  const line = (label: string, value: string, href: string | null = null): ReactElement | null =>
    value ? (
      <div key={`${label}${value}`}>
        <dt>{label}</dt>
        <dd>{href ? <a href={href}>{value}</a> : value}</dd>
      </div>
    ) : null;
  return (
    <article className="contact-detail" aria-label={nameOf(card)}>
      <header className="row">
        <span className="avatar" aria-hidden="true">
          {initials({ name: nameOf(card), email: values.emails[0] ?? '' })}
        </span>
        <h2 className="grow">{nameOf(card)}</h2>
      </header>
      <div className="row contact-actions">
        {address && (
          <button type="button" className="button primary" onClick={props.onWrite}>
            <IconPencil className="icon" size={16} />
            {words.write}
          </button>
        )}
        {mayWrite && (
          <button type="button" className="button" onClick={props.onEdit}>
            {words.edit}
          </button>
        )}
        {props.onCopy && (
          <button type="button" className="button" onClick={props.onCopy}>
            {words.copy}
          </button>
        )}
        {mayWrite && groups.length > 0 && (
          <Menu
            className="button"
            label={
              <>
                {words.addTo}
                <IconChevronDown className="icon" size={16} />
              </>
            }
            items={groups.map(
              ({ card: group, inside }): MenuItem => ({
                key: group.id,
                label: nameOf(group),
                checked: inside,
                many: true,
                run: () => props.onGroup(group, !inside),
              }),
            )}
          />
        )}
        {mayWrite && (
          <button type="button" className="button plain" onClick={() => setAsking(true)}>
            {words.remove}
          </button>
        )}
      </div>
      <dl>
        {values.emails.map(email => line(words.email, email))}
        {values.phones.map(phone => line(words.phone, phone, `tel:${phone.replaceAll(/[^\d+]/g, '')}`))}
        {line(words.organization, values.organization)}
        {line(words.department, values.department)}
        {line(words.job, values.job)}
        {line(words.note, values.note)}
      </dl>
      {asking && (
        <Confirm
          question={words.removeConfirm(nameOf(card))}
          verb={words.remove}
          cancel={texts.settings.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            props.onRemove();
          }}
        />
      )}
    </article>
  );
}
