import { defineConfig } from "vitest/config";
import { basemapFiles } from "./build/basemap.ts";
import { iconSprite } from "./build/icons.ts";

export default defineConfig({
  base: "/static/build/",
  plugins: [iconSprite(), basemapFiles()],
  build: {
    outDir: "../portal/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: "src/main.ts" },
  },
  worker: { format: "es" },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
