import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Development: `npx vite packages/web` beside a running server; the JMAP and sign-in paths go to it. */
const server = process.env['HONGYAN_WEB'] ?? 'http://127.0.0.1:8080';

/** Modules of the file that both apps begin with. */
const base = new RegExp(
  [
    'node_modules/(?:react|react-dom|scheduler|@tanstack)/',
    'createReactComponent|Icon(?:X|Clock|ChevronDown|CircleCheck|HelpCircle|Menu2|Search)\\.',
    'phrases/src/mail/',
    'web/src/(?:ui|lib)/',
    'web/src/app/(?:auth|auth-api|choose-company|error-boundary|sign-in|theme|use-media|second-factor/second-step)\\.',
    'web/src/jmap/(?:client|offline/keeper)\\.',
  ]
    .join('|')
    .replaceAll('/', '[\\\\/]'),
);

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    // Chromium 109 is the last one for Windows 7, which office machines still run.
    target: ['chrome109', 'safari16', 'firefox115'],
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    // Nothing inline: the content security policy allows only files of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // For the service worker: the files a version is made of.
    manifest: 'app-files.json',
    rolldownOptions: {
      input: {
        index: `${import.meta.dirname}/index.html`,
        admin: `${import.meta.dirname}/admin.html`,
        sw: `${import.meta.dirname}/src/worker/service-worker.ts`,
      },
      output: {
        // A worker's address must not change with its content.
        entryFileNames: chunk => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // What every page begins with is one file: many small ones cost a request each.
        codeSplitting: { groups: [{ name: 'base', test: base }] },
      },
    },
  },
  server: {
    proxy: {
      '/jmap': { target: server, ws: true },
      '/.well-known': server,
      '/auth': server,
      '/api': server,
    },
  },
});
