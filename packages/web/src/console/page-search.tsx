import { type ReactElement, useEffect, useId, useState } from 'react';
import { IconSearch } from '../ui/icons.ts';
import type { Api, Page } from './api.ts';
import type { ConsolePage } from './pages.ts';
import type { ConsoleRoute } from './route.ts';
import { may, type Session, useConsole } from './session.ts';
import { useConsoleTexts } from './texts.ts';

/** Most pages that are offered, most members and most domains. */
const most = { pages: 6, members: 5, domains: 3 };
/** Wait after a key before the server is asked, ms. */
const typingMs = 200;

interface Found {
  readonly key: string;
  readonly label: string;
  readonly about: string;
  readonly run: () => void;
}

interface Objects {
  readonly members: readonly { readonly id: number; readonly name: string; readonly address: string }[];
  readonly domains: readonly { readonly name: string; readonly unicodeName: string }[];
}

const nothing: Objects = { members: [], domains: [] };

async function find(api: Api, session: Session, q: string): Promise<Objects> {
  const [members, domains] = await Promise.all([
    may(session, 'members', 'view')
      ? api.get<Page<Objects['members'][number]>>('/members', { q, limit: most.members })
      : null,
    may(session, 'domains', 'view')
      ? api.get<Page<Objects['domains'][number]>>('/domains', { limit: 200 })
      : null,
  ]);
  const wanted = q.toLowerCase();
  return {
    members: members?.items ?? [],
    domains: (domains?.items ?? [])
      .filter(({ name, unicodeName }) => name.includes(wanted) || unicodeName.includes(wanted))
      .slice(0, most.domains),
  };
}

/** Members and domains of that name, once the typing pauses. */
function useObjects(text: string): Objects {
  const { api, session } = useConsole();
  const [found, setFound] = useState(nothing);
  useEffect(() => {
    if (text.length < 2) {
      setFound(nothing);
      return undefined;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      find(api, session, text).then(
        objects => {
          if (wanted) setFound(objects);
        },
        () => undefined,
      );
    }, typingMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [api, session, text]);
  return found;
}

/** Finds a page by its name or by a setting on it, a member, a domain. */
export function PageSearch({
  pages,
  onGo,
}: {
  readonly pages: readonly ConsolePage[];
  readonly onGo: (route: ConsoleRoute) => void;
}): ReactElement {
  const texts = useConsoleTexts();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.trim().toLowerCase();
  const objects = useObjects(text.trim());
  const go = (page: string, rest: string): (() => void) => {
    return () => onGo({ page, rest });
  };
  const found: readonly Found[] = wanted
    ? [
        ...pages
          .filter(page =>
            [page.label(texts), texts.shell.groups[page.group], ...(page.words?.(texts) ?? [])].some(word =>
              word.toLowerCase().includes(wanted),
            ),
          )
          .slice(0, most.pages)
          .map(page => ({
            key: page.key,
            label: page.label(texts),
            about: texts.shell.groups[page.group],
            run: go(page.key, ''),
          })),
        ...objects.members.map(({ id: member, name, address }) => ({
          key: `member ${member}`,
          label: name || address,
          about: address,
          run: go('members', `${member}`),
        })),
        ...objects.domains.map(({ name, unicodeName }) => ({
          key: `domain ${name}`,
          label: unicodeName,
          about: texts.domains.title,
          run: go('domains', name),
        })),
      ]
    : [];

  function choose(one: Found | undefined): void {
    if (!one) return;
    setText('');
    one.run();
  }

  return (
    <div className="search page-search">
      <IconSearch className="icon" size={16} />
      <input
        type="search"
        role="combobox"
        aria-label={texts.shell.search}
        aria-expanded={wanted !== ''}
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length ? `${id}-${at}` : undefined}
        placeholder={texts.shell.search}
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={event => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={event => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            const step = event.key === 'ArrowDown' ? 1 : found.length - 1;
            if (found.length) setAt((at + step) % found.length);
          } else if (event.key === 'Enter') choose(found[at]);
          else if (event.key === 'Escape') setText('');
        }}
        onBlur={() => setText('')}
      />
      {wanted && (
        <ul className="suggestions" role="listbox" id={`${id}-list`} aria-label={texts.shell.search}>
          {found.map((one, index) => (
            <li
              key={one.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={event => {
                event.preventDefault();
                choose(one);
              }}
            >
              {one.label} <span className="meta">{one.about}</span>
            </li>
          ))}
          {found.length === 0 && (
            <li role="option" aria-selected={false} aria-disabled="true">
              {texts.shell.searchNone(text.trim())}
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
