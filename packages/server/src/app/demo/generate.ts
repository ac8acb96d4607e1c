import { makeNotice, makeSpam } from './bulk.ts';
import { composeBulk, composeConversation, type DemoMail } from './compose.ts';
import type { Person } from './people.ts';
import { Random } from './random.ts';
import { abroadScenes } from './scenes-abroad.ts';
import { businessScenes } from './scenes-business.ts';
import { officeScenes } from './scenes-office.ts';
import { workScenes } from './scenes-work.ts';
import type { Scene, Stage } from './script.ts';

export interface DemoPlan {
  /** Messages altogether. */
  readonly mails: number;
  /** How many of a hundred are spam, and how many come from machines and lists. */
  readonly spamPercent: number;
  readonly noticePercent: number;
  /** Over how many days before the end they are spread. */
  readonly days: number;
}

export const defaultDemoPlan: DemoPlan = { mails: 2_000, spamPercent: 5, noticePercent: 22, days: 120 };

const seed = 20_261_122;
const dayMs = 86_400_000;
const scenes: readonly (readonly [number, Scene])[] = [
  ...workScenes,
  ...officeScenes,
  ...businessScenes,
  ...abroadScenes,
];
const totalWeight = scenes.reduce((sum, [weight]) => sum + weight, 0);

function pickScene(random: Random): Scene {
  let left = random.next() * totalWeight;
  for (const [weight, scene] of scenes) {
    left -= weight;
    if (left < 0) return scene;
  }
  return scenes[0]?.[1] ?? pickScene(random);
}

function stageFor(staff: readonly Person[], random: Random, day: Date): Stage {
  const of = (department: string): readonly Person[] =>
    staff.filter(person => person.department === department);
  return {
    random,
    staff,
    day,
    by(local) {
      const person = staff.find(other => other.local === local);
      if (!person) throw new RangeError(local);
      return person;
    },
    of,
    someone: (department, ...without) =>
      random.pick(of(department).filter(person => !without.includes(person))),
  };
}

/** A moment of working time, more often recent than long ago. Weekends are rare. */
function workingMoment(random: Random, end: number, days: number): number {
  for (;;) {
    const back = Math.floor(random.next() ** 1.5 * days);
    const midnight = Math.floor(end / dayMs) * dayMs - back * dayMs;
    const weekday = new Date(midnight).getUTCDay();
    if ((weekday === 0 || weekday === 6) && !random.chance(0.12)) continue;
    // 8:30 to 18:30 in Hangzhou is 0:30 to 10:30 UTC.
    const at = midnight + Math.round((0.5 + random.next() * 10) * 3_600_000);
    if (at < end) return at;
  }
}

/** The mail of the sample company up to `end`, oldest first: the same for the same `end`. */
export function generateMails(
  staff: readonly Person[],
  end: number,
  plan: DemoPlan = defaultDemoPlan,
): DemoMail[] {
  const random = new Random(seed);
  const mails: DemoMail[] = [];
  const spam = Math.round((plan.mails * plan.spamPercent) / 100);
  const notices = Math.round((plan.mails * plan.noticePercent) / 100);
  for (let i = 0; i < spam + notices; i += 1) {
    const at = workingMoment(random, end, plan.days);
    const to = random.pick(staff);
    const make = i < spam ? makeSpam : makeNotice;
    mails.push(composeBulk(make(to, random, new Date(at)), to, random, at));
  }
  while (mails.length < plan.mails) {
    const start = workingMoment(random, end, plan.days);
    const conversation = pickScene(random)(stageFor(staff, random, new Date(start)));
    const composed = composeConversation(conversation, random, start, end);
    mails.push(...composed.slice(0, plan.mails - mails.length));
  }
  return mails.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}
