import { compareNodes, type ThreadNode, type ThreadRow } from './thread-tree.ts';

/** THREAD=ORDEREDSUBJECT (RFC 5256 §3): all messages of one base subject hang below the first of them. */
export function threadBySubject(rows: readonly ThreadRow[]): ThreadNode[] {
  const bySubject = new Map<string, ThreadNode[]>();
  for (const row of rows) {
    const node: ThreadNode = { uid: row.uid, date: row.date, children: [] };
    const same = bySubject.get(row.subject);
    if (same === undefined) bySubject.set(row.subject, [node]);
    else same.push(node);
  }
  const threads = [...bySubject.values()].map(nodes => {
    const [first, ...rest] = nodes.toSorted(compareNodes);
    first?.children.push(...rest);
    return first as ThreadNode;
  });
  return threads.toSorted(compareNodes);
}
