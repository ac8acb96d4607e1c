/** Height of an element that all browsers still lay out, px: Firefox ends at 17.9 million, Chromium at 33.5. */
const maxHeight = 10_000_000;
/** Near its ends a taller list scrolls like any other, px. */
const edge = 100_000;

/** Height of the element in which rows of `whole` px stand. */
export function elementHeight(whole: number): number {
  return Math.min(whole, maxHeight);
}

/** Whether the element is lower than what stands in it. */
export function isTall(whole: number): boolean {
  return whole > maxHeight;
}

/** How far `whole` px of rows have gone up behind a screen of `view` px, when the bar is thrown to `place`. */
export function offsetOf(place: number, whole: number, view: number): number {
  if (!isTall(whole)) return place;
  const places = maxHeight - view;
  const offsets = whole - view;
  if (place <= edge) return place;
  if (place >= places - edge) return offsets - (places - place);
  return edge + ((place - edge) * (offsets - 2 * edge)) / (places - 2 * edge);
}

/** Where the bar belongs when rows have gone up by `offset`: the way back of `offsetOf`. */
export function placeOf(offset: number, whole: number, view: number): number {
  if (!isTall(whole)) return offset;
  const places = maxHeight - view;
  const offsets = whole - view;
  if (offset <= edge) return offset;
  if (offset >= offsets - edge) return places - (offsets - offset);
  return edge + ((offset - edge) * (places - 2 * edge)) / (offsets - 2 * edge);
}

/** What one sees of a list, px: rows gone up behind the upper edge, where the bar is, and the height of the screen. */
export interface View {
  readonly top: number;
  readonly place: number;
  readonly height: number;
}

/** After the bar has come to `place`: by wheel or finger rows go exactly as far; thrown further, to the same part of the list. */
export function moved(before: View, place: number, whole: number, height: number): View {
  if (!isTall(whole)) return { top: place, place, height };
  const by = place - before.place;
  const top = Math.abs(by) <= 2 * height ? before.top + by : offsetOf(place, whole, height);
  return { top: Math.max(0, Math.min(whole - height, top)), place, height };
}

/** Whether the bar would come to its end before the rows do. */
export function endsEarly({ top, place, height }: View, whole: number): boolean {
  if (!isTall(whole)) return false;
  const below = elementHeight(whole) - height - place;
  return (place < 2 * height && top > place + 1) || (below < 2 * height && whole - height - top > below + 1);
}
