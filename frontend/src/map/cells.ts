// Groups as the server counted them, in cells of a grid: those too near one another are drawn as one.
import type { Cluster, Kind } from "../api";
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from "./mercator";
import { groupClose } from "./place";
import type { Box } from "./view";

const TILE_PX = 256;
const KINDS: readonly Kind[] = ["initiative", "project", "mission"];

/** The side of a cell as a share of a tile's. */
export const CELL_SHARE = 1 / 8;
/** The largest discs are as wide: none hides another. */
const CLOSE_PX = 48;

/** Cells drawn as one symbol, the fullest first: there it stands. */
export type Heap = [Cluster, ...Cluster[]];

export function heaps(clusters: Cluster[], zoom: number): Heap[] {
  const world = TILE_PX * 2 ** zoom;
  const places = clusters.map(({ lon, lat, n }) => ({
    x: mercatorX(lon) * world,
    y: mercatorY(lat) * world,
    weight: n,
  }));
  return groupClose(places, CLOSE_PX).map((members) => members.map((index) => clusters[index]) as Heap);
}

export const countOf = (cells: Cluster[]): number => cells.reduce((sum, { n }) => sum + n, 0);

export const kindOf = ({ kinds }: Cluster): Kind => KINDS[kinds.findIndex((n) => n > 0)] as Kind;

/** The cell that a place lies in. */
export function cellBox({ lon, lat }: Cluster, zoom: number): Box {
  const side = CELL_SHARE / 2 ** zoom;
  const left = Math.floor(mercatorX(lon) / side) * side;
  const top = Math.floor(mercatorY(lat) / side) * side;
  return [longitudeOf(left), latitudeOf(top + side), longitudeOf(left + side), latitudeOf(top)];
}

/** The first zoom after `zoom` at which these would be drawn as several symbols, up to `last`. */
export function partingZoom(cells: Cluster[], zoom: number, last: number): number {
  let next = zoom + 1;
  while (next < last && heaps(cells, next).length < 2) next += 1;
  return next;
}
