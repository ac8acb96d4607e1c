import { type ReactElement, useCallback, useRef, useState } from 'react';
import { Card, Select, Switch } from '../../../ui/form.tsx';
import type { Page } from '../../api.ts';
import { explainProblem } from '../../kit/explain.ts';
import { LoadState } from '../../kit/load-state.tsx';
import { FormPage } from '../../kit/page.tsx';
import { TextArea } from '../../kit/text-area.tsx';
import { useLoaded } from '../../kit/use-loaded.ts';
import { useTime } from '../../kit/use-time.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { useDomainNames } from '../people/member/address-field.tsx';
import { type ImportBatch, pastedToCsv } from './types.ts';

const shownImports = 20;

/** Template, file or pasted cells, and what was imported before. */
export function ImportStart({ onMade }: { readonly onMade: (id: number) => void }): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.importing;
  const manage = may(session, 'members', 'manage');
  return (
    <FormPage title={words.title} hint={words.hint}>
      {manage ? (
        <>
          <Card title={words.prepare} hint={words.prepareHint}>
            <p className="row import-links">
              <a className="button" href={api.fileUrl('/import-template', { format: 'xlsx' })} download>
                {words.templateXlsx}
              </a>
              <a className="button" href={api.fileUrl('/import-template', { format: 'csv' })} download>
                {words.templateCsv}
              </a>
            </p>
          </Card>
          <Upload onMade={onMade} />
        </>
      ) : (
        <p className="meta">{texts.shell.viewOnly}</p>
      )}
      <Earlier onOpen={onMade} />
    </FormPage>
  );
}

function Upload({ onMade }: { readonly onMade: (id: number) => void }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.importing;
  const domains = useDomainNames();
  const input = useRef<HTMLInputElement>(null);
  const [domain, setDomain] = useState('');
  const [createDepartments, setCreate] = useState(true);
  const [pasting, setPasting] = useState(false);
  const [pasted, setPasted] = useState('');
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  function check(file: Blob, fileName: string): void {
    if (busy) return;
    setBusy(true);
    setFailure(null);
    const known = file.type.includes('sheet') || file.type === 'text/csv';
    // Windows calls CSV what Excel opens, or nothing: the server looks into the file anyway.
    const body = known ? file : new Blob([file], { type: 'application/octet-stream' });
    api
      .upload<ImportBatch>('/imports', body, { fileName, domain: domain || domains[0], createDepartments })
      .then(({ id }) => onMade(id), setFailure)
      .finally(() => {
        setBusy(false);
        if (input.current) input.current.value = '';
      });
  }

  return (
    <Card title={words.upload} hint={words.uploadHint}>
      {domains.length > 1 && (
        <Select
          label={words.domain}
          value={domain || (domains[0] ?? '')}
          choices={domains.map(value => ({ value, label: value }))}
          onChange={setDomain}
        />
      )}
      <Switch
        label={words.createDepartments}
        hint={words.createDepartmentsHint}
        checked={createDepartments}
        onChange={setCreate}
      />
      <div
        className={over ? 'import-drop over' : 'import-drop'}
        onDragOver={event => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={event => {
          event.preventDefault();
          setOver(false);
          const [file] = event.dataTransfer.files;
          if (file) check(file, file.name);
        }}
      >
        <input
          ref={input}
          type="file"
          className="hidden-visually"
          tabIndex={-1}
          aria-label={words.choose}
          accept=".xlsx,.csv,text/csv"
          onChange={event => {
            const file = event.target.files?.[0];
            if (file) check(file, file.name);
          }}
        />
        <p>{words.drop}</p>
        <p className="row">
          <button
            type="button"
            className="button primary"
            disabled={busy}
            onClick={() => input.current?.click()}
          >
            {words.choose}
          </button>
          <button
            type="button"
            className="button"
            aria-expanded={pasting}
            onClick={() => setPasting(!pasting)}
          >
            {words.paste}
          </button>
        </p>
        <p role="status">{busy && words.reading}</p>
      </div>
      {pasting && (
        <form
          onSubmit={event => {
            event.preventDefault();
            check(new Blob([pastedToCsv(pasted)], { type: 'text/csv' }), words.pasted);
          }}
        >
          <TextArea
            label={words.paste}
            hint={words.pasteHint}
            value={pasted}
            rows={6}
            mono
            onChange={setPasted}
          />
          <p className="form-save">
            <button type="submit" className="button" disabled={busy || pasted.trim() === ''}>
              {words.pasteDo}
            </button>
          </p>
        </form>
      )}
      {failure !== null && (
        <p className="form-failure" role="alert">
          {explainProblem(failure, texts)}
        </p>
      )}
    </Card>
  );
}

function Earlier({ onOpen }: { readonly onOpen: (id: number) => void }): ReactElement {
  const { api } = useConsole();
  const words = useConsoleTexts().importing;
  const time = useTime();
  const loaded = useLoaded(
    useCallback(() => api.get<Page<ImportBatch>>('/imports', { limit: shownImports }), [api]),
  );
  const items = loaded.value?.items ?? [];
  return (
    <Card title={words.earlier}>
      <LoadState of={loaded} />
      {loaded.value && items.length === 0 && <p className="meta">{words.earlierNone}</p>}
      {items.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{words.file}</th>
              <th scope="col">{words.people}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.when}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(batch => (
              <tr key={batch.id}>
                <td>
                  <button type="button" className="link" onClick={() => onOpen(batch.id)}>
                    {batch.fileName || `#${batch.id}`}
                  </button>
                </td>
                <td>{batch.state === 'previewed' ? batch.total - batch.failed : batch.created}</td>
                <td>{words.states[batch.state]}</td>
                <td>
                  {time(batch.createdAt)} <span className="meta">{batch.createdBy}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
