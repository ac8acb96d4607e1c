import type { ReactElement } from 'react';
import type { Marked as Pieces } from './snippets.ts';

/** Text with its matches marked. */
export function Marked({ pieces }: { readonly pieces: Pieces }): ReactElement {
  return (
    <>
      {pieces.map(({ text, hit }, at) =>
        // Pieces have no identity but their place.
        hit ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
      )}
    </>
  );
}
