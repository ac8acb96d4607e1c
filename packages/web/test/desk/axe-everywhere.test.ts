import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axeProblems, browserMissing, desk, phone } from '../browser.ts';
import { row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();

/** Pages by their address, and what stands there. */
const pages = [
  ['/home', 'h1'],
  ['/contacts', 'h1'],
  ['/scheduled', 'h1'],
  ['/settings/general', '.settings-body .settings-card'],
  ['/f/drafts', '[data-testid=list]'],
] as const;

describe('webmail: axe in both languages, light and dark, on desk and phone', {
  skip,
  timeout: 300_000,
}, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
    const html =
      '<p>Hello <a href="https://elsewhere.example">nord.example</a></p><img src="https://t.example/a.png">';
    await web.deliver({
      from: 'Ingrid <ingrid@nord.example>',
      subject: 'Price list',
      html,
      attachments: [{ filename: 'prices.txt', content: 'text' }],
    });
  });
  after(() => web?.[Symbol.asyncDispose]());

  for (const language of ['zh', 'en'] as const)
    for (const dark of [false, true])
      for (const size of [desk, phone]) {
        const where = `${language}, ${dark ? 'dark' : 'light'}, ${size === desk ? 'desk' : 'phone'}`;
        test(`list, mail, composer and pages: ${where}`, async () => {
          await using session = await web.signIn('alice', { language, dark, size });
          const { page, problems } = session;
          await page.waitForSelector(row('Price list'));
          assert.deepEqual(await axeProblems(page), [], 'list');
          await page.click(row('Price list'));
          await page.waitForSelector('.message-frame');
          await page.waitForSelector('.blocked');
          assert.deepEqual(await axeProblems(page), [], 'mail');
          await page.keyboard.press('r');
          await page.waitForSelector('.composer .editor-area');
          assert.deepEqual(await axeProblems(page), [], 'composer');
          await page.keyboard.press('Escape');
          await page.waitForSelector('.composer .editor-area', { state: 'detached' });
          for (const [path, standing] of pages) {
            await page.evaluate(`location.hash = '#${path}'`);
            await page.waitForSelector(standing);
            assert.deepEqual(await axeProblems(page), [], path);
          }
          assert.deepEqual(problems, []);
        });
      }
});
