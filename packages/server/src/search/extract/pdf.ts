import type { TextCollector } from './collector.ts';
import type { ExtractLimits } from './limits.ts';

/** Adds the text of a PDF's pages. Throws what the reader throws on a broken one. */
export async function readPdf(bytes: Uint8Array, limits: ExtractLimits, into: TextCollector): Promise<void> {
  // Megabytes of program: loaded when the first PDF comes.
  const { getDocumentProxy } = await import('unpdf');
  const document = await getDocumentProxy(bytes, {
    disableFontFace: true,
    useSystemFonts: false,
    verbosity: 0,
  });
  try {
    const pages = Math.min(document.numPages, limits.maxPages);
    for (let number = 1; number <= pages && into.open; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      for (const item of items) {
        if (!('str' in item)) continue;
        into.add(item.str);
        if (item.hasEOL) into.add('\n');
      }
      into.add('\n');
      page.cleanup();
    }
  } finally {
    await document.loadingTask.destroy();
  }
}
