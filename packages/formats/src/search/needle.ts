import { CharacterClass } from './characters.ts';
import { cutTerms, maxTermLength, nextRun, type Run, surePieceLength } from './tokens.ts';

/** Something that every text with the needle has among its terms. */
export type NeedlePiece =
  /** These terms, one after the other. */
  | { readonly kind: 'terms'; readonly terms: readonly string[] }
  /** A term that has `text` in it, at its start or at its end. */
  | { readonly kind: 'part'; readonly text: string; readonly at: 'inside' | 'start' | 'end' };

/** How the index looks for a needle. */
export interface NeedlePlan {
  /** All of them must be there. */
  readonly pieces: readonly NeedlePiece[];
  /** Whether that is enough: a text with the pieces surely has the needle. Else the text decides. */
  readonly exact: boolean;
}

/** Pieces looked for at most; the rest is left to the text. */
const maxPieces = 16;
/** Characters of a dense run that are looked for. */
const maxDense = 64;

const { Dense, Symbol: Sign } = CharacterClass;

function densePiece(text: string): { readonly piece: NeedlePiece; readonly whole: boolean } {
  const terms: string[] = [];
  cutTerms(text, terms, maxDense);
  const pairs = terms.slice(0, -1);
  if (pairs.length === 0) return { piece: { kind: 'part', text, at: 'inside' }, whole: true };
  return { piece: { kind: 'terms', terms: pairs }, whole: text.length <= maxDense };
}

function wordPiece(text: string, needle: string, run: Run): NeedlePiece {
  const atStart = run.start === 0;
  const atEnd = run.end === needle.length;
  // What reaches the needle's edge may go on in the text.
  if (atStart && atEnd) return { kind: 'part', text, at: 'inside' };
  if (atEnd) return { kind: 'part', text, at: 'start' };
  if (atStart) return { kind: 'part', text, at: 'end' };
  return { kind: 'terms', terms: [text] };
}

/**
 * Plans the search for a substring in folded text. Null when the index cannot help: nothing in the needle is a term or a
 * part of one. Linear time; never throws.
 *
 * @example
 * planNeedle('合同编号') // { pieces: [{ kind: 'terms', terms: ['合同', '同编', '编号'] }], exact: true }
 */
export function planNeedle(needle: string): NeedlePlan | null {
  if (!needle.isWellFormed()) return null;
  const pieces: NeedlePiece[] = [];
  let exact = true;
  for (let run = nextRun(needle, 0); run; run = nextRun(needle, run.end)) {
    if (pieces.length === maxPieces) {
      exact = false;
      break;
    }
    if (run.start !== 0 || run.end !== needle.length) exact = false;
    const text = needle.slice(run.start, run.end);
    if (run.kind === Dense) {
      const { piece, whole } = densePiece(text);
      if (!whole) exact = false;
      pieces.push(piece);
    } else if (run.kind === Sign) pieces.push({ kind: 'terms', terms: [text] });
    else if (
      text.length > surePieceLength &&
      (run.start === 0 || run.end === needle.length || text.length > maxTermLength)
    ) {
      // Long words are cut in the index: some piece of it is surely whole there.
      const end = text.charCodeAt(surePieceLength) >>> 10 === 0x37 ? surePieceLength - 1 : surePieceLength;
      pieces.push({ kind: 'part', text: text.slice(0, end), at: 'inside' });
      exact = false;
    } else pieces.push(wordPiece(text, needle, run));
  }
  return pieces.length === 0 ? null : { pieces, exact };
}
