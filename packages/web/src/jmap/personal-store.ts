import type { JmapClient } from './client.ts';
import { Collection } from './collection.ts';
import { Observable } from './observable.ts';
import type { KeptCollection } from './offline/snapshot.ts';
import {
  defaultSettings,
  type FilterRule,
  type Label,
  type SenderEntry,
  type Settings,
  type Signature,
  type Template,
  type VacationResponse,
} from './personal.ts';

/** The same array each time, so that rows without labels need not be drawn again. */
const noLabels: readonly Label[] = [];

const own = (name: string): string => `urn:hongyan:params:jmap:${name}`;

/** The member's labels, signatures, templates, rules, lists and settings. */
export class PersonalStore extends Observable {
  readonly client: JmapClient;
  readonly labels: Collection<Label>;
  readonly signatures: Collection<Signature>;
  readonly templates: Collection<Template>;
  readonly rules: Collection<FilterRule>;
  readonly senders: Collection<SenderEntry>;
  readonly vacation: Collection<VacationResponse>;
  readonly #settings: Collection<Settings>;
  /** What `labelsOf` answered since the last change. */
  #labelled: {
    readonly version: number;
    readonly sorted: readonly Label[];
    readonly found: WeakMap<object, readonly Label[]>;
  } = { version: -1, sorted: noLabels, found: new WeakMap() };
  readonly #byType: ReadonlyMap<string, Collection<{ readonly id: string }>>;

  constructor(client: JmapClient) {
    super();
    this.client = client;
    this.labels = new Collection(client, 'Label', own('labels'));
    this.signatures = new Collection(client, 'Signature', own('signatures'));
    this.templates = new Collection(client, 'Template', own('templates'));
    this.rules = new Collection(client, 'FilterRule', own('filters'));
    this.senders = new Collection(client, 'SenderEntry', own('filters'));
    this.vacation = new Collection(client, 'VacationResponse', 'urn:ietf:params:jmap:vacationresponse');
    this.#settings = new Collection(client, 'Settings', own('settings'));
    const collections: readonly (readonly [string, Collection<{ readonly id: string }>])[] = [
      ['Label', this.labels],
      ['Signature', this.signatures],
      ['Template', this.templates],
      ['FilterRule', this.rules],
      ['SenderEntry', this.senders],
      ['VacationResponse', this.vacation],
      ['Settings', this.#settings],
    ];
    this.#byType = new Map(collections);
    for (const [, collection] of collections) collection.subscribe(() => this.changed());
  }

  /** What is loaded, for keeping. */
  snapshot(): Readonly<Record<string, KeptCollection>> {
    return Object.fromEntries(
      [...this.#byType].flatMap(([type, { keepable }]) => (keepable ? [[type, keepable]] : [])),
    );
  }

  restore(saved: Readonly<Record<string, KeptCollection>>): void {
    for (const [type, collection] of Object.entries(saved)) this.#byType.get(type)?.restore(collection);
  }

  /** The types whose changes concern us, for the event source. */
  get types(): readonly string[] {
    return [...this.#byType].filter(([, collection]) => collection.offered).map(([type]) => type);
  }

  /** What the first screen needs and is not here yet: of settings, labels, signatures. */
  get missing(): readonly Pick<Collection<{ readonly id: string }>, 'reading' | 'accept' | 'load'>[] {
    return [this.#settings, this.labels, this.signatures].filter(({ reading }) => reading !== null);
  }

  /** Reads what is missing by itself. */
  async load(): Promise<void> {
    await Promise.all(this.missing.map(collection => collection.load()));
  }

  /** Brings what is loaded up to the states the server told. */
  async sync(states: Readonly<Record<string, string>>): Promise<void> {
    for (const [type, state] of Object.entries(states)) await this.#byType.get(type)?.sync(state);
  }

  get settings(): Settings {
    return this.#settings.get('singleton') ?? defaultSettings;
  }

  get hasSettings(): boolean {
    return this.#settings.offered;
  }

  /** Changes settings: at once here, then on the server. */
  async set(change: Partial<Settings>): Promise<void> {
    await this.#settings.update('singleton', change);
  }

  /** Labels in their order. */
  get sortedLabels(): readonly Label[] {
    return [...this.labels.items].sort((a, b) => a.sortOrder - b.sortOrder || a.name.localeCompare(b.name));
  }

  /** The labels a mail carries; the same array while neither they nor its keywords change. */
  labelsOf(keywords: Readonly<Record<string, true>>): readonly Label[] {
    if (this.#labelled.version !== this.version())
      this.#labelled = { version: this.version(), sorted: this.sortedLabels, found: new WeakMap() };
    const { sorted, found } = this.#labelled;
    const known = found.get(keywords);
    if (known) return known;
    const carried = sorted.filter(label => label.keyword.toLowerCase() in keywords);
    const labels = carried.length ? carried : noLabels;
    found.set(keywords, labels);
    return labels;
  }

  /** The signature a new mail or an answer begins with; undefined: none of this kind. */
  signatureFor(kind: 'new' | 'answer'): Signature | undefined {
    return this.signatures.items.find(signature =>
      kind === 'new' ? signature.isDefault : signature.isDefaultForReplies,
    );
  }
}
