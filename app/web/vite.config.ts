import { defineConfig } from "vite";

/** The map is served at `/`, the import assistant at `/import`, the check of a site at `/check`, assets at `/assets/…`, by the same server as `/api`. */
export default defineConfig({
  base: "/",
  build: { assetsDir: "assets", target: "es2022", chunkSizeWarningLimit: 1400, sourcemap: false, rolldownOptions: { input: ["index.html", "import.html", "check.html"] } },
  server: { proxy: { "/api": "http://127.0.0.1:8100" } },
});
