import { type ReactElement, useCallback, useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { TextField } from '../../kit/field.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { readAll } from '../../kit/organisation.ts';
import { State } from '../../kit/state.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

interface Invitation {
  readonly id: number;
  readonly label: string;
  readonly expiresAt: string;
  readonly state: 'open' | 'revoked' | 'expired' | 'used';
  readonly maxUses: number | null;
  readonly uses: number;
}

interface Made {
  readonly link: string | null;
  /** SVG of the server's own making. */
  readonly qrCode: string | null;
}

const standardDays = '7';

/** Links that strangers can join with: made, shown once with a QR code, revoked. */
export function InvitationLinks({
  manage,
  open,
}: {
  readonly manage: boolean;
  readonly open: boolean;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.sharing.invitations;
  const time = useTime();
  const run = useAction();
  const [draft, setDraft] = useState({ label: '', days: standardDays, maxUses: '' });
  const [made, setMade] = useState<Made | null>(null);
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const links = useLoaded(useCallback(() => readAll<Invitation>(api, '/invitations'), [api]));

  async function make(): Promise<void> {
    const body = {
      label: draft.label.trim(),
      days: Number(draft.days),
      maxUses: draft.maxUses.trim() === '' ? null : Number(draft.maxUses),
      origin: location.origin,
    };
    if (!(await run(api.post<Made>('/invitations', body).then(setMade)))) return;
    setDraft({ label: '', days: standardDays, maxUses: '' });
    links.reload();
  }

  return (
    <Card title={words.links}>
      {!open && <p className="notice">{words.closed}</p>}
      <LoadState of={links} />
      {links.value?.length === 0 && <p className="meta settings-empty">{words.linksEmpty}</p>}
      <ul className="settings-list">
        {links.value?.map(link => (
          <li key={link.id}>
            <span className="grow">
              {link.label || words.links}{' '}
              <span className="meta">
                {words.until(time(link.expiresAt))} · {words.uses(link.uses, link.maxUses)}
              </span>
            </span>
            <State tone={link.state === 'open' ? 'ok' : 'wait'}>{words.states[link.state]}</State>
            {manage && link.state === 'open' && (
              <button type="button" className="button plain" onClick={() => setRevoking(link)}>
                {words.revoke}
              </button>
            )}
          </li>
        ))}
      </ul>
      {made?.link && (
        <div className="console-once" role="status">
          <p>{words.once}</p>
          <p className="secret invitation-link">{made.link}</p>
          {made.qrCode && (
            <img
              className="qr"
              alt={words.qr}
              src={`data:image/svg+xml;utf8,${encodeURIComponent(made.qrCode)}`}
            />
          )}
          <div className="row">
            <CopyButton text={made.link} />
          </div>
        </div>
      )}
      {manage && (
        <form
          onSubmit={event => {
            event.preventDefault();
            void make();
          }}
        >
          <TextField
            label={words.label}
            value={draft.label}
            maxLength={200}
            onChange={label => setDraft({ ...draft, label })}
          />
          <TextField
            label={words.days}
            type="number"
            required
            value={draft.days}
            onChange={days => setDraft({ ...draft, days })}
          />
          <TextField
            label={words.maxUses}
            hint={words.maxUsesHint}
            type="number"
            value={draft.maxUses}
            onChange={maxUses => setDraft({ ...draft, maxUses })}
          />
          <button type="submit" className="button primary settings-add">
            {words.newLink}
          </button>
        </form>
      )}
      {revoking && (
        <Confirm
          question={words.revokeAsk}
          verb={words.revoke}
          cancel={texts.shell.cancel}
          onClose={() => setRevoking(null)}
          onConfirm={() => {
            const { id } = revoking;
            setRevoking(null);
            void run(api.delete(`/invitations/${id}`), { told: words.revoked }).then(links.reload);
          }}
        />
      )}
    </Card>
  );
}
