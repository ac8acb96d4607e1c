import { type ReactElement, useCallback, useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import type { Claim } from './types.ts';

/** Domains that other companies use and this one says are its own (DOM-10, DOM-11). Nothing where there are none. */
export function Claims({ onTaken }: { readonly onTaken: () => void }): ReactElement | null {
  const { api, session, toasts } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const time = useTime();
  const run = useAction();
  const [dropping, setDropping] = useState<Claim | null>(null);
  const claims = useLoaded(useCallback(() => api.get<{ items: readonly Claim[] }>('/domain-claims'), [api]));
  const manage = may(session, 'domains', 'manage');
  if (!claims.value || claims.value.items.length === 0) return null;

  async function check(claim: Claim): Promise<void> {
    let after: Claim | null = null;
    const path = `/domain-claims/${encodeURIComponent(claim.name)}/check`;
    const asked = api.post<Claim>(path).then(answer => {
      after = answer;
    });
    if (!(await run(asked))) return;
    const proven = (after as Claim | null)?.state === 'protected';
    toasts.show({ text: proven ? words.claimOk : words.claimNotYet, stayMs: 4000 });
    claims.reload();
    onTaken();
  }

  return (
    <Card title={words.claims}>
      {claims.value.items.map(claim => (
        <section key={claim.name} className="domain-claim" aria-label={claim.unicodeName}>
          <div className="row">
            <span className="strong grow">{claim.unicodeName}</span>
            <span>
              {words.claimStates[claim.state]}
              {claim.dueAt && ` · ${words.claimDue(time(claim.dueAt))}`}
            </span>
          </div>
          {claim.state === 'unverified' && (
            <>
              <p className="meta">{words.claimed}</p>
              {claim.proof.map(proof => (
                <div key={`${proof.type}${proof.host}`} className="row domain-proof">
                  <span>{proof.type}</span>
                  <span className="mono">{proof.host}</span>
                  <span className="mono grow">{proof.value}</span>
                  <CopyButton text={proof.value} />
                </div>
              ))}
            </>
          )}
          {manage && (
            <div className="row">
              {claim.state === 'unverified' && (
                <button type="button" className="button" onClick={() => void check(claim)}>
                  {words.claimCheck}
                </button>
              )}
              <button type="button" className="button plain" onClick={() => setDropping(claim)}>
                {words.claimDrop}
              </button>
            </div>
          )}
        </section>
      ))}
      {dropping && (
        <Confirm
          question={words.claimDropAsk(dropping.unicodeName)}
          verb={words.claimDrop}
          cancel={texts.shell.cancel}
          onClose={() => setDropping(null)}
          onConfirm={() => {
            const { name } = dropping;
            setDropping(null);
            void run(api.delete(`/domain-claims/${encodeURIComponent(name)}`)).then(claims.reload);
          }}
        />
      )}
    </Card>
  );
}
