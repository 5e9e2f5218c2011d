// Web Mercator as one unit square: x grows eastwards, y southwards, both from 0 to 1.

const LATITUDE_MAX = 85.0511;

export const mercatorX = (lon: number): number => (lon + 180) / 360;

export function mercatorY(lat: number): number {
  const bounded = Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, lat));
  const sine = Math.sin((bounded * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

export const longitudeOf = (x: number): number => x * 360 - 180;

export const latitudeOf = (y: number): number =>
  (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;

/** A box in degrees as left, top, right, bottom of the unit square. */
export function mercatorBox([west, south, east, north]: readonly number[]): [number, number, number, number] {
  return [
    mercatorX(west as number),
    mercatorY(north as number),
    mercatorX(east as number),
    mercatorY(south as number),
  ];
}
