// Outlines of areas that have items of their own, hatched: they are places as wide as they look, never pins.
import L from "leaflet";
import type { AreaCounts } from "../api";

/** Above so many, hatching them all would hide the map. */
const MANY = 6;
const SVG = "http://www.w3.org/2000/svg";

export class Outlines {
  private readonly renderer = L.svg({ padding: 0.5 });
  private readonly layers = new Map<string, L.GeoJSON>();

  constructor(private readonly map: L.Map) {
    const pane = map.createPane("outlines");
    pane.style.zIndex = "420";
    pane.style.pointerEvents = "none";
    this.renderer.options.pane = "outlines";
    this.renderer.addTo(map);
    document.body.append(hatchPattern());
  }

  show(areas: AreaCounts[]): void {
    for (const layer of this.layers.values()) layer.remove();
    this.layers.clear();
    this.map.getPane("outlines")?.classList.toggle("many", areas.length > MANY);
    for (const area of areas) {
      const options = {
        renderer: this.renderer,
        interactive: false,
        pane: "outlines",
        style: { className: "area-outline" },
      };
      const layer = L.geoJSON(area.geometry, options as L.GeoJSONOptions);
      this.layers.set(area.code, layer.addTo(this.map));
    }
  }

  bounds(code: string): L.LatLngBounds | null {
    return this.layers.get(code)?.getBounds() ?? null;
  }

  mark(codes: string[], className: "raised" | "selected"): void {
    for (const [code, layer] of this.layers) {
      layer.eachLayer((part) =>
        (part as L.Path).getElement()?.classList.toggle(className, codes.includes(code)),
      );
    }
  }
}

/** The pattern that CSS fills outlines with; it lives once in the page. */
export function hatchPattern(): Node {
  const known = document.getElementById("hatch-defs");
  if (known) return known;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("id", "hatch-defs");
  svg.setAttribute("width", "0");
  svg.setAttribute("height", "0");
  svg.setAttribute("aria-hidden", "true");
  svg.style.position = "absolute";
  const pattern = document.createElementNS(SVG, "pattern");
  for (const [name, value] of Object.entries({
    id: "hatch",
    width: "8",
    height: "8",
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  })) {
    pattern.setAttribute(name, value);
  }
  const line = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: "0", y1: "0", x2: "0", y2: "8", class: "hatch-line" })) {
    line.setAttribute(name, value);
  }
  pattern.append(line);
  svg.append(pattern);
  return svg;
}
