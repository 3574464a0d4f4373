import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './build/compress.ts';

/** Where `npm run dev` finds a server, or the development proxy that signs in for it. */
const server = process.env.MIAAS_UI_SERVER ?? 'http://127.0.0.1:7171';

export default defineConfig({
  plugins: [react(), compress()],
  build: {
    target: 'es2022',
    // The policy of the page allows no data: addresses for fonts and scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/openapi.json': { target: server, changeOrigin: false },
      '/ws': { target: server, ws: true, changeOrigin: false },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
