/** A subject without its reply and forward marks. */
export interface BaseSubject {
  /** The base subject of RFC 5256 §2.1; case as written. */
  readonly base: string;
  /** Something was removed that marks a reply or a forward. */
  readonly isReply: boolean;
}

/** Reply and forward words: RFC 5256 §5 `subj-refwd`, and those of Chinese programs. */
const MARKS = ['fwd', 'fw', 're', '回复', '答复', '转发', '回覆', '答覆', '轉發', '轉寄', '转寄'];
const FORWARD_HEAD = '[fwd:';
const FORWARD_TAIL = '(fwd)';
/** Characters of a subject that are looked at. */
const MAX_SUBJECT = 2_000;

/** End of the `[blob]` that starts at `from`, trailing blanks included, or -1. */
function blobEnd(text: string, from: number, to: number): number {
  if (text[from] !== '[') return -1;
  for (let i = from + 1; i < to; i++) {
    if (text[i] === '[') return -1;
    if (text[i] === ']') return skipSpaces(text, i + 1, to);
  }
  return -1;
}

function skipSpaces(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && text[i] === ' ') i++;
  return i;
}

/** End of `re:`, `fwd [blob]:` and their like at `from`, or -1. Accepts the full-width colon. */
function markEnd(text: string, lower: string, from: number, to: number): number {
  const mark = MARKS.find(word => lower.startsWith(word, from));
  if (mark === undefined) return -1;
  let at = skipSpaces(text, from + mark.length, to);
  const blob = blobEnd(text, at, to);
  if (blob >= 0) at = blob;
  return at < to && (text[at] === ':' || text[at] === '：') ? at + 1 : -1;
}

/**
 * The base subject of a decoded subject (RFC 5256 §2.1), which sorts and threads replies with their original.
 * Besides `Re:` and `Fwd:` the marks 回复, 答复, 转发 (traditional forms too) and the full-width colon count.
 */
export function baseSubject(subject: string): BaseSubject {
  const text = subject.slice(0, MAX_SUBJECT).replaceAll(/[\s\u0000]+/g, ' ');
  const lower = text.toLowerCase();
  // A few letters change their length in lower case; then offsets would not agree.
  const folded = lower.length === text.length ? lower : text;
  let from = 0;
  let to = text.length;
  let isReply = false;
  for (;;) {
    for (;;) {
      if (to > from && text[to - 1] === ' ') to--;
      else if (
        to - from >= FORWARD_TAIL.length &&
        folded.startsWith(FORWARD_TAIL, to - FORWARD_TAIL.length)
      ) {
        to -= FORWARD_TAIL.length;
        isReply = true;
      } else break;
    }
    for (;;) {
      from = skipSpaces(text, from, to);
      let at = from;
      let lastBlob = from;
      for (let next = blobEnd(text, at, to); next >= 0; next = blobEnd(text, at, to)) {
        if (next < to) lastBlob = next;
        at = next;
      }
      const end = markEnd(text, folded, at, to);
      if (end < 0) {
        from = lastBlob;
        break;
      }
      from = end;
      isReply = true;
    }
    if (to - from <= FORWARD_HEAD.length || !folded.startsWith(FORWARD_HEAD, from) || text[to - 1] !== ']')
      break;
    from += FORWARD_HEAD.length;
    to--;
    isReply = true;
  }
  return { base: text.slice(from, to), isReply };
}
