// Puts the base map's files beside the build and tells the script where they are.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const FOLDER = "src/map/basemap";
const MODULE = "virtual:basemap";

function files(): string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
}

/** Short hash of all files: their addresses change when they do. */
function version(): string {
  const hash = createHash("sha256");
  for (const name of files()) hash.update(name).update(readFileSync(join(FOLDER, name)));
  return hash.digest("hex").slice(0, 10);
}

export function basemapFiles(): Plugin {
  let base = "/";
  return {
    name: "basemap-files",
    configResolved(config) {
      base = config.base;
    },
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load(id) {
      if (id !== `\0${MODULE}`) return null;
      return `export const folder = ${JSON.stringify(`${base}basemap/${version()}/`)};`;
    },
    generateBundle() {
      const folder = `basemap/${version()}`;
      for (const name of files()) {
        this.emitFile({
          type: "asset",
          fileName: `${folder}/${name}`,
          source: readFileSync(join(FOLDER, name)),
        });
      }
    },
  };
}
