import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { OneOf } from '../../kit/choices.tsx';
import { LoadState } from '../../kit/load-state.tsx';
import { TablePage } from '../../kit/page.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useLoaded } from '../../kit/use-loaded.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { ImportRows } from './rows.tsx';
import { type ImportBatch, passwordKeyOf, rememberPasswordKey } from './types.ts';

const everyMs = 1000;

/** One import: what would come of each row, then its run, then what came of it. */
export function ImportDetail({
  id,
  onBack,
}: {
  readonly id: number;
  readonly onBack: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.importing;
  const act = useAction();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [first, setFirst] = useState<'link' | 'password'>('link');
  const loaded = useLoaded(useCallback(() => api.get<ImportBatch>(`/imports/${id}`), [api, id]));
  const { value: batch, reload, set, loading } = loaded;
  const running = batch?.state === 'running';
  useEffect(() => {
    if (!running || loading) return undefined;
    const timer = setTimeout(reload, everyMs);
    return () => clearTimeout(timer);
  }, [running, loading, reload, batch]);
  const manage = may(session, 'members', 'manage');
  const good = batch ? batch.total - batch.failed : 0;

  async function run(): Promise<void> {
    setBusy(true);
    const links = first === 'link';
    const work = api
      .post<{ import: ImportBatch; passwordKey: string }>(`/imports/${id}/run`, undefined, { links })
      .then(answer => {
        rememberPasswordKey(id, answer.passwordKey);
        set(answer.import);
      });
    await act(work);
    setBusy(false);
  }

  async function undo(count: number): Promise<void> {
    setAsking(false);
    setBusy(true);
    await act(api.post<ImportBatch>(`/imports/${id}/undo`).then(set), { told: words.undone(count) });
    setBusy(false);
  }

  return (
    <TablePage
      title={batch?.fileName || words.title}
      hint={
        <button type="button" className="link" onClick={onBack}>
          {words.back}
        </button>
      }
      actions={
        batch?.state === 'previewed' &&
        manage && (
          <button
            type="button"
            className="button primary"
            disabled={busy || good === 0}
            onClick={() => void run()}
          >
            {words.run(good)}
          </button>
        )
      }
    >
      {batch === null || !running ? <LoadState of={loaded} /> : null}
      {batch && (
        <>
          <div className="import-summary" aria-live="polite">
            {batch.state === 'previewed' && (
              <>
                <p className="strong">{words.ready(good, batch.failed)}</p>
                {good === 0 ? (
                  <p>{words.nothing}</p>
                ) : (
                  batch.failed > 0 && <p className="meta">{words.badHint}</p>
                )}
                {good > 0 && manage && (
                  <OneOf
                    label={words.firstSignIn}
                    value={first}
                    choices={[
                      { value: 'link', label: words.byLink, hint: words.byLinkHint },
                      { value: 'password', label: words.byPassword, hint: words.byPasswordHint },
                    ]}
                    onChange={setFirst}
                  />
                )}
              </>
            )}
            {running && (
              <>
                <p className="strong">{words.running(batch.created, good)}</p>
                <progress className="job-progress" value={batch.created} max={good} aria-hidden="true" />
                <p className="meta">{words.runningHint}</p>
              </>
            )}
            {batch.state === 'done' && <Outcome batch={batch} busy={busy} onUndo={() => setAsking(true)} />}
            {batch.state === 'undone' && <p className="strong">{words.undone(batch.created)}</p>}
          </div>
          <ImportRows key={batch.state} batch={batch} onRevised={set} />
        </>
      )}
      {asking && batch && (
        <Confirm
          question={words.undoAsk(batch.created)}
          verb={words.undo}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => void undo(batch.created)}
        />
      )}
    </TablePage>
  );
}

function Outcome({
  batch,
  busy,
  onUndo,
}: {
  readonly batch: ImportBatch;
  readonly busy: boolean;
  readonly onUndo: () => void;
}): ReactElement {
  const { api, session } = useConsole();
  const words = useConsoleTexts().importing;
  const act = useAction();
  const key = passwordKeyOf(batch.id);

  async function download(): Promise<void> {
    const body = { key, format: 'xlsx', ...(batch.links ? { origin: location.origin } : {}) };
    const work = api.postFile(`/imports/${batch.id}/passwords`, body).then(file => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `import-${batch.id}-${batch.links ? 'links' : 'passwords'}.xlsx`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
    await act(work);
  }

  return (
    <>
      <p className="strong">
        {words.done(batch.created)} {batch.failed > 0 && words.doneBad(batch.failed)}
      </p>
      {batch.created > 0 && (
        <p className="meta">{key === null ? words.passwordsGone : words.passwordsHint}</p>
      )}
      <p className="row import-links">
        {key !== null && batch.created > 0 && (
          <button type="button" className="button primary" onClick={() => void download()}>
            {batch.links ? words.linksFile : words.passwords}
          </button>
        )}
        {batch.failed > 0 && (
          <a
            className="button"
            href={api.fileUrl(`/imports/${batch.id}/errors`, { format: 'xlsx' })}
            download
          >
            {words.errors}
          </a>
        )}
        <a className="button" href="#/members">
          {words.next}
        </a>
        {batch.created > 0 && may(session, 'members', 'manage') && (
          <button
            type="button"
            className="button plain"
            title={words.undoHint}
            disabled={busy}
            onClick={onUndo}
          >
            {words.undo}
          </button>
        )}
      </p>
    </>
  );
}
