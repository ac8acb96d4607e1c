/**
 * A keyword as JMAP prints it: lower case. Null when it is not 1–255 characters of %x21–7E without `( ) { ] % * " \`
 * (RFC 8621 §4.1.1).
 */
export function readKeyword(text: string): string | null {
  if (
    text.length < 1 ||
    text.length > 255 ||
    !/^[\x21\x23-\x24\x26-\x27\x2b-\x5b\x5e-\x7a\x7c-\x7e]+$/.test(text)
  ) {
    return null;
  }
  return text.toLowerCase();
}
