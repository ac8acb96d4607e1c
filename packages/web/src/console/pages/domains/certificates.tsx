import { type ReactElement, useCallback, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { Drawer } from '../../kit/drawer.tsx';
import { explainProblem } from '../../kit/explain.ts';
import { TextField } from '../../kit/field.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { useList } from '../../kit/list/use-list.ts';
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
  const list = useList(
    useCallback(async () => {
      const { items } = await api.get<{ items: readonly Certificate[] }>('/certificates');
      return { items, next: null, total: items.length };
    }, [api]),
  );
  const daysLeft = (certificate: Certificate): number =>
    Math.floor((new Date(certificate.notAfter).getTime() - Date.now()) / dayMs);
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
        const days = daysLeft(certificate);
        return <State tone={days < 0 ? 'bad' : days < soonDays ? 'warn' : 'ok'}>{own.daysLeft(days)}</State>;
      },
    },
  ];
  return (
    <TablePage
      title={words.certificates}
      total={list.total}
      hint={words.certificatesHint}
      actions={
        manage && (
          <button type="button" className="button primary" onClick={() => go('upload')}>
            {own.upload}
          </button>
        )
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
        rowActions={certificate =>
          manage && (
            <button type="button" className="button plain" onClick={() => setRemoving(certificate)}>
              {texts.shell.remove}
            </button>
          )
        }
      />
      <div className="domain-below" role="region" tabIndex={0} aria-label={words.hostsTitle}>
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
