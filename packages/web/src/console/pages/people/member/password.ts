/** Without characters that are mistaken for each other when a password is read out: 0 O 1 l I. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 4;
const perGroup = 4;

/** A password of four groups of four, about 79 bits: easy to read out, far beyond guessing. */
export function makePassword(): string {
  const drawn: string[] = [];
  while (drawn.length < groups * perGroup) {
    for (const value of crypto.getRandomValues(new Uint8Array(32))) {
      // 248 is 8 × 31: what lies above would make the first letters likelier.
      const letter = value < letters.length * 8 ? letters[value % letters.length] : undefined;
      if (letter !== undefined && drawn.length < groups * perGroup) drawn.push(letter);
    }
  }
  return Array.from({ length: groups }, (_, at) =>
    drawn.slice(at * perGroup, (at + 1) * perGroup).join(''),
  ).join('-');
}
