// Which part of the world to show: pure arithmetic on longitudes and latitudes, no Leaflet.

/** west, south, east, north in degrees */
export type Box = [number, number, number, number];

export interface LatLon {
  lat: number;
  lon: number;
}

export interface Group {
  box: Box;
  count: number;
}

const CELL_DEGREES = 6;
/** A cell belongs to a territory with at least this share of all. */
const SHARE = 0.01;
/** Cells so near one another are one territory: Lisbon and Warsaw, but not Europe and Québec. */
const REACH_CELLS = 3;
const KM_A_DEGREE = 111.32;

/** The box around a circle of so many metres. */
export function circleBox(lat: number, lon: number, radius_m: number): Box {
  const height = radius_m / 1000 / KM_A_DEGREE;
  const width = height / Math.max(Math.cos((lat * Math.PI) / 180), 0.01);
  return [lon - width, lat - height, lon + width, lat + height];
}

/** The box with so great a share of its sides more on each of them. */
export function padded([west, south, east, north]: Box, share: number): Box {
  const [width, height] = [(east - west) * share, (north - south) * share];
  return [west - width, south - height, east + width, north + height];
}

/** The box with so many degrees more on each side. */
export const wider = ([west, south, east, north]: Box, by: number): Box => [
  west - by,
  south - by,
  east + by,
  north + by,
];

/** The box around boxes. */
export const around = (boxes: Box[]): Box =>
  boxes.reduce((a, b) => [
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[2], b[2]),
    Math.max(a[3], b[3]),
  ]);

/** Whether all of a box is one territory. */
export const isOne = ([west, south, east, north]: Box): boolean =>
  Math.max(east - west, north - south) <= REACH_CELLS * CELL_DEGREES;

/** Two corners of a box as if half of `n` stood at each. */
export const corners = ([west, south, east, north]: Box, n: number): (LatLon & { n: number })[] => [
  { lon: west, lat: south, n: n / 2 },
  { lon: east, lat: north, n: n / 2 },
];

interface Cell extends Group {
  column: number;
  row: number;
}

/**
 * The territories of points, the fullest first: where at least one in a hundred is, without the few
 * that are strewn over the rest of the world. Europe and Québec on one view would show mostly sea.
 */
export function territories(lons: number[], lats: number[], weights: number[]): Group[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rest = cellsOf(lons, lats, weights).filter((cell) => cell.count >= total * SHARE);
  const groups: Group[] = [];
  while (rest.length) {
    const members = rest.splice(0, 1);
    for (const member of members) {
      for (let index = rest.length - 1; index >= 0; index -= 1) {
        if (near(member, rest[index] as Cell)) members.push(...rest.splice(index, 1));
      }
    }
    groups.push(members.reduce<Group>(united, { box: (members[0] as Cell).box, count: 0 }));
  }
  return groups.sort((a, b) => b.count - a.count);
}

function cellsOf(lons: number[], lats: number[], weights: number[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const [index, lon] of lons.entries()) {
    const lat = lats[index] ?? 0;
    const column = Math.floor(lon / CELL_DEGREES);
    const row = Math.floor(lat / CELL_DEGREES);
    const point: Cell = { column, row, box: [lon, lat, lon, lat], count: weights[index] ?? 1 };
    const key = `${column}/${row}`;
    const cell = cells.get(key);
    cells.set(key, cell ? { column, row, ...united(cell, point) } : point);
  }
  return [...cells.values()];
}

const near = (a: Cell, b: Cell): boolean =>
  Math.max(Math.abs(a.column - b.column), Math.abs(a.row - b.row)) <= REACH_CELLS;

const united = (a: Group, b: Group): Group => ({ box: around([a.box, b.box]), count: a.count + b.count });

/** Metres between two places on a sphere: good enough to say, not to sort. */
export function metresBetween(latA: number, lonA: number, latB: number, lonB: number): number {
  const rad = Math.PI / 180;
  const a =
    Math.sin(((latB - latA) * rad) / 2) ** 2 +
    Math.cos(latA * rad) * Math.cos(latB * rad) * Math.sin(((lonB - lonA) * rad) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Whether the view was moved by more than a fifth, or zoomed. */
export function movedAway(from: Box, to: Box): boolean {
  const width = from[2] - from[0];
  const height = from[3] - from[1];
  const shiftX = Math.abs((to[0] + to[2]) / 2 - (from[0] + from[2]) / 2);
  const shiftY = Math.abs((to[1] + to[3]) / 2 - (from[1] + from[3]) / 2);
  const scale = (to[2] - to[0]) / (width || 1);
  return shiftX > width * 0.2 || shiftY > height * 0.2 || scale > 1.4 || scale < 0.7;
}
