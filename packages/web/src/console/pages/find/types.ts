/** How a mail stands (LOG-01). */
export type JourneyState =
  | 'accepted'
  | 'queued'
  | 'held'
  | 'deferred'
  | 'relayed'
  | 'delivered'
  | 'bounced'
  | 'withdrawn'
  | 'refused';

export const journeyStates: readonly JourneyState[] = [
  'accepted',
  'queued',
  'held',
  'deferred',
  'relayed',
  'delivered',
  'bounced',
  'withdrawn',
  'refused',
];

export interface Step {
  readonly at: string;
  readonly event: string;
  readonly recipient: string | null;
  readonly host: string | null;
  readonly tls: string | null;
  readonly reply: string | null;
  readonly status: string | null;
  readonly reason: string | null;
}

export interface Journey {
  readonly queueId: string;
  readonly subject: string | null;
  readonly sender: string;
  readonly messageId: string | null;
  readonly size: number | null;
  readonly at: string;
  readonly state: JourneyState;
  readonly triedUntil: string | null;
  readonly recipients: readonly {
    readonly address: string;
    readonly state: JourneyState;
    readonly at: string;
    readonly nextTryAt: string | null;
    readonly attempts: number;
  }[];
  readonly steps: readonly Step[];
}
