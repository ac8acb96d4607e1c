/** Two frames: time for a new layout and for the mail frames to take their new heights. */
async function settle(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1)
    await new Promise<void>(resolve => {
      requestAnimationFrame(() => resolve());
    });
}

/**
 * Prints the open conversation: on white, at the width of a page, without what belongs to the screen. The page is laid out
 * so before the browser measures it: the frames of the mails have fixed heights and would be cut otherwise.
 */
export async function printMail(): Promise<void> {
  const root = document.documentElement;
  const theme = root.dataset['theme'];
  const frames = [...document.querySelectorAll<HTMLIFrameElement>('.message-frame')];
  const dark = frames.filter(frame => frame.contentDocument?.documentElement.hasAttribute('data-plain-dark'));
  const mark = (on: boolean): void => {
    for (const frame of dark) frame.contentDocument?.documentElement.toggleAttribute('data-plain-dark', on);
  };
  root.dataset['theme'] = 'light';
  root.classList.add('printing');
  mark(false);
  try {
    await settle();
    globalThis.print();
  } finally {
    root.classList.remove('printing');
    if (theme === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
    mark(true);
  }
}
