/** Longest name of a folder or file in UTF-8 octets that every file system takes. */
const maxOctets = 200;

/** A mailbox name as a file name: without the signs that some file system refuses, never `.` or `..`. */
export function safeFileName(name: string): string {
  let safe = name
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, '_')
    .replace(/^\.+/, '_')
    .replace(/[. ]+$/, '_');
  while (Buffer.byteLength(safe) > maxOctets) safe = Array.from(safe).slice(0, -1).join('');
  return safe === '' ? '_' : safe;
}
