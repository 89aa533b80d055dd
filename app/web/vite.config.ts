import { defineConfig } from "vite";
import type { Plugin } from "vite";

const WORKER = "src/inspect/worker.ts";

/** Tells the inspector's worker which files its page is made of, and a version that changes with any of them. */
function keeping(): Plugin {
  return {
    name: "keeping",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle): void {
      const files = new Set<string>();
      const collect = (name: string): void => {
        const part = bundle[name];
        if (!part || files.has(name)) return;
        files.add(name);
        if (part.type !== "chunk") return;
        for (const other of [...part.imports, ...part.dynamicImports, ...(part.viteMetadata?.importedCss ?? []), ...(part.viteMetadata?.importedAssets ?? [])]) collect(other);
      };
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      for (const chunk of chunks) {
        if (chunk.isEntry && chunk.facadeModuleId?.endsWith("/inspect.html")) collect(chunk.fileName);
      }
      const worker = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(WORKER));
      if (!worker || files.size === 0) throw new Error("the inspector's page or its worker is not in the build");
      if (worker.imports.length > 0) throw new Error("the inspector's worker must be one file");
      // Names carry the hash of what is in the file; the page itself and the worker have none.
      const names = [...files].sort();
      const page = bundle["inspect.html"];
      if (page?.type !== "asset") throw new Error("the inspector's page is written after its worker is told of it");
      const version = digest([...names, String(page.source), worker.code].join("\n"));
      worker.code = worker.code.replaceAll("__BUILD__", JSON.stringify({ version, files: names.map((name) => `/${name}`) }));
    },
  };
}

/** A short name of a text: FNV-1a, 64 bits. */
function digest(text: string): string {
  let sum = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n);
  return sum.toString(16).padStart(16, "0");
}

/** The map is served at `/`, the import assistant at `/import`, the check of a site at `/check`, the inspector's page at `/inspect`, assets at `/assets/…`, by the same server as `/api`. */
export default defineConfig({
  base: "/",
  plugins: [keeping()],
  build: {
    assetsDir: "assets", target: "es2022", chunkSizeWarningLimit: 1400, sourcemap: false,
    rolldownOptions: {
      input: { index: "index.html", import: "import.html", check: "check.html", inspect: "inspect.html", "inspect-worker": WORKER },
      // A worker rules only over addresses below its own, and must keep that address.
      output: { entryFileNames: (chunk) => (chunk.name === "inspect-worker" ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8100" } },
});
