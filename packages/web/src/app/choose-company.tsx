import type { ReactElement } from 'react';
import { useTexts } from '../lib/language.ts';
import type { CompanyAccount } from './auth.ts';

interface ChooseCompanyProps {
  readonly companies: readonly CompanyAccount[];
  readonly busy: boolean;
  readonly problem: string;
  readonly onChoose: (address: string) => void;
  readonly onBack: () => void;
}

/** Which company's mailbox to open, for somebody who belongs to several (TEN-37). */
export function ChooseCompany({
  companies,
  busy,
  problem,
  onChoose,
  onBack,
}: ChooseCompanyProps): ReactElement {
  const words = useTexts().signIn;
  return (
    <form noValidate onSubmit={event => event.preventDefault()}>
      <h1>{words.chooseCompany}</h1>
      <p className="meta">{words.chooseCompanyHint}</p>
      <ul className="sign-in-companies">
        {companies.map(({ company, address }, i) => (
          <li key={address}>
            <button
              type="button"
              className="button"
              disabled={busy}
              autoFocus={i === 0}
              onClick={() => onChoose(address)}
            >
              <b>{company}</b>
              <span className="meta">{address}</span>
            </button>
          </li>
        ))}
      </ul>
      {problem && (
        <p className="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      <p>
        <button type="button" className="link" onClick={onBack}>
          {words.chooseCompanyBack}
        </button>
      </p>
    </form>
  );
}
