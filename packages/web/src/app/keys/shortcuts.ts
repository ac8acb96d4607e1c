/** What a key does; returning false lets the browser have it. */
export type Handler = (event: KeyboardEvent) => boolean | void;

/** Whether the event belongs to a text field or an input method: then no single key of ours may act. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true;
  const target = event.target as HTMLElement | null;
  if (!target || typeof target.closest !== 'function') return false;
  return (
    target.closest(
      'input:not([type=checkbox]), textarea, select, [contenteditable=""], [contenteditable="true"]',
    ) !== null
  );
}

/** `Ctrl+Enter`, `Shift+ArrowDown`, `j`, `#`: the name of a key press. Where an input method hides the key, its place counts. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key === 'Process' ? event.code.replace(/^Key/, '').toLowerCase() : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.shiftKey && key.length > 1) parts.push('Shift');
  parts.push(key.length === 1 && (event.ctrlKey || event.metaKey) ? key.toLowerCase() : key);
  return parts.join('+');
}

/**
 * One registry for all keys. Layers stack: a dialog's map is asked before the list's. A layer that is `modal` hides what
 * lies below. Two-key sequences are written `g i`.
 */
export class Shortcuts {
  readonly #layers: { map: Readonly<Record<string, Handler>>; modal: boolean }[] = [];
  /** Whether keys without Ctrl act (SET: they can be switched off). Esc and those with Ctrl always do. */
  single = true;
  #prefix: { key: string; at: number } | null = null;

  /** Adds a layer; the function returned takes it away. */
  add(map: Readonly<Record<string, Handler>>, modal = false): () => void {
    const layer = { map, modal };
    this.#layers.push(layer);
    return () => {
      const at = this.#layers.indexOf(layer);
      if (at >= 0) this.#layers.splice(at, 1);
    };
  }

  handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey) return;
    const name = keyName(event);
    const plain =
      name.length === 1 || name === 'Enter' || name === 'Delete' || name === ' ' || !name.startsWith('Ctrl');
    if (plain && !this.single && name !== 'Escape') return;
    if (plain && isTyping(event) && name !== 'Escape') return;
    // Enter and blank belong to the button that has the focus.
    const target = event.target as HTMLElement | null;
    // A dialog has the keys for itself: Esc closes it and nothing below.
    if (document.querySelector('dialog[open]')) return;
    if ((name === 'Enter' || name === ' ') && target?.closest?.('button, a, summary')) return;
    const sequence =
      this.#prefix && event.timeStamp - this.#prefix.at < 1200 ? `${this.#prefix.key} ${name}` : null;
    this.#prefix = null;
    for (let index = this.#layers.length - 1; index >= 0; index -= 1) {
      const layer = this.#layers[index];
      if (!layer) continue;
      const handler = (sequence ? layer.map[sequence] : undefined) ?? layer.map[name];
      if (handler && handler(event) !== false) {
        event.preventDefault();
        return;
      }
      if (Object.keys(layer.map).some(key => key.startsWith(`${name} `))) {
        this.#prefix = { key: name, at: event.timeStamp };
        return;
      }
      if (layer.modal) return;
    }
  };
}
