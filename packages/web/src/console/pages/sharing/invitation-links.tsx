import { type ReactElement, useState } from 'react';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { Card } from '../../../ui/form.tsx';
import { TextField } from '../../kit/field.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useWholeList } from '../../kit/list/use-whole-list.ts';
import { State } from '../../kit/state.tsx';
import { useAction } from '../../kit/use-action.ts';
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
  const [q, setQ] = useState('');
  const [state, setState] = useState('');
  const links = useWholeList<Invitation>('/invitations', q, ({ label }) => [label], {
    wanted: state,
    of: link => link.state,
  });
  const narrowed = q !== '' || state !== '';
  const nameOf = ({ label }: Invitation): string => label || words.links;
  const columns: readonly Column<Invitation>[] = [
    { key: 'label', label: words.purpose, width: '3fr', phone: true, render: nameOf },
    {
      key: 'state',
      label: words.linkState,
      width: '1.5fr',
      phone: true,
      render: link => <State tone={link.state === 'open' ? 'ok' : 'wait'}>{words.states[link.state]}</State>,
    },
    { key: 'until', label: words.goodUntil, width: '2fr', render: ({ expiresAt }) => time(expiresAt) },
    {
      key: 'uses',
      label: words.used,
      width: '2fr',
      phone: true,
      render: ({ uses, maxUses }) => words.uses(uses, maxUses),
    },
  ];

  async function make(): Promise<void> {
    const body = {
      label: draft.label.trim(),
      days: Number(draft.days),
      maxUses: draft.maxUses.trim() === '' ? null : Number(draft.maxUses),
      origin: location.origin,
    };
    if (!(await run(api.post<Made>('/invitations', body).then(setMade)))) return;
    setDraft({ label: '', days: standardDays, maxUses: '' });
    links.refresh();
  }

  return (
    <Card title={words.links}>
      {!open && <p className="notice">{words.closed}</p>}
      {(narrowed || links.items.length > 0) && (
        <div className="row page-filters">
          <SearchField label={words.searchLinks} value={q} onChange={setQ} />
          <FilterSelect
            label={words.linkState}
            value={state}
            choices={Object.entries(words.states)}
            onChange={setState}
          />
        </div>
      )}
      <div className="card-table">
        <DataTable
          name="invitations"
          label={words.links}
          list={links}
          columns={columns}
          keyOf={({ id }) => `${id}`}
          nameOf={nameOf}
          empty={words.linksEmpty}
          filtered={narrowed}
          onClearFilters={() => {
            setQ('');
            setState('');
          }}
          rowActions={link =>
            manage &&
            link.state === 'open' && (
              <button type="button" className="button plain" onClick={() => setRevoking(link)}>
                {words.revoke}
              </button>
            )
          }
        />
      </div>
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
            void run(api.delete(`/invitations/${id}`), { told: words.revoked }).then(links.refresh);
          }}
        />
      )}
    </Card>
  );
}
