import { compareNodes, type ThreadNode, type ThreadRow } from './thread-tree.ts';

/** A node while the tree is built. `row` null: a message that is referred to but not there. */
class Container {
  readonly row: ThreadRow | null;
  parent: Container | null = null;
  children = new Set<Container>();

  constructor(row: ThreadRow | null) {
    this.row = row;
  }

  adopt(child: Container): void {
    child.parent?.children.delete(child);
    child.parent = this;
    this.children.add(child);
  }

  /** Whether this stands above `other`. At most `maxDepth` steps are taken: who is deeper counts as below. */
  isAbove(other: Container): boolean {
    let steps = 0;
    for (let at: Container | null = other; at !== null; at = at.parent) {
      if (at === this || ++steps > maxDepth) return true;
    }
    return false;
  }
}

/** Answers below one another. Longer chains are broken, so that the work stays linear whatever is in the mails. */
const maxDepth = 500;

function link(parent: Container, child: Container): void {
  if (!child.isAbove(parent)) parent.adopt(child);
}

/** Step 1 of RFC 5256 §3 REFERENCES: parents by message ids. */
function linkByReferences(rows: readonly ThreadRow[]): Container[] {
  const byId = new Map<string, Container>();
  const own: Container[] = [];
  for (const row of rows) {
    const container = new Container(row);
    own.push(container);
    if (row.messageId !== null && !byId.has(row.messageId)) byId.set(row.messageId, container);
  }
  const missing: Container[] = [];
  const find = (id: string): Container => {
    let container = byId.get(id);
    if (container === undefined) {
      container = new Container(null);
      byId.set(id, container);
      missing.push(container);
    }
    return container;
  };
  for (const container of own) {
    const ancestors = (container.row?.references ?? []).map(find);
    for (const [index, ancestor] of ancestors.entries()) {
      const before = ancestors[index - 1];
      if (before !== undefined && ancestor.parent === null) link(before, ancestor);
    }
    const parent = ancestors.at(-1);
    if (parent === undefined || parent === container) continue;
    container.parent?.children.delete(container);
    container.parent = null;
    link(parent, container);
  }
  return [...own, ...missing].filter(container => container.parent === null);
}

/** The finished node of a container, and of all below it: places without a message are spliced out (step 3). */
function nodeOf(head: Container): ThreadNode | null {
  // Parents come before their children, so going backwards children are finished first.
  const order: Container[] = [head];
  for (const container of order) order.push(...container.children);
  const finished = new Map<Container, ThreadNode[]>();
  for (const container of order.toReversed()) {
    const children = [...container.children]
      .flatMap(child => finished.get(child) ?? [])
      .toSorted(compareNodes);
    for (const child of container.children) finished.delete(child);
    const { row } = container;
    finished.set(container, row === null ? children : [{ uid: row.uid, date: row.date, children }]);
  }
  const [only, ...more] = finished.get(head) ?? [];
  if (only === undefined || more.length === 0) return only ?? null;
  return { uid: 0, date: only.date, children: [only, ...more] };
}

interface Subject {
  readonly text: string;
  readonly isReply: boolean;
}

/** Step 5: threads of one base subject become one. `roots` are in order. */
function joinSubjects(roots: readonly ThreadNode[], subjectOf: (uid: number) => Subject): ThreadNode[] {
  const table = new Map<string, ThreadNode>();
  const subject = (node: ThreadNode): Subject => subjectOf(node.uid || (node.children[0]?.uid ?? 0));
  const isReply = (node: ThreadNode): boolean => node.uid !== 0 && subject(node).isReply;
  for (const root of roots) {
    const { text } = subject(root);
    if (text === '') continue;
    const known = table.get(text);
    const better =
      known !== undefined && known.uid !== 0 && (root.uid === 0 || (isReply(known) && !isReply(root)));
    if (known === undefined || better) table.set(text, root);
  }
  const kept = new Set(roots);
  for (const root of roots) {
    const { text } = subject(root);
    const target = table.get(text);
    if (text === '' || target === undefined || target === root) continue;
    kept.delete(root);
    if (target.uid === 0 && root.uid === 0) target.children.push(...root.children);
    else if (target.uid === 0 || (isReply(root) && !isReply(target))) target.children.push(root);
    else {
      const joint: ThreadNode = { uid: 0, date: target.date, children: [target, root] };
      kept.delete(target);
      kept.add(joint);
      table.set(text, joint);
    }
  }
  return [...kept];
}

/**
 * THREAD=REFERENCES (RFC 5256 §3). Takes time in proportion to messages and references, besides sorting siblings.
 * `rows` are in the order of the mailbox.
 */
export function threadByReferences(rows: readonly ThreadRow[]): ThreadNode[] {
  const subjects = new Map(rows.map(row => [row.uid, { text: row.subject, isReply: row.isReply }]));
  const none = { text: '', isReply: false };
  const threads = linkByReferences(rows)
    .map(nodeOf)
    .filter(node => node !== null)
    .toSorted(compareNodes);
  const joined = joinSubjects(threads, uid => subjects.get(uid) ?? none);
  for (const node of joined) node.children.sort(compareNodes);
  return joined.toSorted(compareNodes);
}
