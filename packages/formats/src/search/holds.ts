import type { NeedlePiece } from './needle.ts';

function holdsPiece(terms: readonly string[], piece: NeedlePiece): boolean {
  if (piece.kind === 'terms') {
    return terms.some((_, at) => piece.terms.every((term, offset) => terms[at + offset] === term));
  }
  if (piece.at === 'start') return terms.some(term => term.startsWith(piece.text));
  if (piece.at === 'end') return terms.some(term => term.endsWith(piece.text));
  return terms.some(term => term.includes(piece.text));
}

/** Whether terms have all pieces: what every engine's answer must agree with. Slow; for tests. */
export function holds(terms: readonly string[], pieces: readonly NeedlePiece[]): boolean {
  return pieces.every(piece => holdsPiece(terms, piece));
}
