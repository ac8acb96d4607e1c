/** A reproducible stream of numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const syllables = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zy ster ment tion ing er'.split(
  ' ',
);

function words(count: number): string[] {
  const next = random(7);
  return Array.from({ length: count }, () =>
    Array.from(
      { length: 1 + Math.floor(next() * 4) },
      () => syllables[Math.floor(next() * syllables.length)],
    ).join(''),
  );
}

/** Chinese words of two to four characters out of 2,500, the first ones far more often than the last. */
function chineseWords(count: number): string[] {
  const next = random(11);
  return Array.from({ length: count }, () =>
    Array.from({ length: 2 + Math.floor(next() ** 2 * 3) }, () =>
      String.fromCodePoint(0x4e00 + Math.floor(next() ** 2 * 2_500)),
    ).join(''),
  );
}

/** One of a list, the first ones much more often: as words are used. */
function pick<T>(list: readonly T[], next: () => number): T {
  return list[Math.floor(list.length * next() ** 4)] as T;
}

/** Turns of phrase: what is said together in one letter is said together in others. */
function phrases(list: readonly string[], count: number, between: string): string[] {
  const next = random(13);
  return Array.from({ length: count }, () =>
    Array.from({ length: 2 + Math.floor(next() * 4) }, () => pick(list, next)).join(between),
  );
}

const english = words(30_000);
const chinese = chineseWords(30_000);
const englishPhrases = phrases(english, 20_000, ' ');
const chinesePhrases = phrases(chinese, 20_000, '');

/** Words that are in one letter of some hundred. */
export const rareWords = {
  rare: 'zweibrücken',
  part: 'brück',
  phrase: '鸿雁传书',
  common: 'please',
  address: 'sender7@partner7.example',
  number: '4711-0815',
} as const;

/** Letter number `n`, about 3 KB, every second one Chinese in base64, with words as unevenly used as people use them. */
export function letter(n: number): Buffer {
  const next = random(n + 1);
  const isChinese = n % 2 === 0;
  const rare = n % 499 === 0;
  const pieces: string[] = [isChinese ? '您好，' : 'Hello, please '];
  let size = 0;
  while (size < 2_000) {
    const said = next() < 0.8;
    const word = isChinese
      ? pick(said ? chinesePhrases : chinese, next)
      : pick(said ? englishPhrases : english, next);
    pieces.push(
      word,
      isChinese ? (next() < 0.2 ? '，' : next() < 0.06 ? '。\r\n' : '') : next() < 0.08 ? '.\r\n' : ' ',
    );
    size += isChinese ? word.length * 3 + 1 : word.length + 1;
  }
  if (n % 211 === 0) pieces.push(' Tel. 4711-0815 ');
  if (rare) pieces.push(isChinese ? rareWords.phrase : rareWords.rare);
  pieces.push(`\r\nNo. ${Math.floor(next() * 1e9)}\r\n`);
  const topic = Array.from({ length: 4 }, () => (isChinese ? pick(chinese, next) : pick(english, next)));
  if (n % 997 === 0) topic.push(isChinese ? rareWords.phrase : rareWords.rare);
  const text = pieces.join('');
  const subject = topic.join(isChinese ? '' : ' ');
  const sender = n % 300;
  const head = [
    `From: Sender <sender${sender}@partner${sender}.example>`,
    'To: <bench@example.cn>',
    `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Date: Sun, 22 Nov 2026 10:${String(n % 60).padStart(2, '0')}:00 +0800`,
    `Message-ID: <letter.${n}@outside.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ].join('\r\n');
  const body = Buffer.from(text)
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\r\n');
  return Buffer.from(`${head}\r\n\r\n${body}\r\n`);
}
