import type { ReactElement } from 'react';

/** `text` with the part in bold by which it differs from `other`. */
export function Differing({ text, other }: { readonly text: string; readonly other: string }): ReactElement {
  const [mine, theirs] = [Array.from(text), Array.from(other)];
  let start = 0;
  while (start < mine.length && start < theirs.length && mine[start] === theirs[start]) start += 1;
  let end = 0;
  while (
    end < mine.length - start &&
    end < theirs.length - start &&
    mine[mine.length - 1 - end] === theirs[theirs.length - 1 - end]
  )
    end += 1;
  return (
    <>
      {mine.slice(0, start).join('')}
      <b>{mine.slice(start, mine.length - end).join('')}</b>
      {mine.slice(mine.length - end).join('')}
    </>
  );
}
