const chinese =
  '各位同事：附件是本周的报价单，请在周五下班前确认数量与交货期。挪威客户希望改为海运，运费由我方承担一半，具体条款见第二页。如有疑问，请直接回复本邮件，或致电外贸部。';
const english =
  'Please find the quotation for this week below. The customer in Bergen asks for sea freight; we carry half of the cost. Confirm quantities and dates by Friday, or reply to this message with what has to change. ';

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

/**
 * Message number `n` of the benchmark, about 4.1 KB, CRLF line ends, every second one Chinese in base64. Each differs
 * from all others, so that no store can share bodies.
 */
export function benchMessage(n: number, to: string): Buffer {
  const next = random(n + 1);
  const isChinese = n % 2 === 0;
  const filler = Array.from({ length: 24 }, () => Math.floor(next() * 2 ** 32).toString(36)).join(' ');
  const words = isChinese ? chinese : english;
  let text = `${n} ${filler}\r\n`;
  const wanted = isChinese ? 2550 : 3550;
  while (Buffer.byteLength(text) < wanted) {
    const from = Math.floor(next() * words.length);
    text += `${words.slice(from)}${words.slice(0, from)}`.replaceAll(/(.{60})/g, '$1\r\n');
    text += `\r\n${Math.floor(next() * 1e9)}\r\n`;
  }
  const subject = isChinese
    ? `=?UTF-8?B?${Buffer.from(`报价单 ${n}：请确认`).toString('base64')}?=`
    : `Quotation ${n}, please confirm`;
  const body = isChinese
    ? Buffer.from(text)
        .toString('base64')
        .replaceAll(/(.{76})/g, '$1\r\n')
    : text;
  const head = [
    `From: Bench Sender <sender${n % 50}@outside.example>`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Date: Sun, 22 Nov 2026 10:${String(n % 60).padStart(2, '0')}:00 +0800`,
    `Message-ID: <bench.${n}.${Math.floor(next() * 1e12)}@outside.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Transfer-Encoding: ${isChinese ? 'base64' : '7bit'}`,
    'X-Mailer: bench',
  ].join('\r\n');
  return Buffer.from(`${head}\r\n\r\n${body}\r\n`);
}
