// Which part of the world to show: pure arithmetic on longitudes and latitudes, no Leaflet.

/** west, south, east, north in degrees */
export type Box = [number, number, number, number];

export interface Group {
  box: Box;
  count: number;
}

const GAP_DEGREES = 25;
const KM_A_DEGREE = 111.32;

/** The box around a circle of so many metres. */
export function circleBox(lat: number, lon: number, radius_m: number): Box {
  const height = radius_m / 1000 / KM_A_DEGREE;
  const width = height / Math.max(Math.cos((lat * Math.PI) / 180), 0.01);
  return [lon - width, lat - height, lon + width, lat + height];
}

/**
 * The territories of points: groups with more than 25 degrees of nothing between them, the fullest
 * first. Europe and Québec on one view would show mostly sea.
 */
export function territories(lons: number[], lats: number[], weights: number[]): Group[] {
  const order = lons.map((_, index) => index).sort((a, b) => (lons[a] ?? 0) - (lons[b] ?? 0));
  const groups: Group[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    const lon = lons[index] ?? 0;
    const lat = lats[index] ?? 0;
    const weight = weights[index] ?? 1;
    const group = groups.at(-1);
    if (!group || lon - last > GAP_DEGREES) groups.push({ box: [lon, lat, lon, lat], count: weight });
    else {
      group.box = [group.box[0], Math.min(group.box[1], lat), lon, Math.max(group.box[3], lat)];
      group.count += weight;
    }
    last = lon;
  }
  return groups.sort((a, b) => b.count - a.count);
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
