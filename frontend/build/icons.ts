// One sprite for the server's templates: the interface icons come from tabler, the kinds' shapes are ours.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const TABLER = "node_modules/@tabler/icons/icons/outline";

const INTERFACE = [
  "adjustments-horizontal",
  "alert-triangle",
  "arrow-left",
  "arrow-right",
  "arrows-maximize",
  "arrows-minimize",
  "building-community",
  "calendar-event",
  "check",
  "chevron-down",
  "clock",
  "coin",
  "current-location",
  "database",
  "device-laptop",
  "directions",
  "download",
  "external-link",
  "history",
  "info-circle",
  "license",
  "map-2",
  "map-pin",
  "moon",
  "player-pause",
  "repeat",
  "rss",
  "search",
  "sun",
  "thumb-up",
  "users",
  "world",
  "x",
];

const KINDS = ["initiative", "project", "mission", "area", "brand"];

/** Turns one SVG file into a `<symbol>` of the sprite. */
export function symbol(id: string, svg: string): string {
  const viewBox = /viewBox="([^"]+)"/.exec(svg)?.[1];
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)?.[1];
  if (!viewBox || inner === undefined) throw new Error(`${id}: not an SVG file`);
  const shapes = inner
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
    .replace(/>\s+</g, "><");
  const attributes = "fill stroke stroke-width stroke-linecap stroke-linejoin"
    .split(" ")
    .map((name) => new RegExp(`<svg[^>]*?\\s(${name}="[^"]*")`).exec(svg)?.[1])
    .filter(Boolean)
    .join(" ");
  return `<symbol id="${id}" viewBox="${viewBox}" ${attributes}>${shapes.trim()}</symbol>`;
}

function sprite(): string {
  const icons = INTERFACE.map((name) => symbol(name, readFileSync(join(TABLER, `${name}.svg`), "utf8")));
  const kinds = KINDS.map((name) => symbol(name, readFileSync(join("src/icons", `${name}.svg`), "utf8")));
  return `<svg xmlns="http://www.w3.org/2000/svg">${[...icons, ...kinds].join("")}</svg>`;
}

export function iconSprite(): Plugin {
  return {
    name: "icon-sprite",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "icons.svg", source: sprite() });
    },
  };
}
