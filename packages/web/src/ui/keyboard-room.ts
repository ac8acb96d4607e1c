/**
 * Keeps the page as high as what a phone's keyboard leaves of the screen: browsers lay the keyboard over the page, and what
 * stands at its bottom could not be reached. Returns a function that stops.
 */
export function followKeyboard(): () => void {
  const view = globalThis.visualViewport;
  if (!view) return () => undefined;
  const root = document.documentElement;
  const fit = (): void => {
    // Zoomed in, the view is smaller, too; the page is not.
    const covered = view.scale === 1 ? innerHeight - view.height : 0;
    // Bars that come and go are a few dozen pixels high; no keyboard is as low.
    if (covered > 100) {
      root.style.setProperty('--screen-height', `${Math.floor(view.height)}px`);
      // The browser has pushed the page up to show the caret; it has room now.
      scrollTo(0, 0);
    } else root.style.removeProperty('--screen-height');
    showCaret();
  };
  view.addEventListener('resize', fit);
  return () => view.removeEventListener('resize', fit);
}

/** Turned, or under a keyboard, the page is lower: where one writes comes back into view. */
function showCaret(): void {
  const { activeElement } = document;
  const selected = document.getSelection()?.focusNode;
  const line = selected instanceof Element ? selected : selected?.parentElement;
  if (activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement)
    activeElement.scrollIntoView({ block: 'nearest' });
  else if (activeElement instanceof HTMLElement && activeElement.isContentEditable && line)
    line.scrollIntoView({ block: 'center' });
}
