import '../../kit/pickers.css';
import { type ReactElement, useCallback, useState } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import type { Page } from '../../api.ts';
import { explainProblem } from '../../kit/explain.ts';
import { TextField } from '../../kit/field.tsx';
import { type Column, DataTable } from '../../kit/list/data-table.tsx';
import { useList } from '../../kit/list/use-list.ts';
import { useAction } from '../../kit/use-action.ts';
import { may, useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';
import { type ImportBatch, type ImportField, type ImportRow, importFields } from './types.ts';

interface RowsProps {
  readonly batch: ImportBatch;
  readonly onRevised: (batch: ImportBatch) => void;
}

type Cells = Partial<Record<ImportField, string>>;

/** Rows of an import, first those with problems, each of which can be corrected in place. */
export function ImportRows({ batch, onRevised }: RowsProps): ReactElement {
  const { api, session } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.importing;
  const act = useAction();
  const [wrong, setWrong] = useState(batch.failed > 0);
  const [fixing, setFixing] = useState<ImportRow | null>(null);
  const list = useList(
    useCallback(
      (cursor: string | null) =>
        api.get<Page<ImportRow>>(`/imports/${batch.id}/rows`, { wrong, cursor, limit: 100 }),
      [api, batch.id, wrong],
    ),
  );
  const editable = batch.state === 'previewed' && may(session, 'members', 'manage');
  const told = (code: string): string =>
    (words.problems as Readonly<Record<string, string>>)[code] ?? texts.shell.problem.other;

  async function revise(row: ImportRow, cells: Cells): Promise<void> {
    const after = await api.patch<ImportBatch>(`/imports/${batch.id}/rows`, {
      rows: [{ line: row.line, cells }],
    });
    onRevised(after);
    if (wrong && after.failed === 0) setWrong(false);
    else list.refresh();
  }

  const columns: readonly Column<ImportRow>[] = [
    { key: 'name', label: words.rowName, width: '1.2fr', render: ({ cells }) => cells.name || '—' },
    {
      key: 'address',
      label: words.rowAddress,
      width: '2fr',
      phone: true,
      render: row => (
        <>
          {row.address || row.cells.address}{' '}
          {row.generated && <span className="meta">{words.generated}</span>}
        </>
      ),
    },
    {
      key: 'department',
      label: words.rowDepartment,
      width: '1.4fr',
      render: ({ cells }) => cells.departments,
    },
    {
      key: 'problem',
      label: words.rowProblem,
      width: '2fr',
      phone: true,
      render: ({ problems }) =>
        problems.map(({ field, code }) => (
          <span key={`${field}${code}`} className="state-bad">
            {`${words.fields[field]}: ${told(code)}`}
          </span>
        )),
    },
    { key: 'line', label: words.line, width: '56px', render: ({ line }) => line },
  ];
  return (
    <>
      {batch.failed > 0 && (
        <label className="row import-only">
          <input type="checkbox" checked={wrong} onChange={event => setWrong(event.target.checked)} />
          {words.onlyWrong}
        </label>
      )}
      <DataTable
        name="import-rows"
        label={words.title}
        list={list}
        columns={columns}
        keyOf={({ line }) => `${line}`}
        nameOf={({ cells, line }) => cells.name || `${words.line} ${line}`}
        empty={texts.shell.none}
        rowActions={row => {
          if (!editable || row.problems.length === 0) return null;
          const quick = row.problems.find(({ suggestion }) => suggestion !== undefined);
          return (
            <>
              {quick?.suggestion !== undefined && (
                <button
                  type="button"
                  className="button plain"
                  onClick={() =>
                    void act(revise(row, { [quick.field]: quick.suggestion }), { told: words.fixed })
                  }
                >
                  {words.useSuggestion(quick.suggestion)}
                </button>
              )}
              <button type="button" className="button plain" onClick={() => setFixing(row)}>
                {words.fix}
              </button>
            </>
          );
        }}
      />
      {fixing && (
        <FixRow
          row={fixing}
          told={told}
          onClose={() => setFixing(null)}
          onSave={cells => revise(fixing, cells)}
        />
      )}
    </>
  );
}

interface FixProps {
  readonly row: ImportRow;
  readonly told: (code: string) => string;
  readonly onSave: (cells: Cells) => Promise<void>;
  readonly onClose: () => void;
}

/** The cells of a row as a form: those with problems, and those that are filled. */
function FixRow({ row, told, onSave, onClose }: FixProps): ReactElement {
  const texts = useConsoleTexts();
  const words = texts.importing;
  const { toasts } = useConsole();
  const [cells, setCells] = useState<Readonly<Record<ImportField, string>>>(row.cells);
  const [failure, setFailure] = useState<unknown>(null);
  const problemOf = (field: ImportField): string | undefined => {
    const found = row.problems.find(problem => problem.field === field);
    return found && cells[field] === row.cells[field] ? told(found.code) : undefined;
  };
  const shown = importFields.filter(
    field =>
      ['name', 'address'].includes(field) ||
      row.cells[field] !== '' ||
      row.problems.some(problem => problem.field === field),
  );
  return (
    <Dialog title={`${words.line} ${row.line}`} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          const changed = Object.fromEntries(
            importFields.flatMap(field =>
              cells[field] === row.cells[field] ? [] : [[field, cells[field]] as const],
            ),
          );
          onSave(changed).then(() => {
            toasts.show({ text: words.fixed, stayMs: 4000 });
            onClose();
          }, setFailure);
        }}
      >
        {shown.map(field => (
          <TextField
            key={field}
            label={words.fields[field]}
            value={cells[field]}
            maxLength={1000}
            problem={problemOf(field)}
            onChange={value => setCells({ ...cells, [field]: value })}
          />
        ))}
        {failure !== null && (
          <p className="form-failure" role="alert">
            {explainProblem(failure, texts)}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.shell.cancel}
          </button>
          <button type="submit" className="button primary">
            {words.fix}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
