import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing, phone } from '../browser.ts';
import { row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const photo = (name: string, bytes: number): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(bytes)]),
});
const sendButton = '.composer.full .composer-bar .button.primary';

describe('webmail: photos from a phone', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    for (const at of [0, 1, 2])
      await webmail.deliver({ from: 'Bo <bob@hongyan.test>', subject: `工地 ${at}`, text: '拍几张。' });
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  /** Uploads wait until the function returned is called. */
  async function holdUploads(page: Page): Promise<() => void> {
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/upload/**', async route => {
      await held.promise;
      await route.continue();
    });
    return () => held.resolve();
  }

  async function answer(page: Page, subject: string, text: string): Promise<void> {
    await page.tap(row(subject));
    await page.tap('.reader-bottom button:has-text("回复")');
    await page.waitForSelector('.composer.full .editor-area');
    await page.tap('.composer.full .editor-area');
    await page.keyboard.type(text);
  }

  test('CMP-04: sent while a photo is on its way, the mail leaves when it is there; it can be held back', async () => {
    await using session = await webmail.signIn('alice', { size: phone });
    const { page, problems } = session;
    await answer(page, '工地 0', '见附件');
    let go = await holdUploads(page);
    const files = page.locator('.composer.full .strip input[type=file]');
    await files.setInputFiles([photo('IMG_0001.jpg', 2_000_000)]);
    await page.waitForSelector('.strip-file progress');
    await page.tap(sendButton);
    await page.waitForSelector('.composer.full [role=status]:has-text("附件还在上传，传完就发出。")');
    assert.deepEqual(await axeProblems(page), [], 'waiting');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    await page.tap('.composer.full button:has-text("先不发")');
    go();
    await page.waitForSelector('.strip-file progress', { state: 'detached' });
    assert.equal(await page.locator('.toast').count(), 0, 'held back, it stays');
    assert.equal(await page.locator('.composer.full').count(), 1);
    await page.unroute('**/jmap/upload/**');
    go = await holdUploads(page);
    await files.setInputFiles([photo('IMG_0002.jpg', 2_000_000)]);
    await page.waitForSelector('.strip-file progress');
    await page.tap(sendButton);
    await page.waitForSelector('.composer.full [role=status]:has-text("传完就发出")');
    // Turned meanwhile, nothing is lost.
    await page.setViewportSize({ width: phone.height, height: phone.width });
    await page.waitForSelector('.composer.full [role=status]:has-text("传完就发出")');
    await page.setViewportSize(phone);
    go();
    await page.waitForSelector('.toast:has-text("后发出")');
    await page.waitForSelector('.composer.full', { state: 'detached' });
    const source = await webmail.source('bob', '工地 0');
    for (const name of ['IMG_0001.jpg', 'IMG_0002.jpg']) assert.ok(source.includes(name), name);
    assert.deepEqual(problems, []);
  });

  test('CMP-04: what breaks on its way keeps the mail from leaving, and is named', async () => {
    await using session = await webmail.signIn('alice', { size: phone });
    const { page } = session;
    await answer(page, '工地 1', '见附件');
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/upload/**', async route => {
      await held.promise;
      await route.abort('connectionreset');
    });
    await page
      .locator('.composer.full .strip input[type=file]')
      .setInputFiles([photo('IMG_0003.jpg', 1_000_000)]);
    await page.waitForSelector('.strip-file progress');
    await page.tap(sendButton);
    await page.waitForSelector('.composer.full [role=status]:has-text("传完就发出")');
    held.resolve();
    await page.waitForSelector('.composer.full [role=alert]:has-text("IMG_0003.jpg")');
    assert.equal(await page.locator('.composer.full').count(), 1);
  });

  test('on a phone a draft put away covers no button', async () => {
    await using session = await webmail.signIn('alice', { size: phone });
    const { page, problems } = session;
    await answer(page, '工地 2', '稍后再写');
    await page.goBack();
    await page.waitForSelector('.draft-dock button');
    const clear = async (other: string): Promise<void> => {
      const [dock, bar] = await Promise.all([
        page.locator('.draft-dock').boundingBox(),
        page.locator(other).boundingBox(),
      ]);
      assert.ok(dock && bar, other);
      const apart =
        dock.y + dock.height <= bar.y || dock.x + dock.width <= bar.x || bar.x + bar.width <= dock.x;
      assert.ok(apart, `${other}: ${JSON.stringify([dock, bar])}`);
    };
    await clear('.reader-bottom');
    await page.tap('.reader-top button:has-text("返回")');
    await page.waitForSelector('.phone-nav');
    await clear('.phone-nav');
    await clear('.write-pill');
    assert.deepEqual(await axeProblems(page), [], 'put away');
    await page.tap('.draft-dock button');
    await page.waitForSelector('.composer.full .editor-area:has-text("稍后再写")');
    assert.deepEqual(problems, []);
  });
});
