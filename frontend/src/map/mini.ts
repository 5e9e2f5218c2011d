// A small map: one item's point or the outline of the area that it concerns, or those of several items.
import L from "leaflet";
import { readBlock } from "../words";
import { createMap } from "./base";
import { kindBody } from "./markers";
import { Names } from "./names";
import { hatchPattern } from "./outlines";

interface MiniData {
  kind: string;
  areal: boolean;
  imprecise: boolean;
  geometry: GeoJSON.Geometry | GeoJSON.FeatureCollection;
}

export function startMini(host: HTMLElement): void {
  const data = readBlock<MiniData>("mini-carte-donnees");
  if (!data) return;
  const map = createMap(host, {
    dragging: false,
    scrollWheelZoom: false,
    doubleClickZoom: false,
    boxZoom: false,
    keyboard: false,
    touchZoom: false,
  });
  document.body.append(hatchPattern());
  const layer = L.geoJSON(data.geometry, {
    interactive: false,
    style: { className: "area-outline" },
    pointToLayer: (_feature, at) => pin(at, data),
  });
  const bounds = layer.getBounds();
  map.fitBounds(bounds, { maxZoom: data.areal ? 13 : 12, padding: [28, 28], animate: false });
  layer.addTo(map);
  L.control.scale({ imperial: false, maxWidth: 90, position: "topright" }).addTo(map);
  void writeNames(map, data.areal ? null : bounds.getCenter());
}

function pin(at: L.LatLng, data: MiniData): L.Layer {
  const icon = L.divIcon({
    className: `marker selected ${data.kind}`,
    html: kindBody(data.kind) as HTMLElement,
    iconSize: [44, 44],
  });
  const marker = L.marker(at, { icon, interactive: false, keyboard: false });
  if (!data.imprecise) return marker;
  return L.layerGroup([L.circle(at, { radius: 250, className: "area-outline", interactive: false }), marker]);
}

async function writeNames(map: L.Map, point: L.LatLng | null): Promise<void> {
  const names = new Names(map);
  await names.update();
  const at = point ? map.latLngToContainerPoint(point) : null;
  names.draw(at ? [{ x: at.x - 24, y: at.y - 24, width: 48, height: 48 }] : []);
}
