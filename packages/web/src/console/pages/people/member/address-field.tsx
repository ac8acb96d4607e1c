import '../../../kit/pickers.css';
import { type ReactElement, useCallback } from 'react';
import type { Page } from '../../../api.ts';
import { Field } from '../../../kit/field.tsx';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { splitAddress } from '../types.ts';
import { useSuggestion } from './use-suggestion.ts';

/** Domains that addresses can be in; those who may not see domains get the primary one. */
export function useDomainNames(): readonly string[] {
  const { api, session } = useConsole();
  const allowed = may(session, 'domains', 'view');
  const primary = session.company.domain;
  const loaded = useLoaded(
    useCallback(
      async () =>
        allowed
          ? (await api.get<Page<{ unicodeName: string; primary: boolean }>>('/domains', { limit: 200 })).items
          : [],
      [api, allowed],
    ),
  );
  const names = [...(loaded.value ?? [])]
    .sort((a, b) => Number(b.primary) - Number(a.primary))
    .map(({ unicodeName }) => unicodeName);
  return names.length ? names : primary === null ? [] : [primary];
}

interface AddressFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** A prefix is offered from it while the field is empty. */
  readonly name?: string;
  readonly local: string;
  readonly domain: string;
  readonly domains: readonly string[];
  readonly problem?: string | undefined;
  readonly onChange: (local: string, domain: string) => void;
}

/** An address in two parts, checked while one types. */
export function AddressField(props: AddressFieldProps): ReactElement {
  const words = useConsoleTexts().people.member.add;
  const { name = '', local, domain, domains } = props;
  const answer = useSuggestion(name, local, domain);
  const offered = answer && local === '' && answer.state === 'free' ? splitAddress(answer.address)[0] : '';
  const said = answer && (local !== '' || offered !== '') ? answer : null;
  return (
    <>
      <Field label={props.label} problem={props.problem} {...(props.hint ? { hint: props.hint } : {})}>
        {(id, describedBy) => (
          <div className="row address-field">
            <input
              id={id}
              className="field grow"
              value={local}
              maxLength={64}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder={offered}
              aria-describedby={describedBy}
              onChange={event => props.onChange(event.target.value.trim(), domain)}
            />
            <span aria-hidden="true">@</span>
            <select
              className="field grow"
              aria-label={words.domain}
              value={domain}
              onChange={event => props.onChange(local, event.target.value)}
            >
              {domains.map(one => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </div>
        )}
      </Field>
      <p className="address-state" aria-live="polite">
        {said?.state === 'free' && <span className="state-ok">{words.free(said.address)}</span>}
        {said?.state === 'taken' && <span className="state-bad">{words.taken(said.address)}</span>}
        {said?.state === 'invalid' && <span className="state-bad">{words.invalid}</span>}{' '}
        {said?.suggestion && (
          <button
            type="button"
            className="link"
            onClick={() => props.onChange(...splitAddress(said.suggestion ?? ''))}
          >
            {words.tryThis(said.suggestion)}
          </button>
        )}
      </p>
    </>
  );
}
