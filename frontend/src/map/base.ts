// A Leaflet map with our base map, in the page's language. Every map of the site begins here.
import L from "leaflet";
import { onTheme } from "../theme";
import { readBlock, say } from "../words";
import { Basemap } from "./basemap";

export const MAX_ZOOM = 16;
const CREDITS =
  '<a href="https://leafletjs.com">Leaflet</a> · Natural Earth · GSHHG · IGN · NGI · <a href="https://www.geonames.org">GeoNames</a>';
const FAILED_TILES = 2;

interface Settings {
  tiles: string;
  tilesAttribution: string;
}

/** `onFallback` is called when the operator's tiles fail and the bundled map takes over. */
export function createMap(host: HTMLElement, options: L.MapOptions = {}, onFallback?: () => void): L.Map {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(host, {
    zoomControl: false,
    attributionControl: false,
    minZoom: 2,
    maxZoom: MAX_ZOOM,
    fadeAnimation: false,
    zoomAnimation: !still,
    markerZoomAnimation: !still,
    worldCopyJump: true,
    maxBounds: [
      [-85, -540],
      [85, 540],
    ],
    ...options,
  });
  const settings = readBlock<Settings>("reglages-carte");
  if (settings?.tiles) addTiles(map, settings, onFallback);
  else addBundled(map);
  return map;
}

export function addControls(map: L.Map): void {
  L.control
    .zoom({ position: "topleft", zoomInTitle: say("zoomIn"), zoomOutTitle: say("zoomOut") })
    .addTo(map);
  L.control.scale({ imperial: false, maxWidth: 90 }).addTo(map);
}

function addBundled(map: L.Map): void {
  const layer = new Basemap();
  layer.addTo(map);
  onTheme(() => layer.redraw());
  L.control.attribution({ prefix: false }).addAttribution(CREDITS).addTo(map);
}

function addTiles(map: L.Map, settings: Settings, onFallback?: () => void): void {
  const layer = L.tileLayer(settings.tiles, {
    maxZoom: 19,
    referrerPolicy: "strict-origin-when-cross-origin",
  });
  const credit = L.control
    .attribution({ prefix: false })
    .addAttribution(settings.tilesAttribution)
    .addTo(map);
  let failed = 0;
  layer.on("tileload", () => {
    failed = 0;
  });
  layer.on("tileerror", () => {
    failed += 1;
    if (failed !== FAILED_TILES) return;
    layer.remove();
    credit.remove();
    addBundled(map);
    onFallback?.();
  });
  layer.addTo(map);
}
