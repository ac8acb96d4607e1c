/** A message, or the place of one that is not there (`uid` 0), with what answers it. */
export interface ThreadNode {
  readonly uid: number;
  /** Sent date (RFC 5256 §2.2), ms since the epoch. */
  readonly date: number;
  readonly children: ThreadNode[];
}

/** What decides where a message stands among others. Subjects are casemapped base subjects. */
export interface ThreadRow {
  readonly uid: number;
  readonly date: number;
  readonly subject: string;
  /** The subject says that it is a reply or a forward. */
  readonly isReply: boolean;
  readonly messageId: string | null;
  /** From the oldest ancestor to the parent. */
  readonly references: readonly string[];
}

/** Order of siblings: by sent date, then as in the mailbox (RFC 5256 §2.2). A place without a message counts as its first child. */
export function compareNodes(left: ThreadNode, right: ThreadNode): number {
  const a = shown(left);
  const b = shown(right);
  return a.date - b.date || a.uid - b.uid;
}

function shown(node: ThreadNode): ThreadNode {
  return node.uid === 0 ? (node.children[0] ?? node) : node;
}

/** Writes `(2)(3 6 (4 23)(44 7 96))` (RFC 5256 §4). Deep threads do not make a deep stack. */
export function threadText(roots: readonly ThreadNode[], numberOf: (uid: number) => number): string {
  const parts: string[] = [];
  const work: (ThreadNode | string)[] = [];
  const branch = (nodes: readonly ThreadNode[]): void => {
    for (const node of nodes.toReversed()) work.push(')', node, '(');
  };
  branch(roots);
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (typeof next === 'string') {
      parts.push(next);
      continue;
    }
    if (next.uid !== 0) parts.push(String(numberOf(next.uid)));
    const [only] = next.children;
    if (next.children.length > 1) {
      if (next.uid !== 0) parts.push(' ');
      branch(next.children);
    } else if (only !== undefined) {
      if (next.uid !== 0) parts.push(' ');
      work.push(only);
    }
  }
  return parts.join('');
}
