import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { prepareCertificate } from '../certificates.ts';
import { houseLanguage } from '../config/language.ts';
import { type DemoFilled, fillDemo } from '../demo/fill.ts';
import type { House } from '../house.ts';
import { nodeName } from '../nodes/node-name.ts';
import { type FirstRun, firstRun, generatePassword, sampleDomain } from './first-run.ts';
import { serverName } from './server-name.ts';

/** What a start is asked for beside serving. */
export interface StartWishes {
  /** Whether a configuration file was given: without one an empty data directory gets the sample company. */
  readonly configured: boolean;
  /** Fills the sample company with people and mail before the ports open. */
  readonly demo: boolean;
  readonly setupPassword: string | undefined;
}

/** What a start found and made. Plain values: they may come from another process. */
export interface Prepared {
  readonly first: FirstRun | null;
  readonly company: boolean;
  readonly hostname: string;
  /** What `--demo` made, with the password of everybody in it. */
  readonly demo: (DemoFilled & { readonly password: string }) | null;
}

/**
 * What has to be done once before the services start: by one process, before the others work. `say` gets lines for the
 * person who waits.
 */
export async function prepare(
  house: House,
  wishes: StartWishes,
  say: (line: string) => void,
): Promise<Prepared> {
  const { config } = house;
  const phrases = createPhrases(houseLanguage(config, process.env));
  const { setupPassword } = wishes;
  // We have the data directory: whoever had work in hand before is dead. Other nodes are not.
  await house.spool.spool.releaseAbandoned(config.store.url === null ? undefined : nodeName(config));
  const wanted = !wishes.configured || wishes.demo;
  const common = setupPassword ?? (wishes.demo ? generatePassword() : undefined);
  const first = wanted ? await firstRun(house, setupPassword, common) : null;
  let demo: Prepared['demo'] = null;
  if (wishes.demo && common !== undefined) {
    say(phrases.say('serve.demo_filling'));
    const filled = await fillDemo(house, { domain: sampleDomain, password: common });
    if (filled) {
      demo = { ...filled, password: common };
      say(phrases.say('serve.demo_filled', { ...filled }));
      if (setupPassword === undefined) say(phrases.say('serve.demo_password', { password: common }));
      say('');
    }
  }
  const hostname = await serverName(config, house.system);
  await prepareCertificate(config, house.folder, hostname, house.clock.now());
  return { first, company: (await house.directory.listTenants()).length > 0, hostname, demo };
}
