import { en } from '@hongyan/phrases/welcome/en.ts';
import { type WelcomePhrases, zh } from '@hongyan/phrases/welcome/zh.ts';

/** The page that stands at `/` while no webmail is built, in the reader's language. */
export function welcomePage(acceptLanguage: string | undefined): { html: string; language: string } {
  const text: WelcomePhrases = prefersEnglish(acceptLanguage) ? en : zh;
  const html = `<!doctype html>
<html lang="${text.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text.title}</title>
<h1>${text.title}</h1>
<p>${text.running}</p>
<p>${text.noWebmail}</p>
<p>${text.jmap}: <code>/.well-known/jmap</code></p>
</html>
`;
  return { html, language: text.language };
}

/** Whether English comes before Chinese in `Accept-Language` (RFC 9110 §12.5.4); weights are taken as sorted. */
function prefersEnglish(header: string | undefined): boolean {
  for (const range of (header ?? '').slice(0, 500).split(',')) {
    const tag = range.trim().toLowerCase();
    if (tag.startsWith('zh')) return false;
    if (tag.startsWith('en')) return true;
  }
  return false;
}
