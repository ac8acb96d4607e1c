import './ui/tokens.css';
import './ui/base.css';

import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { ErrorBoundary } from './app/error-boundary.tsx';
import { followKeyboard } from './ui/keyboard-room.ts';
import { registerWorker } from './worker/register.ts';

/** What strangers with an invitation see: fetched only there. */
const JoinPage = lazy(() => import('./features/join/join-page.tsx'));

/** What somebody with an activation link sees. */
const ActivatePage = lazy(() => import('./features/activate/activate-page.tsx'));

const root = document.getElementById('app');
if (!root) throw new Error('the page has no #app');
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      {location.pathname.startsWith('/join/') ? (
        <Suspense>
          <JoinPage />
        </Suspense>
      ) : location.pathname.startsWith('/activate/') ? (
        <Suspense>
          <ActivatePage />
        </Suspense>
      ) : (
        <App />
      )}
    </ErrorBoundary>
  </StrictMode>,
);
followKeyboard();
registerWorker();
