import { defineConfig } from "vite";

/** The page is served at `/`, its assets at `/assets/…`, by the same server as `/api`. */
export default defineConfig({
  base: "/",
  build: { assetsDir: "assets", target: "es2022", chunkSizeWarningLimit: 1400, sourcemap: false },
  server: { proxy: { "/api": "http://127.0.0.1:8100" } },
});
