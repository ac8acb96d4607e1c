import { type ReactElement, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem } from '../../kit/explain.ts';
import { TextField } from '../../kit/field.tsx';
import { AddButton } from '../../kit/list/add-button.tsx';
import { AskedAction } from '../../kit/list/asked-action.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { FilterSelect } from '../../kit/list/filter-select.tsx';
import { SearchField } from '../../kit/list/search-field.tsx';
import { useBulk } from '../../kit/list/use-bulk.tsx';
import { useSelection } from '../../kit/list/use-selection.ts';
import { useWholeList } from '../../kit/list/use-whole-list.ts';
import { TablePage } from '../../kit/page.tsx';
import { State } from '../../kit/state.tsx';
import { TextArea } from '../../kit/text-area.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useTime } from '../../kit/use-time.ts';
import type { PageProps } from '../../pages.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { HostNames } from './host-names.tsx';
import './domains.css';

interface Certificate {
  readonly id: number;
  readonly source: 'acme' | 'uploaded';
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
}

const dayMs = 86_400_000;
/** Days before the end at which a certificate is shown as a warning. */
const soonDays = 21;

function daysLeft({ notAfter }: Certificate): number {
  return Math.floor((new Date(notAfter).getTime() - Date.now()) / dayMs);
}

function stateOf(certificate: Certificate): 'valid' | 'soon' | 'over' {
  const days = daysLeft(certificate);
  return days < 0 ? 'over' : days < soonDays ? 'soon' : 'valid';
}

/** 访问地址与证书 (DOM-17, SEC-11). */
export default function CertificatesPage({ rest, go }: PageProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains;
  const own = words.certificate;
  const time = useTime();
  const run = useAction();
  const [removing, setRemoving] = useState<Certificate | null>(null);
  const manage = may(session, 'domains', 'manage');
  const [q, setQ] = useState('');
  const [state, setState] = useState('');
  const whole = useWholeList<Certificate>('/certificates', q, ({ names }) => names);
  const items = whole.items.filter(certificate => state === '' || stateOf(certificate) === state);
  const list = { ...whole, items, total: state === '' ? whole.total : items.length };
  const selection = useSelection(items, ({ id }) => `${id}`);
  const bulk = useBulk(list.refresh);

  async function removeMany(): Promise<void> {
    const done = await bulk.run(
      selection.chosen,
      1,
      async ([certificate]) => certificate && api.delete(`/certificates/${certificate.id}`),
    );
    if (done.length > 0) bulk.tell(own.removedMany(done.length), null);
    selection.clear();
    list.refresh();
  }
  const columns: readonly Column<Certificate>[] = [
    { key: 'names', label: own.names, width: '3fr', phone: true, render: ({ names }) => names.join('、') },
    { key: 'source', label: own.source, width: '1fr', render: ({ source }) => own.sources[source] },
    { key: 'from', label: own.from, width: '1.5fr', render: ({ notBefore }) => time(notBefore) },
    { key: 'until', label: own.until, width: '1.5fr', render: ({ notAfter }) => time(notAfter) },
    {
      key: 'days',
      label: own.days,
      width: '1fr',
      phone: true,
      render: certificate => {
        const tones = { over: 'bad', soon: 'warn', valid: 'ok' } as const;
        return <State tone={tones[stateOf(certificate)]}>{own.daysLeft(daysLeft(certificate))}</State>;
      },
    },
  ];
  return (
    <TablePage
      title={words.certificates}
      total={list.total}
      hint={words.certificatesHint}
      actions={manage && <AddButton label={own.upload} onPress={() => go('upload')} />}
      chosen={selection.chosen.length}
      onClearSelection={selection.clear}
      bulk={
        bulk.progress ?? (
          <AskedAction
            label={texts.shell.remove}
            question={own.removeManyAsk(selection.chosen.length)}
            onConfirm={() => void removeMany()}
          />
        )
      }
      filters={
        <>
          <SearchField label={own.search} value={q} onChange={setQ} />
          <FilterSelect
            label={own.state}
            value={state}
            choices={(['valid', 'soon', 'over'] as const).map(one => [one, own.states[one]])}
            onChange={setState}
          />
        </>
      }
    >
      <DataTable
        name="certificates"
        label={words.certificates}
        list={list}
        columns={columns}
        keyOf={({ id }) => `${id}`}
        nameOf={({ names }) => names.join(', ')}
        empty={words.certificatesEmpty}
        emptyAction={manage && <AddButton again label={own.upload} onPress={() => go('upload')} />}
        filtered={q !== '' || state !== ''}
        onClearFilters={() => {
          setQ('');
          setState('');
        }}
        {...(manage ? { selection: selection.keys, onSelection: selection.set } : {})}
        rowActions={certificate =>
          manage && (
            <button type="button" className="button plain" onClick={() => setRemoving(certificate)}>
              {texts.shell.remove}
            </button>
          )
        }
      />
      <div className="page-below" role="region" tabIndex={0} aria-label={words.hostsTitle}>
        <HostNames manage={manage} />
      </div>
      {rest === 'upload' && manage && (
        <Upload
          onClose={() => go('')}
          onDone={() => {
            go('');
            list.refresh();
          }}
        />
      )}
      {removing && (
        <Confirm
          question={own.removeAsk(removing.names[0] ?? '')}
          verb={texts.shell.remove}
          cancel={texts.shell.cancel}
          onClose={() => setRemoving(null)}
          onConfirm={() => {
            setRemoving(null);
            void run(api.delete(`/certificates/${removing.id}`), { told: own.removed }).then(list.refresh);
          }}
        />
      )}
    </TablePage>
  );
}

function Upload({
  onClose,
  onDone,
}: {
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.domains.certificate;
  const run = useAction();
  const [chain, setChain] = useState('');
  const [key, setKey] = useState('');
  const [host, setHost] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  async function upload(): Promise<void> {
    setBusy(true);
    setProblem('');
    const body = { chain, key, ...(host.trim() ? { host: host.trim() } : {}) };
    try {
      const asked = api.post('/certificates', body);
      await asked;
      await run(asked, { told: words.uploaded });
      onDone();
    } catch (error) {
      setProblem(explainProblem(error, texts));
    }
    setBusy(false);
  }

  const file = (take: (text: string) => void): ReactElement => (
    <input
      type="file"
      aria-label={words.fromFile}
      accept=".pem,.crt,.cer,.key,.txt"
      onChange={event => void event.target.files?.[0]?.text().then(take)}
    />
  );
  return (
    <Drawer
      title={words.upload}
      onClose={onClose}
      actions={
        <button
          type="button"
          className="button primary"
          disabled={busy || chain === '' || key === ''}
          onClick={() => void upload()}
        >
          {words.upload}
        </button>
      }
    >
      <TextArea label={words.chain} value={chain} rows={8} mono maxLength={120_000} onChange={setChain} />
      {file(setChain)}
      <TextArea label={words.key} value={key} rows={6} mono maxLength={120_000} onChange={setKey} />
      {file(setKey)}
      <TextField label={words.host} hint={words.hostHint} value={host} maxLength={320} onChange={setHost} />
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
    </Drawer>
  );
}
