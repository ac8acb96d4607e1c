import '../ui/tokens.css';
import '../ui/base.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from '../app/error-boundary.tsx';
import { ConsoleApp } from './console-app.tsx';

const root = document.getElementById('app');
if (!root) throw new Error('the page has no #app');
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <ConsoleApp />
    </ErrorBoundary>
  </StrictMode>,
);
