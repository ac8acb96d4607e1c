import { type ReactElement, useEffect, useRef, useState } from 'react';
import { getFormatState, insertImage } from 'roosterjs-content-model-api';
import { createModelFromHtml, Editor, exportContent } from 'roosterjs-content-model-core';
import { AutoFormatPlugin, EditPlugin, PastePlugin, ShortcutPlugin } from 'roosterjs-content-model-plugins';
import type { ContentModelFormatState, IEditor } from 'roosterjs-content-model-types';
import { useTexts } from '../../../lib/language.ts';
import { fontFamily, type TextLook } from '../draft.ts';
import { cleanDocument } from './clean.ts';
import { EditorTools } from './editor-tools.tsx';

export interface EditorProps {
  readonly html: string;
  readonly autoFocus: boolean;
  /** What text looks like by default (SET-07). */
  readonly look?: TextLook;
  readonly onChange: (html: string, text: string) => void;
  /** Gets a function that reports at once what has been typed: call it before the content is used. */
  readonly collect: React.RefObject<(() => void) | null>;
  /** Keeps a picture with the draft and says where it is; without it pictures are not offered. */
  readonly onPicture?: (file: File) => Promise<string>;
}

/** Lets Rooster learn what is selected at once: the browser tells it in a later task. */
function learnSelection(): void {
  document.dispatchEvent(new Event('selectionchange'));
}

/** Keys that change the text by the selection Rooster remembers. */
const editing: ReadonlySet<string> = new Set(['Enter', 'Backspace', 'Delete', 'Tab']);

const trusted = { htmlToDOM: cleanDocument };

/** The rich text editor: it edits HTML as mail means it, so that a quoted table stays a table. Loaded when first needed. */
export default function RichEditor(props: EditorProps): ReactElement {
  const { html, autoFocus, look, onChange, collect, onPicture } = props;
  const texts = useTexts();
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<IEditor | null>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  const [state, setState] = useState<ContentModelFormatState>({});

  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const instance = new Editor(element, {
      plugins: [
        new PastePlugin(),
        // In lists and tables Tab shapes the text; elsewhere it goes on to the next control, so that keys lead out of here.
        new EditPlugin({ handleTabKey: { indentParagraph: false } }),
        new ShortcutPlugin(),
        new AutoFormatPlugin({ autoBullet: true, autoNumbering: true, autoLink: true }),
      ],
      trustedHTMLHandler: trusted,
      doNotAdjustEditorColor: true,
      ...(look
        ? {
            defaultSegmentFormat: {
              fontFamily: fontFamily(look.composeFont),
              fontSize: `${look.composeFontSize}px`,
            },
          }
        : {}),
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

  const act = (run: (instance: IEditor) => void): void => {
    if (!editor.current) return;
    editor.current.focus();
    learnSelection();
    run(editor.current);
    setState(getFormatState(editor.current));
  };

  function addPictures(files: readonly File[]): void {
    for (const file of files.filter(({ type }) => type.startsWith('image/')))
      onPicture?.(file).then(
        address =>
          act(instance => {
            insertImage(instance, address);
            // The file's name is the best description there is.
            const image = [...(holder.current?.querySelectorAll('img') ?? [])].findLast(
              ({ src }) => src === address,
            );
            if (!image) return;
            if (!image.alt) image.alt = file.name;
            // It is selected now, and what comes next would take its place: go behind it.
            const range = document.createRange();
            range.setStartAfter(image);
            range.collapse(true);
            instance.setDOMSelection({ type: 'range', range, isReverted: false });
          }),
        // The composer has told why.
        () => undefined,
      );
  }

  return (
    <div className="editor">
      <EditorTools
        state={state}
        look={look}
        act={act}
        html={() => (editor.current ? exportContent(editor.current, 'HTML') : '')}
        onSource={source =>
          act(instance =>
            instance.formatContentModel(model => {
              const { blocks } = createModelFromHtml(source, undefined, trusted) ?? { blocks: [] };
              model.blocks.splice(0, model.blocks.length, ...blocks);
              return true;
            }),
          )
        }
        {...(onPicture ? { onPictures: addPictures } : {})}
      />
      <div
        ref={holder}
        className="editor-area"
        style={look && { fontFamily: fontFamily(look.composeFont), fontSize: look.composeFontSize }}
        contentEditable="true"
        suppressContentEditableWarning
        role="textbox"
        aria-multiline="true"
        aria-label={texts.compose.body}
        onKeyDownCapture={event => {
          // Whoever is quicker would lose what was selected before.
          if (editing.has(event.key)) learnSelection();
        }}
        onPasteCapture={event => {
          // A picture from the clipboard stands in the text; what Office copies is text with a picture of it.
          const pictures = [...event.clipboardData.files].filter(({ type }) => type.startsWith('image/'));
          if (!onPicture || pictures.length === 0 || event.clipboardData.types.includes('text/html')) return;
          event.preventDefault();
          event.stopPropagation();
          addPictures(pictures);
        }}
      />
    </div>
  );
}
