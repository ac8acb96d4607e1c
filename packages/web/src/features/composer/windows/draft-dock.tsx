import type { ReactElement } from 'react';
import { useTexts } from '../../../lib/language.ts';
import { IconPencil } from '../../../ui/icons.ts';
import type { Drafts } from './use-drafts.ts';

/** The bar at the bottom: drafts that were put away, to be taken up with one press. */
export function DraftDock({ drafts }: { readonly drafts: Drafts }): ReactElement | null {
  const texts = useTexts();
  const away = drafts.items.filter(({ mode }) => mode === 'mini');
  if (away.length === 0) return null;
  return (
    <nav className="draft-dock" aria-label={texts.compose.openDrafts}>
      {away.map(({ draft }) => {
        const subject = drafts.noteOf(draft.key)?.subject || draft.content.subject || texts.list.noSubject;
        return (
          <button
            key={draft.key}
            type="button"
            className="button"
            title={subject}
            onClick={() => drafts.setMode(draft.key, 'full')}
          >
            <IconPencil className="icon" size={16} />
            <span className="clip">{subject}</span>
          </button>
        );
      })}
    </nav>
  );
}
