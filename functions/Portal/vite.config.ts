import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Served by the function Portal at /portal/; in development beside a LocalHost, whose API is passed on.
const api = process.env.LOGINAUDIT_API ?? 'http://127.0.0.1:7071';

export default defineConfig({
  base: '/portal/',
  plugins: [react()],
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 1200 },
  server: { host: '127.0.0.1', proxy: { '/v1': api, '/portal/config.json': api } },
});
