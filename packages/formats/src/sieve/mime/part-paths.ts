import type { StoredPart } from '../../message/part.ts';

/** Where a part stands: indexes of children from the root; a message in a part is its only child. */
export type PartPath = readonly number[];

function childrenOf(part: StoredPart): readonly StoredPart[] {
  return part.message === null ? part.children : [part.message];
}

/** The part at a path; null when there is none. */
export function partAt(root: StoredPart, path: PartPath): StoredPart | null {
  let part: StoredPart | undefined = root;
  for (const index of path) {
    if (part === undefined) return null;
    part = childrenOf(part)[index];
  }
  return part ?? null;
}

/** Paths of a part and of everything in it, depth first (RFC 5703 §3). Recursion is bounded by the scan limits. */
export function pathsOf(root: StoredPart, from: PartPath): PartPath[] {
  const paths: PartPath[] = [];
  const walk = (part: StoredPart, path: PartPath): void => {
    paths.push(path);
    for (const [index, child] of childrenOf(part).entries()) walk(child, [...path, index]);
  };
  const first = partAt(root, from);
  if (first !== null) walk(first, from);
  return paths;
}

/** Whether `path` leads into the part at `outer`, which is not itself. */
export function isWithin(path: PartPath, outer: PartPath): boolean {
  return path.length > outer.length && outer.every((index, at) => path[at] === index);
}
