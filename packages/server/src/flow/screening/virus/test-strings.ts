import { Buffer } from 'node:buffer';

/** What a message holds that is there to try the filters out. */
export interface TestStrings {
  /** The spam test string (GTUBE). */
  readonly spam: boolean;
  /** The virus test file (EICAR). */
  readonly virus: boolean;
}

/** Bytes of a message that are looked through: whoever tries filters out sends small mail. */
const maxBytes = 4 * 1024 * 1024;
/** Longest needle: how much of a piece is looked at again with the next one. */
const overlap = 100;

// Put together here, so that no scanner takes this file for what it looks for.
const spamText = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X'].join('');
const virusText = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS', '-TEST-FILE!$H+H*'].join('');

/** The texts that stand for `text` in base64, one for each place it may begin at in a group of three octets. */
function inBase64(text: string, offsets: readonly number[]): Buffer[] {
  return offsets.map(offset => {
    const padded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const whole = padded.subarray(0, padded.length - (padded.length % 3)).toString('base64');
    // The first group holds bits of what stands before.
    return Buffer.from(whole.slice(offset === 0 ? 0 : 4));
  });
}

const spamNeedles = [Buffer.from(spamText), ...inBase64(spamText, [0, 1, 2])];
const virusNeedles = [Buffer.from(virusText), ...inBase64(virusText, [0])];

/** Looks for the test strings in a message that streams by, wherever its lines are broken (SEC-12, REA-08). */
export class TestStringScanner {
  #tail: Buffer = Buffer.alloc(0);
  #seen = 0;
  #spam = false;
  #virus = false;

  push(chunk: Uint8Array): void {
    if (this.#seen >= maxBytes) return;
    this.#seen += chunk.length;
    const data = Buffer.concat([this.#tail, chunk]);
    const text = unbroken(data);
    this.#spam ||= spamNeedles.some(needle => text.includes(needle));
    this.#virus ||= virusNeedles.some(needle => text.includes(needle));
    this.#tail = Buffer.from(data.subarray(Math.max(0, data.length - 2 * overlap)));
  }

  get found(): TestStrings {
    return { spam: this.#spam, virus: this.#virus };
  }
}

/** The text without line ends, nor those that quoted-printable puts in. */
function unbroken(data: Buffer): Buffer {
  const out = Buffer.allocUnsafe(data.length);
  let length = 0;
  let from = 0;
  for (let lf = data.indexOf(0x0a); lf >= 0; lf = data.indexOf(0x0a, lf + 1)) {
    let end = lf;
    if (end > from && data[end - 1] === 0x0d) end -= 1;
    if (end > from && data[end - 1] === 0x3d) end -= 1;
    length += data.copy(out, length, from, end);
    from = lf + 1;
  }
  length += data.copy(out, length, from);
  return out.subarray(0, length);
}
