import type { ReactElement } from 'react';

/**
 * What one mainly does on a page; `n` presses it too. With `why`, it cannot be pressed for that reason. The one below an
 * empty list is `again`: only one filled button stands in a view.
 */
export function AddButton({
  label,
  why,
  again = false,
  onPress,
}: {
  readonly label: string;
  /** Id of the element that says why not; left out: it can be pressed. */
  readonly why?: string | undefined;
  readonly again?: boolean;
  readonly onPress: () => void;
}): ReactElement {
  return (
    <button
      type="button"
      className={again ? 'button' : 'button primary'}
      data-new={again ? undefined : true}
      aria-keyshortcuts={again ? undefined : 'n'}
      disabled={why !== undefined}
      aria-describedby={why}
      onClick={onPress}
    >
      {label}
    </button>
  );
}
