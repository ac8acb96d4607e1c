/** Anything outside ASCII. */
const beyondAscii = /[^\u0000-\u007f]/;

/** Text as it is compared: compatibility forms as one (full and half width), no case. */
export function foldText(text: string): string {
  return beyondAscii.test(text) ? text.normalize('NFKC').toLowerCase() : text.toLowerCase();
}

/** Whether `text` contains `needle`, which is folded already. The empty needle is in every text. */
export function contains(text: string, needle: string): boolean {
  return needle === '' || foldText(text).includes(needle);
}
