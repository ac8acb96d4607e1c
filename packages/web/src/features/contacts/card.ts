import type { Address } from '../../jmap/types.ts';

type Keyed<Value> = Readonly<Record<string, Value>>;

/** What the webmail shows of a card (RFC 9553). Other properties are left as they are. */
export interface Card {
  readonly id: string;
  readonly uid: string;
  readonly kind?: string;
  readonly addressBookIds: Keyed<true>;
  readonly name?: { readonly full?: string };
  readonly emails?: Keyed<{ readonly address: string }>;
  readonly phones?: Keyed<{ readonly number: string }>;
  readonly organizations?: Keyed<{
    readonly name?: string;
    readonly units?: readonly { readonly name: string }[];
  }>;
  readonly titles?: Keyed<{ readonly name: string }>;
  readonly notes?: Keyed<{ readonly note: string }>;
  /** Of a group: uids of its members. */
  readonly members?: Keyed<true>;
}

export interface AddressBook {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly myRights: { readonly mayWrite: boolean };
}

/** A card as a form holds it. */
export interface ContactValues {
  readonly name: string;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly organization: string;
  readonly department: string;
  readonly job: string;
  readonly note: string;
}

function first<Value>(map: Keyed<Value> | undefined): Value | undefined {
  return Object.values(map ?? {})[0];
}

export function emailsOf(card: Card): readonly string[] {
  return Object.values(card.emails ?? {}).map(({ address }) => address);
}

export function nameOf(card: Card): string {
  return card.name?.full?.trim() || emailsOf(card)[0] || '–';
}

export function valuesOf(card: Card | null): ContactValues {
  const organization = first(card?.organizations);
  return {
    name: card?.name?.full ?? '',
    emails: card ? emailsOf(card) : [],
    phones: Object.values(card?.phones ?? {}).map(({ number }) => number),
    organization: organization?.name ?? '',
    department: organization?.units?.[0]?.name ?? '',
    job: first(card?.titles)?.name ?? '',
    note: first(card?.notes)?.note ?? '',
  };
}

/** A map of the values with keys `e1`, `e2` …; null for none, which removes the property. */
function keyed<Value>(prefix: string, values: readonly Value[]): Record<string, Value> | null {
  if (values.length === 0) return null;
  return Object.fromEntries(values.map((value, index) => [`${prefix}${index + 1}`, value]));
}

/** The properties of a card that the form sets. */
export function cardOf(values: ContactValues): Record<string, unknown> {
  const trimmed = (list: readonly string[]): string[] => list.map(text => text.trim()).filter(Boolean);
  const emails = trimmed(values.emails);
  const name = values.name.trim() || (emails[0] ?? '');
  const organization = values.organization.trim();
  const department = values.department.trim();
  return {
    name: { full: name },
    emails: keyed(
      'e',
      emails.map(address => ({ address })),
    ),
    phones: keyed(
      'p',
      trimmed(values.phones).map(number => ({ number })),
    ),
    organizations: keyed(
      'o',
      organization || department
        ? [
            {
              ...(organization ? { name: organization } : {}),
              ...(department ? { units: [{ name: department }] } : {}),
            },
          ]
        : [],
    ),
    titles: keyed('t', values.job.trim() ? [{ name: values.job.trim() }] : []),
    notes: keyed('n', values.note.trim() ? [{ note: values.note.trim() }] : []),
  };
}

/** The card as somebody to write to; null without an address. */
export function addressOf(card: Card): Address | null {
  const email = emailsOf(card)[0];
  return email ? { name: card.name?.full?.trim() || null, email } : null;
}
