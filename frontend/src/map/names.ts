// Names of places on the map, by population, where they hide nothing.
import L from "leaflet";
import { fetchNames, type PlaceName } from "../api";
import { el } from "../dom";
import { type Candidate, placeAll, type Rect } from "./place";

const WIDE = new Set(["country", "region", "province"]);
const MARGIN = 0.25;
/** Pixels and weight of the letters, the same as in map.css. */
const FONTS: Record<"wide" | "large" | "middle" | "small", [number, number]> = {
  wide: [12, 600],
  large: [15, 650],
  middle: [13, 600],
  small: [12, 500],
};

/** The last request: of which view, and when it is done. */
interface Asked {
  zoom: number;
  bounds: L.LatLngBounds | null;
  done: Promise<void>;
}

export class Names {
  private readonly layer = L.layerGroup();
  private readonly measure = document.createElement("canvas").getContext("2d");
  private known: PlaceName[] = [];
  private asked: Asked = { zoom: -1, bounds: null, done: Promise.resolve() };
  private request: AbortController | null = null;

  constructor(private readonly map: L.Map) {
    const pane = map.createPane("names");
    pane.style.zIndex = "450";
    pane.style.pointerEvents = "none";
    pane.setAttribute("aria-hidden", "true");
    this.layer.addTo(map);
  }

  /** Fetches what the view needs, if it is not here or on its way. */
  update(): Promise<void> {
    const zoom = Math.round(this.map.getZoom());
    const view = this.map.getBounds();
    if (zoom === this.asked.zoom && this.asked.bounds?.contains(view)) return this.asked.done;
    const bounds = view.pad(MARGIN);
    this.request?.abort();
    this.request = new AbortController();
    this.asked = { zoom, bounds, done: this.fetch(bounds, zoom, this.request.signal) };
    return this.asked.done;
  }

  private async fetch(bounds: L.LatLngBounds, zoom: number, signal: AbortSignal): Promise<void> {
    const box = [
      Math.max(bounds.getWest(), -180),
      Math.max(bounds.getSouth(), -90),
      Math.min(bounds.getEast(), 180),
      Math.min(bounds.getNorth(), 90),
    ];
    try {
      this.known = await fetchNames(box, zoom, signal);
    } catch {
      // A map without names still shows where things are.
    }
  }

  /** Writes the names, keeping clear of these obstacles (pixels of the map's container) and of what lies over the map. */
  draw(symbols: Rect[]): void {
    const obstacles = [...symbols, ...this.controls()];
    const size = this.map.getSize();
    const candidates = this.known
      .map((name) => this.candidate(name))
      .filter(({ x, y }) => x > 0 && y > 0 && x < size.x && y < size.y);
    this.layer.clearLayers();
    for (const { item, offset } of placeAll(candidates, obstacles, {
      x: 0,
      y: 0,
      width: size.x,
      height: size.y,
    })) {
      const label = el("span", {}, item.name);
      label.style.left = `${offset[0]}px`;
      label.style.top = `${offset[1]}px`;
      const dotted =
        !WIDE.has(item.level) && item.level !== "district" && !hidden(this.point(item), obstacles);
      const icon = L.divIcon({
        className: `map-name ${item.level} ${rank(item)}`,
        html: el("div", {}, dotted ? el("i") : null, label),
        iconSize: [0, 0],
      });
      L.marker([item.lat, item.lon], { icon, pane: "names", interactive: false, keyboard: false }).addTo(
        this.layer,
      );
    }
  }

  /** The best known name within so many pixels of a point. */
  nearest(at: L.Point, pixels: number): string | null {
    const close = this.known
      .filter((name) => !WIDE.has(name.level))
      .map((name) => ({ name: name.name, distance: this.point(name).distanceTo(at) }))
      .filter(({ distance }) => distance < pixels)
      .sort((a, b) => a.distance - b.distance);
    return close[0]?.name ?? null;
  }

  /** Buttons, scale and credits: a name under them would not be read. */
  private controls(): Rect[] {
    const host = this.map.getContainer();
    const { x, y } = host.getBoundingClientRect();
    const over = host.parentElement?.querySelectorAll(".leaflet-control, .map-elsewhere > *") ?? [];
    return [...over].map((control) => {
      const box = control.getBoundingClientRect();
      return { x: box.x - x, y: box.y - y, width: box.width, height: box.height };
    });
  }

  private point(name: PlaceName): L.Point {
    return this.map.latLngToContainerPoint([name.lat, name.lon]);
  }

  private candidate(item: PlaceName): Candidate<PlaceName> {
    const { x, y } = this.point(item);
    const wide = WIDE.has(item.level);
    const [size, weight] = FONTS[wide ? "wide" : rank(item)];
    if (this.measure) this.measure.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    const text = wide ? item.name.toUpperCase() : item.name;
    const spacing = wide ? text.length * 1.1 : 0;
    const width = (this.measure?.measureText(text).width ?? text.length * 7) + spacing + 6;
    const height = size + 5;
    const offsets = hasDot(item) ? besideDot(width / 2 + 6, rank(item) === "large") : ABOUT;
    return { item, x, y, width, height, offsets, dot: hasDot(item) };
  }
}

/** A name without a dot stands where its place is, or nearly. */
const ABOUT: [number, number][] = [
  [0, 0],
  [0, 14],
  [0, -14],
];

/** Around a dot: above, below, beside; then farther, past a marker that hides the dot; a large city farther still. */
const besideDot = (side: number, large: boolean): [number, number][] => [
  [0, -12],
  [0, 12],
  [side, 0],
  [-side, 0],
  [0, -28],
  [0, 28],
  [side + 16, 0],
  [-side - 16, 0],
  ...(large
    ? ([
        [0, -46],
        [0, 46],
        [side + 40, 0],
        [-side - 40, 0],
        [side, -36],
        [-side, -36],
      ] as [number, number][])
    : []),
];

const hasDot = (name: PlaceName): boolean => !WIDE.has(name.level) && name.level !== "district";

function rank(name: PlaceName): "large" | "middle" | "small" {
  const population = name.population ?? 0;
  return population >= 200_000 ? "large" : population >= 40_000 ? "middle" : "small";
}

const hidden = (point: L.Point, obstacles: Rect[]): boolean =>
  obstacles.some(
    (box) =>
      point.x > box.x && point.x < box.x + box.width && point.y > box.y && point.y < box.y + box.height,
  );
