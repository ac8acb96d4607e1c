import './contacts.css';
import { type ReactElement, useId, useState } from 'react';
import { isAddress } from '../../lib/addresses.ts';
import { useTexts } from '../../lib/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { IconX } from '../../ui/icons.ts';
import { type Card, type ContactValues, valuesOf } from './card.ts';

interface ContactDialogProps {
  readonly card: Card | null;
  /** What a new contact begins with. */
  readonly initial?: Partial<ContactValues>;
  readonly onSave: (values: ContactValues) => void;
  readonly onClose: () => void;
}

/** A contact of one's own: name, addresses, phones, where they work (CON-03). */
export function ContactDialog({ card, initial, onSave, onClose }: ContactDialogProps): ReactElement {
  const texts = useTexts();
  const words = texts.pages.contacts;
  const id = useId();
  const [values, setValues] = useState<ContactValues>(() => {
    const known = { ...valuesOf(card), ...initial };
    return {
      ...known,
      emails: known.emails.length ? known.emails : [''],
      phones: known.phones.length ? known.phones : [''],
    };
  });
  const [problem, setProblem] = useState('');
  const set = (part: Partial<ContactValues>): void => {
    setValues({ ...values, ...part });
    setProblem('');
  };

  function save(): void {
    const wrong = values.emails.map(email => email.trim()).find(email => email && !isAddress(email));
    if (wrong) return setProblem(words.badEmail(wrong));
    if (!values.name.trim() && !values.emails.some(email => email.trim())) return setProblem(words.needName);
    onSave(values);
  }

  const many = (
    property: 'emails' | 'phones',
    label: string,
    another: string,
    type: 'email' | 'tel',
  ): ReactElement => (
    <fieldset>
      <legend>{label}</legend>
      {values[property].map((value, at) => (
        <div className="row" key={at}>
          <input
            className="field"
            type={type}
            aria-label={label}
            value={value}
            maxLength={320}
            onChange={event =>
              set({
                [property]: values[property].map((other, index) =>
                  index === at ? event.target.value : other,
                ),
              })
            }
          />
          {values[property].length > 1 && (
            <button
              type="button"
              className="tool"
              aria-label={words.removeValue}
              onClick={() => set({ [property]: values[property].filter((_, index) => index !== at) })}
            >
              <IconX className="icon" size={16} />
            </button>
          )}
        </div>
      ))}
      <button type="button" className="link" onClick={() => set({ [property]: [...values[property], ''] })}>
        {another}
      </button>
    </fieldset>
  );

  const text = (
    property: 'name' | 'organization' | 'department' | 'job',
    autoFocus = false,
  ): ReactElement => (
    <>
      <label htmlFor={`${id}-${property}`}>{words[property]}</label>
      <input
        id={`${id}-${property}`}
        className="field"
        value={values[property]}
        maxLength={200}
        autoFocus={autoFocus}
        onChange={event => set({ [property]: event.target.value })}
      />
    </>
  );

  return (
    <Dialog title={card ? words.edit : words.add} onClose={onClose}>
      <form
        className="contact-form"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        {text('name', true)}
        {many('emails', words.email, words.anotherEmail, 'email')}
        {many('phones', words.phone, words.anotherPhone, 'tel')}
        {text('organization')}
        {text('department')}
        {text('job')}
        <label htmlFor={`${id}-note`}>{words.note}</label>
        <textarea
          id={`${id}-note`}
          className="field"
          rows={3}
          maxLength={5000}
          value={values.note}
          onChange={event => set({ note: event.target.value })}
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
            {texts.settings.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
