// Which part of the world to show: pure arithmetic on longitudes and latitudes, no Leaflet.

/** west, south, east, north in degrees */
export type Box = [number, number, number, number];

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

function united(a: Group, b: Group): Group {
  const box: Box = [
    Math.min(a.box[0], b.box[0]),
    Math.min(a.box[1], b.box[1]),
    Math.max(a.box[2], b.box[2]),
    Math.max(a.box[3], b.box[3]),
  ];
  return { box, count: a.count + b.count };
}

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
