import { type TOptional, type TString, type TUnsafe, Type } from 'typebox';
import { type Journey, type JourneyState, journeyStates } from '../../../../administration/trace/journey.ts';
import type { TraceSearch } from '../../../../administration/trace/search.ts';
import { moment, named, nullable, object, oneOf } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

const state = oneOf(journeyStates, { description: 'Of the recipient that is worst off' });

interface JourneyAnswer {
  readonly queueId: string;
  readonly subject: string | null;
  readonly sender: string;
  readonly messageId: string | null;
  readonly size: number | null;
  readonly at: string;
  readonly state: Journey['state'];
  readonly triedUntil: string | null;
  readonly recipients: readonly {
    readonly address: string;
    readonly state: Journey['state'];
    readonly at: string;
    readonly nextTryAt: string | null;
    readonly attempts: number;
  }[];
  readonly steps: readonly {
    readonly at: string;
    readonly event: string;
    readonly recipient: string | null;
    readonly host: string | null;
    readonly tls: string | null;
    readonly reply: string | null;
    readonly status: string | null;
    readonly reason: string | null;
  }[];
}

const text = nullable(Type.String());

export const journeySchema: TUnsafe<JourneyAnswer> = named<JourneyAnswer>('Journey')(
  object({
    queueId: Type.String(),
    subject: text,
    sender: Type.String({ description: 'Empty for reports of the mail system' }),
    messageId: text,
    size: nullable(Type.Integer({ description: 'Octets' })),
    at: moment('When it came'),
    state,
    triedUntil: nullable(moment('Until when it is tried; null when nothing waits')),
    recipients: Type.Array(
      object({
        address: Type.String(),
        state,
        at: moment('When it got there'),
        nextTryAt: nullable(moment()),
        attempts: Type.Integer(),
      }),
    ),
    steps: Type.Array(
      object({
        at: moment(),
        event: Type.String({
          description:
            'accepted, refused, delivered, relayed, deferred, failed, expired, notified (the sender was told), unreported or withdrawn (called back before its time)',
        }),
        recipient: text,
        host: nullable(Type.String({ description: 'Server on the other side' })),
        tls: text,
        reply: nullable(Type.String({ description: 'What it said' })),
        status: nullable(Type.String({ description: 'RFC 3463' })),
        reason: text,
      }),
      { description: 'Oldest first; empty in lists' },
    ),
  }),
);

function iso(at: number | null): string | null {
  return at === null ? null : momentOf(at);
}

export function journeyAnswer({ newest: _newest, ...journey }: Journey): JourneyAnswer {
  return {
    ...journey,
    at: momentOf(journey.at),
    triedUntil: iso(journey.triedUntil),
    recipients: journey.recipients.map(one => ({
      ...one,
      at: momentOf(one.at),
      nextTryAt: iso(one.nextTryAt),
    })),
    steps: journey.steps.map(step => ({ ...step, at: momentOf(step.at) })),
  };
}

const optionalText = (maxLength: number, description: string): TOptional<TString> =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }));
const optionalMoment = (description: string): TOptional<TString> =>
  Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description }));

/** What a search may name. */
export const searchFields: {
  readonly address: TOptional<TString>;
  readonly subject: TOptional<TString>;
  readonly messageId: TOptional<TString>;
  readonly queueId: TOptional<TString>;
  readonly state: TOptional<TUnsafe<JourneyState>>;
  readonly from: TOptional<TString>;
  readonly to: TOptional<TString>;
} = {
  address: optionalText(320, 'Of sender or recipient, or a part of it'),
  subject: optionalText(200, 'Stands in the subject'),
  messageId: optionalText(1_000, 'With or without angle brackets'),
  queueId: optionalText(100, 'Queue id'),
  state: Type.Optional(oneOf(journeyStates)),
  from: optionalMoment('Inclusive'),
  to: optionalMoment('Exclusive'),
};

type Fields = Omit<TraceSearch, 'from' | 'to'> & { readonly from?: string; readonly to?: string };

export function searchOf({ from, to, ...rest }: Fields): TraceSearch {
  return {
    ...rest,
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  };
}
