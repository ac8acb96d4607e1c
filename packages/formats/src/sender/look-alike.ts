import { domainToUnicode } from 'node:url';

/** Signs that are taken for others at a glance; longer ones first. */
const confusable: readonly (readonly [string, string])[] = [
  ['rn', 'm'],
  ['vv', 'w'],
  ['cl', 'd'],
  ['0', 'o'],
  ['1', 'l'],
  ['i', 'l'],
  ['3', 'e'],
  ['5', 's'],
  ['а', 'a'],
  ['е', 'e'],
  ['о', 'o'],
  ['р', 'p'],
  ['с', 'c'],
  ['у', 'y'],
  ['х', 'x'],
  ['ѕ', 's'],
  ['і', 'l'],
  ['ј', 'j'],
  ['ԁ', 'd'],
  ['һ', 'h'],
  ['ɡ', 'g'],
  ['α', 'a'],
  ['ο', 'o'],
  ['ρ', 'p'],
  ['ν', 'v'],
];

/** Same skeleton, same look. */
function skeleton(label: string): string {
  let text = label.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('-', '');
  for (const [from, to] of confusable) text = text.replaceAll(from, to);
  return text;
}

/** Whether one insertion, deletion, change or swap of neighbours leads from one text to the other. */
function oneStepApart(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  const [restA, restB] = [a.slice(head), b.slice(head)];
  if (restA.length !== restB.length) {
    return restA.length > restB.length ? restA.slice(1) === restB : restB.slice(1) === restA;
  }
  const swapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return restA.slice(1) === restB.slice(1) || swapped;
}

/** Short names lie one step from many honest ones. */
const shortest = 5;
const maxDomain = 255;

/**
 * The domain among `known` that `domain` could be taken for, or null. The known ones themselves and what lies in them look
 * like nothing else. Compared are looks (`rn` for `m`, Cyrillic for Latin) and, for names of five characters and more, one
 * slip of the keyboard; and a known name put in front of a foreign one (`example.com.evil.test`).
 */
export function looksLike(domain: string, known: readonly string[]): string | null {
  if (domain.length > maxDomain) return null;
  const shown = domainToUnicode(domain.toLowerCase()) || domain.toLowerCase();
  const domains = known.map(one => domainToUnicode(one.toLowerCase()) || one.toLowerCase());
  if (domains.some(one => shown === one || shown.endsWith(`.${one}`))) return null;
  for (const one of domains) {
    if (skeleton(shown) === skeleton(one) || shown.startsWith(`${one}.`) || shown.includes(`.${one}.`))
      return one;
    const [name = '', ...zone] = one.split('.');
    const [otherName = '', ...otherZone] = shown.split('.');
    if (name.length < shortest) continue;
    const sameZone = zone.join('.') === otherZone.join('.');
    if (sameZone && (oneStepApart(name, otherName) || skeleton(name) === skeleton(otherName))) return one;
    if (!sameZone && zone.length === otherZone.length && name === otherName) return one;
  }
  return null;
}
