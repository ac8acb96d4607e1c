import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  clearFormat,
  getFormatState,
  insertLink,
  toggleBlockQuote,
  toggleBold,
  toggleBullet,
  toggleItalic,
  toggleNumbering,
  toggleUnderline,
} from 'roosterjs-content-model-api';
import { createModelFromHtml, Editor, exportContent } from 'roosterjs-content-model-core';
import { AutoFormatPlugin, EditPlugin, PastePlugin, ShortcutPlugin } from 'roosterjs-content-model-plugins';
import type { ContentModelFormatState, IEditor } from 'roosterjs-content-model-types';
import { useTexts } from '../../lib/language.ts';
import {
  IconBold,
  IconClearFormatting,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
  IconQuote,
  IconUnderline,
} from '../../ui/icons.ts';
import { sanitizeHtml } from '../reader/sanitize.ts';
import { LinkDialog } from './link-dialog.tsx';

interface EditorProps {
  readonly html: string;
  readonly autoFocus: boolean;
  readonly onChange: (html: string, text: string) => void;
  /** Gets a function that reports at once what has been typed: call it before the content is used. */
  readonly collect: React.RefObject<(() => void) | null>;
}

/** Whatever enters the editor, pasted or loaded, passes the same cleaning as received mail. */
function cleanDocument(html: string): Document {
  const { nodes } = sanitizeHtml(html, () => '');
  const target = document.implementation.createHTMLDocument('');
  target.body.append(target.importNode(nodes, true));
  for (const style of target.querySelectorAll('style')) style.remove();
  return target;
}

/** The rich text editor: it edits HTML as mail means it, so that a quoted table stays a table. Loaded when first needed. */
export default function RichEditor({ html, autoFocus, onChange, collect }: EditorProps): ReactElement {
  const texts = useTexts();
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<IEditor | null>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  const [state, setState] = useState<ContentModelFormatState>({});
  const [linking, setLinking] = useState(false);

  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const trusted = { htmlToDOM: cleanDocument };
    const instance = new Editor(element, {
      plugins: [
        new PastePlugin(),
        new EditPlugin(),
        new ShortcutPlugin(),
        new AutoFormatPlugin({ autoBullet: true, autoNumbering: true, autoLink: true }),
      ],
      trustedHTMLHandler: trusted,
      doNotAdjustEditorColor: true,
      ...(html ? { initialModel: createModelFromHtml(html, undefined, trusted) } : {}),
    });
    editor.current = instance;
    const content = (): readonly [html: string, text: string] => [
      exportContent(instance, 'HTML'),
      exportContent(instance, 'PlainText').trim(),
    ];
    // What the editor makes of the text it was given is not a change of the person's.
    let reported = content();
    const report = (): void => {
      setState(getFormatState(instance));
      const now = content();
      if (now[0] === reported[0] && now[1] === reported[1]) return;
      reported = now;
      latest.current(...now);
    };
    // Rooster changes the document after its own events: read it in the next task.
    let timer: ReturnType<typeof setTimeout> | null = null;
    const soon = (): void => {
      if (timer) clearTimeout(timer);
      timer = setTimeout(report, 150);
    };
    collect.current = report;
    const observer = new MutationObserver(soon);
    observer.observe(element, { childList: true, subtree: true, characterData: true, attributes: true });
    const selection = (): void => {
      if (element.contains(document.getSelection()?.anchorNode ?? null)) setState(getFormatState(instance));
    };
    document.addEventListener('selectionchange', selection);
    if (autoFocus) instance.focus();
    return () => {
      if (timer) clearTimeout(timer);
      report();
      collect.current = null;
      observer.disconnect();
      document.removeEventListener('selectionchange', selection);
      instance.dispose();
      editor.current = null;
    };
    // The editor owns its content from here on; `html` is only what it starts with.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const act = (run: (instance: IEditor) => void) => (): void => {
    if (!editor.current) return;
    editor.current.focus();
    run(editor.current);
    setState(getFormatState(editor.current));
  };
  const tool = (
    name: string,
    icon: ReactElement,
    on: boolean | undefined,
    run: (instance: IEditor) => void,
  ): ReactElement => (
    <button
      type="button"
      className="tool"
      title={name}
      aria-label={name}
      aria-pressed={on ?? false}
      onMouseDown={event => event.preventDefault()}
      onClick={act(run)}
    >
      {icon}
    </button>
  );

  return (
    <div className="editor">
      <div className="editor-tools" role="toolbar" aria-label={texts.compose.rich}>
        {tool(texts.compose.bold, <IconBold className="icon" size={18} />, state.isBold, toggleBold)}
        {tool(texts.compose.italic, <IconItalic className="icon" size={18} />, state.isItalic, toggleItalic)}
        {tool(
          texts.compose.underline,
          <IconUnderline className="icon" size={18} />,
          state.isUnderline,
          toggleUnderline,
        )}
        <span className="separator" aria-hidden="true" />
        {tool(texts.compose.bullets, <IconList className="icon" size={18} />, state.isBullet, instance =>
          toggleBullet(instance),
        )}
        {tool(
          texts.compose.numbers,
          <IconListNumbers className="icon" size={18} />,
          state.isNumbering,
          instance => toggleNumbering(instance),
        )}
        {tool(texts.compose.quote, <IconQuote className="icon" size={18} />, state.isBlockQuote, instance =>
          toggleBlockQuote(instance),
        )}
        <button
          type="button"
          className="tool"
          title={texts.compose.link}
          aria-label={texts.compose.link}
          onClick={() => setLinking(true)}
        >
          <IconLink className="icon" size={18} />
        </button>
        {tool(texts.compose.clear, <IconClearFormatting className="icon" size={18} />, false, instance =>
          clearFormat(instance),
        )}
      </div>
      <div
        ref={holder}
        className="editor-area"
        contentEditable="true"
        suppressContentEditableWarning
        role="textbox"
        aria-multiline="true"
        aria-label={texts.compose.body}
      />
      {linking && (
        <LinkDialog
          onClose={() => setLinking(false)}
          onSave={address => {
            setLinking(false);
            act(instance => insertLink(instance, address))();
          }}
        />
      )}
    </div>
  );
}
