import type { IncomingMessage } from 'node:http';
import type { JmapLimits } from '@hongyan/formats/jmap/limits.ts';
import type { Language } from '@hongyan/phrases/phrases.ts';
import type { PushContext } from '../../access/push/subscriptions.ts';
import type { Principal, Scope } from '../../access/scope.ts';
import type { Directory } from '../../directory/directory.ts';
import type { MailAcceptor } from '../../flow/types.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import type { EmailIndexes } from '../../mailbox/emails/email-indexes.ts';
import type { ContactIndexes } from '../../personal/contacts/contact-index.ts';
import type { PersonalContext, PersonalLimits } from '../../personal/context.ts';
import type { MemberRights } from '../../personal/member-rights.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { ScriptContext } from '../../sieve/context.ts';
import type { PushPostOptions } from './push/post.ts';
import type { PushSender } from './push/sender.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** A step of a message's journey, as the sender may know it. */
export interface DeliveryStep {
  /** Name of a trace event: `delivered`, `relayed`, `deferred`, `failed` … */
  readonly event: string;
  readonly recipient?: string;
  /** What the other server said. */
  readonly reply?: string;
}

/** What pushing needs. */
export interface JmapPush {
  readonly subscriptions: PushContext;
  readonly post: PushPostOptions;
  readonly sender: PushSender;
  /** The key of RFC 8292 that browsers ask for (RFC 9749). */
  readonly publicKey: string;
}

/** What JMAP needs from the rest of the house. */
export interface JmapContext {
  readonly mailboxes: MailboxContext;
  readonly indexes: EmailIndexes;
  readonly acceptor: MailAcceptor;
  readonly directory: Directory;
  /** Our host name, as it stands in the Authentication-Results that we write. */
  readonly hostname: string;
  /** What members keep beside mail. */
  readonly personal: PersonalContext;
  /** Their filter scripts. */
  readonly scripts: ScriptContext;
  /** Their contacts, ready to be searched. */
  readonly contacts: ContactIndexes;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: JmapLimits;
  /** What happened to a message that the tenant sent, newest first. */
  readonly deliverySteps: (
    tenantId: TenantId,
    queueId: string,
    most: number,
  ) => Promise<readonly DeliveryStep[]>;
  /** Takes a mail back that is held; false when it is on its way. */
  readonly takeBack: (queueId: string) => Promise<boolean>;
  /** Push subscriptions (RFC 8620 §7.2). */
  readonly push: JmapPush;
  /** Makes the account's store on its first use; cheap when there is nothing to do. */
  readonly prepare: (scope: Scope) => Promise<void>;
}

/** Of a request what says who sent it: all that is kept of the one that opened a WebSocket. */
export type RequestHead = Pick<IncomingMessage, 'headers' | 'method' | 'socket'>;

/** Who sent a request, as the carrier knows them. */
export interface JmapIdentity {
  readonly principal: AccountPrincipal;
}

/** What JMAP needs from the server that carries it; the web server's services fit. */
export interface JmapCarrier {
  identify(request: RequestHead): Promise<JmapIdentity>;
  /** Whether what somebody signed in with is good still. */
  holds(identity: JmapIdentity): Promise<boolean>;
  /** Calls `cut` once when what somebody signed in with is not good any more. */
  watch(identity: JmapIdentity, cut: () => void): Disposable;
  client(request: RequestHead): {
    readonly address: string;
    readonly encrypted: boolean;
    readonly host: string;
    /** The header of that name (RFC 9110 §12.5.4), where the client sent one. */
    readonly acceptLanguage?: string | undefined;
  };
}

/** Somebody who is signed in, with the accounts they may use. */
export interface Caller {
  readonly principal: AccountPrincipal;
  readonly address: string;
  readonly encrypted: boolean;
  /** What the request asks for; null where it says nothing. */
  readonly language: Language | null;
  /** By the number in the account's id. */
  readonly scopes: ReadonlyMap<number, Scope>;
  /** Accounts of colleagues in which nothing may be changed. */
  readonly readOnly: ReadonlySet<number>;
  /** What each of these accounts is called: its address. */
  readonly names: ReadonlyMap<number, string>;
  /** What the company lets them do by themselves. */
  readonly memberRights: MemberRights;
  /** What their plan lets them keep, and how deep folders may be. */
  readonly limits: PersonalLimits & { readonly folderLevels: number };
}
