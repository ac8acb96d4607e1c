import type { DragEvent } from 'react';

/** Private type: only our own folders and labels take it. */
const type = 'application/x-hongyan-mails';

/** Puts mails into a drag. */
export function dragMails(event: DragEvent, ids: readonly string[]): void {
  event.dataTransfer.setData(type, JSON.stringify(ids));
  event.dataTransfer.effectAllowed = 'move';
}

export function carriesMails(event: DragEvent): boolean {
  return event.dataTransfer.types.includes(type);
}

/** The mails that were dropped; none when the drag was something else. */
export function droppedMails(event: DragEvent): readonly string[] {
  try {
    const ids: unknown = JSON.parse(event.dataTransfer.getData(type));
    return Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
