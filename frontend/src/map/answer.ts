// Questions to what the server answered: which item a point is, where an item is, what there is in all.
import type { AreaCounts, MapAnswer } from "../api";
import type { Item } from "../preview";
import { type Box, type Group, territories } from "./view";

export const EMPTY: MapAnswer = {
  matched: 0,
  located: 0,
  areal: 0,
  remote: 0,
  unknown: 0,
  points: { id: [], kind: [], title: [], lon: [], lat: [] },
  areas: [],
};

export const total = (area: AreaCounts): number =>
  Object.values(area.counts).reduce((sum, count) => sum + count, 0);

export function itemAt({ points }: MapAnswer, point: number): Item {
  const { id, kind, title } = points;
  return { id: id[point] as string, kind: kind[point] as Item["kind"], title: title[point] as string };
}

/** Each item once, whatever the number of its addresses. */
export function itemsAt(answer: MapAnswer, points: number[]): Item[] {
  const items = points.map((point) => itemAt(answer, point));
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

export function placeOf({ points }: MapAnswer, id: string): { lat: number; lon: number } | null {
  const index = points.id.indexOf(id);
  return index < 0 ? null : { lat: points.lat[index] as number, lon: points.lon[index] as number };
}

/** Where things are: points and areas, in territories. */
export function territoriesOf({ points, areas }: MapAnswer): Group[] {
  const lon = [...points.lon, ...areas.map((area) => area.centre[0])];
  const lat = [...points.lat, ...areas.map((area) => area.centre[1])];
  return territories(lon, lat, [...points.lon.map(() => 1), ...areas.map(total)]);
}

/** A circle in which nothing matched is shown with the nearest ones around it. */
export function withNearest(circle: Box, { matched, points }: MapAnswer): Box {
  if (matched || !points.id.length) return circle;
  return [
    Math.min(circle[0], ...points.lon),
    Math.min(circle[1], ...points.lat),
    Math.max(circle[2], ...points.lon),
    Math.max(circle[3], ...points.lat),
  ];
}

/** The same answer with these items only, counted as no match. */
export function filterPoints(answer: MapAnswer, ids: Set<string>): MapAnswer {
  const { points } = answer;
  const kept = points.id.map((_, index) => index).filter((index) => ids.has(points.id[index] as string));
  const pick = <T>(column: T[]): T[] => kept.map((index) => column[index] as T);
  const { id, kind, title, lon, lat } = points;
  const columns = { id: pick(id), kind: pick(kind), title: pick(title), lon: pick(lon), lat: pick(lat) };
  return { ...answer, matched: 0, areas: [], points: columns };
}
