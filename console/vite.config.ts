/// <reference types="vitest/config" />
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// Names without hashes: the server sends tags, and the binary that embeds them is one version anyway.
export default defineConfig({
  plugins: [svelte()],
  base: "/",
  build: {
    outDir: "built",
    // git keeps the folder by its .gitignore, so that cargo builds without npm.
    emptyOutDir: false,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8086", "/auth": "http://127.0.0.1:8086" } },
  test: { include: ["src/**/*.test.ts"] },
});
