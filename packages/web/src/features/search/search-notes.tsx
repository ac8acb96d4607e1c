import { type ReactElement, useEffect, useState } from 'react';
import type { MailApp } from '../../app/mail-app.ts';
import { searchesEverywhere, searchTokens } from '../../jmap/query.ts';
import type { GetResponse } from '../../jmap/types.ts';
import { count } from '../../lib/format.ts';
import { useTexts } from '../../lib/language.ts';
import { IconX } from '../../ui/icons.ts';

interface SearchIndex {
  readonly isAvailable: boolean;
  readonly emailsBehind: number;
}

const capability = 'urn:hongyan:params:jmap:search';

/** Above the results: the conditions as chips, 也查垃圾邮件, and how far the index is. */
export function SearchNotes({ app, text }: { readonly app: MailApp; readonly text: string }): ReactElement {
  const texts = useTexts();
  const words = texts.search;
  const { client } = app.store;
  const [index, setIndex] = useState<SearchIndex | null>(null);
  const behind = index?.emailsBehind ?? 0;
  useEffect(() => {
    if (!client.offers(capability)) return undefined;
    let over = false;
    const read = (): void => {
      client.one<GetResponse<SearchIndex>>('SearchIndex/get', { ids: null }).then(
        ({ list }) => {
          if (!over) setIndex(list[0] ?? null);
        },
        () => undefined,
      );
    };
    read();
    // While it catches up the number goes down.
    const timer = behind > 0 ? setInterval(read, 5000) : null;
    return () => {
      over = true;
      if (timer) clearInterval(timer);
    };
  }, [client, text, behind > 0]);
  const tokens = searchTokens(text);
  const go = (next: string): void => {
    if (next) app.go({ kind: 'search', text: next });
    else app.go({ kind: 'folder', folder: 'inbox' });
  };
  // One word is in the heading already.
  const chips = tokens.length > 1 || tokens[0]?.operator ? tokens : [];
  const placed = tokens.some(({ operator }) => operator === 'in' || operator === '文件夹');
  return (
    <div className="search-notes">
      <div className="search-tokens">
        {chips.map((token, at) => (
          <button
            // The same condition may stand twice.
            key={`${at}${token.raw}`}
            type="button"
            className="search-chip on"
            aria-label={words.removeChip(token.raw)}
            onClick={() =>
              go(
                tokens
                  .filter((_, other) => other !== at)
                  .map(({ raw }) => raw)
                  .join(' '),
              )
            }
          >
            <span className="clip">{token.raw}</span>
            <IconX className="icon" size={14} />
          </button>
        ))}
        {!placed && !searchesEverywhere(text) && (
          <button type="button" className="link" onClick={() => go(`${text} in:anywhere`)}>
            {words.alsoJunk}
          </button>
        )}
      </div>
      {index && !index.isAvailable && <p className="meta">{words.noIndex}</p>}
      {index?.isAvailable && behind > 0 && (
        <p className="meta" role="status">
          {words.behind(count(behind))}
        </p>
      )}
    </div>
  );
}
