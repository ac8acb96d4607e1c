import { type ReactElement, useId, useState } from 'react';
import type { Address, SenderCheck } from '../../../jmap/types.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconAlertTriangle, IconHelpCircle, IconShieldCheck } from '../../../ui/icons.ts';

interface TrustProps {
  readonly check: SenderCheck | undefined;
  readonly from: Address | undefined;
}

/** The name's best friend: how far the sender is proven, and whether they are from outside; each says why. */
export function TrustBadges({ check, from }: TrustProps): ReactElement | null {
  const texts = useTexts();
  const words = texts.reading.trust;
  const [open, setOpen] = useState(false);
  const id = useId();
  if (!check || !from) return null;
  const domain = from.email.slice(from.email.lastIndexOf('@') + 1);
  const { verdict } = check;
  const why = {
    verified: words.verifiedWhy,
    unverified: words.unverifiedWhy,
    suspicious: words.suspiciousWhy,
  };
  const judged = verdict === 'unchecked' ? null : verdict;
  if (!judged && !check.isExternal) return null;
  const icon = {
    verified: <IconShieldCheck className="icon" size={14} />,
    unverified: <IconHelpCircle className="icon" size={14} />,
    suspicious: <IconAlertTriangle className="icon" size={14} />,
  };
  return (
    <>
      <button
        type="button"
        className="trust-badges"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        title={words.why}
        onClick={() => setOpen(!open)}
      >
        {judged && (
          <span className={`badge ${judged}`}>
            {icon[judged]}
            {words[judged]}
          </span>
        )}
        {check.isExternal && <span className="badge external">{words.external}</span>}
        <span className="unseen">{words.why}</span>
      </button>
      {open && (
        <div className="trust-why" id={id}>
          {judged && <p>{why[judged](domain)}</p>}
          {check.isExternal && <p>{words.externalWhy}</p>}
          {judged && (
            <p className="meta">
              {words.checks}
              {' · '}
              {(['spf', 'dkim', 'dmarc'] as const)
                .map(method => words.result(method.toUpperCase(), check[method]))
                .join(' · ')}
            </p>
          )}
        </div>
      )}
    </>
  );
}

/** What must not be overlooked: forged, look-alike, an address in the name. */
export function TrustWarnings({ check, from }: TrustProps): ReactElement | null {
  const words = useTexts().reading.trust;
  if (!check || !from) return null;
  const domain = from.email.slice(from.email.lastIndexOf('@') + 1);
  const warnings = [
    check.verdict === 'suspicious' ? words.suspiciousWhy(domain) : null,
    check.looksLike ? words.looksLike(domain, check.looksLike) : null,
    check.nameClaims ? words.nameClaims(check.nameClaims, from.email) : null,
  ].filter(text => text !== null);
  return (
    <>
      {warnings.map(text => (
        <div className="note warning" role="note" key={text}>
          <IconAlertTriangle className="icon" size={16} />
          <span className="grow">{text}</span>
        </div>
      ))}
    </>
  );
}
