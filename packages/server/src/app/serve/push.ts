import { defaultPushLimits } from '../../access/push/subscriptions.ts';
import { vapidKey } from '../../access/push/vapid-key.ts';
import type { JmapPush } from '../../protocols/jmap/context.ts';
import { defaultPushPost } from '../../protocols/jmap/push/post.ts';
import { PushSender } from '../../protocols/jmap/push/sender.ts';
import type { House } from '../house.ts';

/** What pushes to members' devices in this process; it begins with the first web server. */
export async function openPush(house: House, hostname: string): Promise<JmapPush> {
  const { system, clock, log, signIn } = house;
  const subscriptions = { database: system, clock, push: defaultPushLimits };
  const vapid = await vapidKey(system, signIn.wrapKey);
  const contact = `mailto:postmaster@${hostname}`;
  const sender = new PushSender({ clock, log, push: subscriptions, vapid, contact, post: defaultPushPost });
  return { subscriptions, post: defaultPushPost, sender, publicKey: vapid.publicKey };
}
