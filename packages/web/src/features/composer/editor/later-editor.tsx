import { type ComponentType, type ReactElement, useEffect, useState } from 'react';
import type { EditorProps } from './editor.tsx';

let loaded: ComponentType<EditorProps> | null = null;

async function load(): Promise<ComponentType<EditorProps>> {
  loaded = (await import('./editor.tsx')).default;
  return loaded;
}

/** Whoever scrolls as soon as the list stands is not held up, ms. */
const afterMs = 1_500;

/** Fetches the editor before somebody writes, when the page has nothing else to do, and where data is not counted. */
export function prepareEditor(): void {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  if (connection?.saveData) return;
  const work = (): void => void load().catch(() => undefined);
  setTimeout(() => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: 10_000 });
    else work();
  }, afterMs);
}

/**
 * The editor, whose program comes when it is needed. Not by `Suspense`: that shows what has come 300 ms after its stand-in
 * at the earliest.
 */
export function LaterEditor(props: EditorProps): ReactElement {
  const [Editor, setEditor] = useState<ComponentType<EditorProps> | null>(() => loaded);
  useEffect(() => {
    if (Editor) return undefined;
    let gone = false;
    load().then(
      program => gone || setEditor(() => program),
      (error: unknown) => {
        // To the boundary of errors, as where a file of the page itself is missing.
        if (!gone)
          setEditor(() => {
            throw error;
          });
      },
    );
    return () => {
      gone = true;
    };
  }, [Editor]);
  return Editor ? <Editor {...props} /> : <div className="editor" />;
}
