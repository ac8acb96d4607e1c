import { type ReactElement, useRef, useState } from 'react';
import {
  clearFormat,
  insertLink,
  insertTable,
  setAlignment,
  setBackgroundColor,
  setFontName,
  setFontSize,
  setIndentation,
  setTextColor,
  toggleBlockQuote,
  toggleBold,
  toggleBullet,
  toggleItalic,
  toggleNumbering,
  toggleStrikethrough,
  toggleUnderline,
} from 'roosterjs-content-model-api';
import type { ContentModelFormatState, IEditor } from 'roosterjs-content-model-types';
import { useTexts } from '../../../lib/language.ts';
import {
  IconAlignCenter,
  IconAlignLeft,
  IconAlignRight,
  IconBold,
  IconClearFormatting,
  IconCode,
  IconHighlight,
  IconIndentDecrease,
  IconIndentIncrease,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
  IconPhoto,
  IconQuote,
  IconStrikethrough,
  IconTable,
  IconTextColor,
  IconUnderline,
} from '../../../ui/icons.ts';
import { Menu } from '../../../ui/menu.tsx';
import { fontFamily, type TextLook } from '../draft.ts';
import { LinkDialog } from './link-dialog.tsx';
import { SourceDialog } from './source-dialog.tsx';
import { TableDialog } from './table-dialog.tsx';

interface EditorToolsProps {
  readonly state: ContentModelFormatState;
  readonly look: TextLook | undefined;
  readonly act: (run: (instance: IEditor) => void) => void;
  readonly html: () => string;
  readonly onSource: (html: string) => void;
  readonly onPictures?: (files: readonly File[]) => void;
}

const fonts = [
  'Microsoft YaHei',
  'SimSun',
  'SimHei',
  'KaiTi',
  'Arial',
  'Georgia',
  'Times New Roman',
  'Courier New',
];
const sizes = [10, 12, 13, 14, 15, 16, 18, 20, 24, 32];
/** Colours that are read well on white paper and, the second, under black ink. */
const colours = {
  red: ['#b3261e', '#fbe0dd'],
  orange: ['#b44a16', '#fde3cf'],
  yellow: ['#855700', '#fff2b8'],
  green: ['#1c7245', '#d9f0e1'],
  teal: ['#0d5c68', '#d5ecee'],
  blue: ['#2a5aa8', '#dbe7fa'],
  purple: ['#6b3fa0', '#eadff6'],
  grey: ['#606866', '#e6e6e3'],
} as const;
const names = Object.keys(colours) as (keyof typeof colours)[];

/** 16px from whatever the editor says: `12pt`, `16px`. */
function pixels(size: string | undefined): number {
  const value = Number.parseFloat(size ?? '');
  return Math.round(size?.endsWith('pt') ? (value * 4) / 3 : value);
}

/** Everything that shapes text (CMP-03). The pointer does not take the selection away; keys reach every tool by Tab. */
export function EditorTools(props: EditorToolsProps): ReactElement {
  const { state, act, look } = props;
  const texts = useTexts();
  const words = texts.compose;
  const [asking, setAsking] = useState<'link' | 'table' | 'source' | null>(null);
  const picker = useRef<HTMLInputElement>(null);

  const tool = (
    name: string,
    icon: ReactElement,
    run: (instance: IEditor) => void,
    on?: boolean,
  ): ReactElement => (
    <button
      type="button"
      className="tool"
      title={name}
      aria-label={name}
      {...(on === undefined ? {} : { 'aria-pressed': on })}
      onMouseDown={event => event.preventDefault()}
      onClick={() => act(run)}
    >
      {icon}
    </button>
  );
  const opener = (name: string, icon: ReactElement, open: () => void): ReactElement => (
    <button type="button" className="tool" title={name} aria-label={name} onClick={open}>
      {icon}
    </button>
  );
  const palette = (
    name: string,
    icon: ReactElement,
    index: 0 | 1,
    run: (instance: IEditor, colour: string | null) => void,
  ): ReactElement => (
    <Menu
      className="tool"
      name={name}
      label={icon}
      items={[
        { key: 'none', label: words.noColour, run: () => act(instance => run(instance, null)) },
        ...names.map(key => ({
          key,
          label: texts.settings.labels.colors[key],
          icon: (
            <svg className="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <rect width="16" height="16" rx="3" fill={colours[key][index]} stroke="var(--control)" />
            </svg>
          ),
          run: () => act(instance => run(instance, colours[key][index])),
        })),
      ]}
    />
  );

  const family = (state.fontName ?? '').split(',')[0]?.replaceAll(/["']/g, '').trim() ?? '';
  const size = pixels(state.fontSize) || (look?.composeFontSize ?? 14);
  return (
    <div className="editor-tools" role="toolbar" aria-label={words.rich}>
      <select
        className="tool-select"
        aria-label={words.font}
        title={words.font}
        value={fonts.includes(family) ? family : ''}
        onChange={event => {
          const name = fontFamily(event.target.value);
          act(instance => setFontName(instance, name));
        }}
      >
        <option value="">{texts.settings.writing.fontDefault}</option>
        {fonts.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        className="tool-select small"
        aria-label={words.size}
        title={words.size}
        value={size}
        onChange={event => {
          const chosen = `${Number(event.target.value)}px`;
          act(instance => setFontSize(instance, chosen));
        }}
      >
        {[...new Set([...sizes, size])]
          .sort((a, b) => a - b)
          .map(value => (
            <option key={value} value={value}>
              {value}
            </option>
          ))}
      </select>
      <span className="separator" aria-hidden="true" />
      {tool(words.bold, <IconBold className="icon" size={18} />, toggleBold, state.isBold ?? false)}
      {tool(words.italic, <IconItalic className="icon" size={18} />, toggleItalic, state.isItalic ?? false)}
      {tool(
        words.underline,
        <IconUnderline className="icon" size={18} />,
        toggleUnderline,
        state.isUnderline ?? false,
      )}
      {tool(
        words.strike,
        <IconStrikethrough className="icon" size={18} />,
        toggleStrikethrough,
        state.isStrikeThrough ?? false,
      )}
      {palette(words.colour, <IconTextColor className="icon" size={18} />, 0, setTextColor)}
      {palette(words.background, <IconHighlight className="icon" size={18} />, 1, setBackgroundColor)}
      <span className="separator" aria-hidden="true" />
      {tool(
        words.bullets,
        <IconList className="icon" size={18} />,
        instance => toggleBullet(instance),
        state.isBullet ?? false,
      )}
      {tool(
        words.numbers,
        <IconListNumbers className="icon" size={18} />,
        instance => toggleNumbering(instance),
        state.isNumbering ?? false,
      )}
      {tool(words.outdent, <IconIndentDecrease className="icon" size={18} />, instance =>
        setIndentation(instance, 'outdent'),
      )}
      {tool(words.indent, <IconIndentIncrease className="icon" size={18} />, instance =>
        setIndentation(instance, 'indent'),
      )}
      {tool(words.alignLeft, <IconAlignLeft className="icon" size={18} />, instance =>
        setAlignment(instance, 'left'),
      )}
      {tool(words.alignCenter, <IconAlignCenter className="icon" size={18} />, instance =>
        setAlignment(instance, 'center'),
      )}
      {tool(words.alignRight, <IconAlignRight className="icon" size={18} />, instance =>
        setAlignment(instance, 'right'),
      )}
      <span className="separator" aria-hidden="true" />
      {tool(
        words.quote,
        <IconQuote className="icon" size={18} />,
        instance => toggleBlockQuote(instance),
        state.isBlockQuote ?? false,
      )}
      {opener(words.link, <IconLink className="icon" size={18} />, () => setAsking('link'))}
      {props.onPictures &&
        opener(words.picture, <IconPhoto className="icon" size={18} />, () => picker.current?.click())}
      {opener(words.table, <IconTable className="icon" size={18} />, () => setAsking('table'))}
      {tool(words.clear, <IconClearFormatting className="icon" size={18} />, instance =>
        clearFormat(instance),
      )}
      {opener(words.source, <IconCode className="icon" size={18} />, () => setAsking('source'))}
      <input
        ref={picker}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        hidden
        aria-label={words.picture}
        onChange={event => {
          props.onPictures?.([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      {asking === 'link' && (
        <LinkDialog
          onClose={() => setAsking(null)}
          onSave={address => {
            setAsking(null);
            act(instance => insertLink(instance, address));
          }}
        />
      )}
      {asking === 'table' && (
        <TableDialog
          onClose={() => setAsking(null)}
          onSave={(rows, columns) => {
            setAsking(null);
            act(instance => insertTable(instance, columns, rows));
          }}
        />
      )}
      {asking === 'source' && (
        <SourceDialog
          html={props.html()}
          onClose={() => setAsking(null)}
          onSave={html => {
            setAsking(null);
            props.onSource(html);
          }}
        />
      )}
    </div>
  );
}
