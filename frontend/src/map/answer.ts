// Questions to what the server answered: which item a point is, where an item is, what there is in all.
import type { AreaCounts, MapAnswer, Points } from "../api";
import type { Item } from "../preview";
import { around, type Box, type Group, type LatLon, territories } from "./view";

export const EMPTY: MapAnswer = {
  matched: 0,
  located: 0,
  areal: 0,
  remote: 0,
  unknown: 0,
  many: false,
  extent: null,
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
export function itemsAt(answer: MapAnswer, points: Iterable<number> = answer.points.id.keys()): Item[] {
  const items = [...points].map((point) => itemAt(answer, point));
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

export function placeOf({ points }: MapAnswer, id: string): LatLon | null {
  const index = points.id.indexOf(id);
  return index < 0 ? null : { lat: points.lat[index] as number, lon: points.lon[index] as number };
}

/** Where a Feature is: at its first point; an area is no place to point at. */
export function firstPlace({ geometry }: GeoJSON.Feature): LatLon | null {
  const point =
    geometry?.type === "Point"
      ? geometry.coordinates
      : geometry?.type === "MultiPoint"
        ? geometry.coordinates[0]
        : null;
  return point ? { lon: point[0] as number, lat: point[1] as number } : null;
}

/** Where things are: points, of some weight each, and areas, in territories. */
export function territoriesOf(
  { points, areas }: { points: Pick<Points, "lon" | "lat">; areas: AreaCounts[] },
  weights = points.lon.map(() => 1),
): Group[] {
  const lon = [...points.lon, ...areas.map((area) => area.centre[0])];
  const lat = [...points.lat, ...areas.map((area) => area.centre[1])];
  return territories(lon, lat, [...weights, ...areas.map(total)]);
}

/** A circle in which nothing matched is shown with the nearest ones around it. */
export function withNearest(circle: Box, { matched, points }: MapAnswer): Box {
  if (matched || !points.id.length) return circle;
  return around([
    circle,
    ...points.lon.map((lon, point): Box => {
      const lat = points.lat[point] as number;
      return [lon, lat, lon, lat];
    }),
  ]);
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
