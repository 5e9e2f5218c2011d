// A question about a part of the world, as query strings. Pure.
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from "./mercator";
import { type Box, circleBox, type LatLon } from "./view";

/** Where the question looks: a circle, a box, or everywhere. */
export interface Frame {
  near: LatLon | null;
  radius_m: number | null;
  bbox: Box | null;
}

/** From this zoom on the server gives no groups but the items themselves. */
export const ITEMS_ZOOM = 14;
export const GROUPS_ZOOM = ITEMS_ZOOM - 1;
export const WORLD: Box = [-180, -90, 180, 90];
/** In tiles of 256 pixels. */
const MARGIN = 1 / 8;

/**
 * The view and a margin, out to the tiles of its zoom: a little pan stays inside, and everybody who looks
 * there asks for the same.
 */
export function snapped([west, south, east, north]: Box, zoom: number): Box {
  const tiles = 2 ** zoom;
  const before = (place: number): number => Math.floor(place * tiles - MARGIN) / tiles;
  const after = (place: number): number => Math.ceil(place * tiles + MARGIN) / tiles;
  const [top, bottom] = [before(mercatorY(north)), after(mercatorY(south))];
  const [left, right] = [before(mercatorX(west)), after(mercatorX(east))];
  // The poles are beyond the map's edge, but what stands there is counted.
  const [low, high] = [bottom >= 1 ? -90 : latitudeOf(bottom), top <= 0 ? 90 : latitudeOf(top)];
  return right - left >= 1 ? [-180, low, 180, high] : [longitudeOf(left), low, longitudeOf(right), high];
}

export const contains = (box: Box, view: Box): boolean =>
  box[1] <= view[1] &&
  box[3] >= view[3] &&
  (box[2] - box[0] >= 360 || (box[0] <= view[0] && box[2] >= view[2]));

/** The part of a box inside of where the question looks; null when there is none. */
export function bounded(box: Box, { near, radius_m, bbox }: Frame): Box | null {
  const bound = bbox ?? (near && radius_m ? circleBox(near.lat, near.lon, radius_m) : null);
  // Across the antimeridian all of the question is asked: seldom, and never wrong.
  if (!bound || bound[0] > bound[2]) return bound ?? box;
  for (const turn of [0, 360, -360]) {
    const part: Box = [
      Math.max(box[0], bound[0] + turn),
      Math.max(box[1], bound[1]),
      Math.min(box[2], bound[2] + turn),
      Math.min(box[3], bound[3]),
    ];
    if (part[0] < part[2] && part[1] < part[3]) return part;
  }
  return null;
}

/** The groups of a box, in the question's circle if it has one. */
export const groupsQuery = (query: string, box: Box, zoom: number): string =>
  `${without(query, ["bbox", "sort"])}bbox=${formatted(box)}&zoom=${zoom}`;

/** The items of a box, in the question's circle if it has one. */
export const itemsQuery = (query: string, box: Box): string =>
  `${without(query, ["bbox"])}bbox=${formatted(box)}`;

function without(query: string, names: string[]): string {
  const kept = query.split("&").filter((part) => part && !names.includes(part.split("=")[0] as string));
  return kept.map((part) => `${part}&`).join("");
}

const formatted = ([west, south, east, north]: Box): string =>
  [turned(west), south, turned(east), north].map((edge) => Number(edge.toFixed(6))).join(",");

/** A longitude of any copy of the world, in the middle one. */
const turned = (lon: number): number => (Math.abs(lon) <= 180 ? lon : lon - 360 * Math.round(lon / 360));
