import { type ReactElement, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useConsoleTexts } from '../texts.ts';
import { HelpLink } from './help-link.tsx';

interface TablePageProps {
  readonly title: string;
  readonly total?: number | null;
  /** One sentence under the title. */
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly filters?: ReactNode;
  /** Stands in place of the filters while rows are chosen. */
  readonly bulk?: ReactNode;
  readonly chosen?: number;
  readonly onClearSelection?: () => void;
  readonly children: ReactNode;
}

/** `/` goes to the search of the page, `n` presses the button with `data-new`: outside fields and dialogs only. */
function usePageKeys(page: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      if (target instanceof Element && target.closest('input, textarea, select, dialog, [role=menu]')) return;
      const wanted =
        event.key === '/'
          ? page.current?.querySelector<HTMLElement>('.page-filters input[type=search]')
          : event.key === 'n'
            ? page.current?.querySelector<HTMLElement>('.page-head [data-new]:not(:disabled)')
            : null;
      if (!wanted) return;
      event.preventDefault();
      if (event.key === '/') wanted.focus();
      else wanted.click();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [page]);
}

/** One sentence on the page, and where to read more (GUI-04). */
export function PageHint({ hint }: { readonly hint?: ReactNode }): ReactElement {
  return (
    <p className="meta page-hint">
      {hint && <span>{hint}</span>}
      <HelpLink />
    </p>
  );
}

/** The shape of a page with a table: title and count, actions right, filters, table to the edge. */
export function TablePage(props: TablePageProps): ReactElement {
  const texts = useConsoleTexts();
  const { chosen = 0 } = props;
  const page = useRef<HTMLElement>(null);
  usePageKeys(page);
  return (
    <section ref={page} className="table-page" aria-label={props.title}>
      <header className="page-head">
        <div className="row">
          <h1>{props.title}</h1>
          {typeof props.total === 'number' && <span className="meta">{texts.shell.total(props.total)}</span>}
          <span className="grow" />
          {props.actions}
        </div>
        <PageHint hint={props.hint} />
        {chosen > 0 ? (
          <div className="row page-filters" role="toolbar" aria-label={texts.shell.selected(chosen)}>
            <span className="strong">{texts.shell.selected(chosen)}</span>
            {props.bulk}
            <button type="button" className="button plain" onClick={props.onClearSelection}>
              {texts.shell.clearSelection}
            </button>
          </div>
        ) : (
          props.filters && <div className="row page-filters">{props.filters}</div>
        )}
      </header>
      {props.children}
    </section>
  );
}

/** The shape of a page of settings: 720 wide, in sections. */
export function FormPage({
  title,
  hint,
  actions,
  children,
}: {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="form-page" aria-label={title}>
      <header className="page-head">
        <div className="row">
          <h1 className="grow">{title}</h1>
          {actions}
        </div>
        <PageHint hint={hint} />
      </header>
      <div className="form-page-body">{children}</div>
    </section>
  );
}
