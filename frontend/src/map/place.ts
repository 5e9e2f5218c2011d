// Putting names and symbols where they hide nothing: pure geometry in pixels.

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A name with its anchor, its size, and the offsets to try in order. */
export interface Candidate<T> {
  item: T;
  x: number;
  y: number;
  width: number;
  height: number;
  offsets: [number, number][];
  /** Whether a dot stands at the anchor: no other name may cover it. */
  dot?: boolean;
}

export interface Placed<T> {
  item: T;
  offset: [number, number];
}

const DOT_PX = 8;

export const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const inside = (rect: Rect, room: Rect): boolean =>
  rect.x >= room.x &&
  rect.y >= room.y &&
  rect.x + rect.width <= room.x + room.width &&
  rect.y + rect.height <= room.y + room.height;

const centred = (x: number, y: number, width: number, height: number): Rect => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
});

/**
 * Places candidates in order of importance; one that fits nowhere inside `room` is left out. Placed
 * ones become obstacles.
 */
export function placeAll<T>(candidates: Candidate<T>[], obstacles: Rect[], room: Rect): Placed<T>[] {
  const taken: Rect[] = [];
  const free = (rect: Rect): boolean => !taken.some((other) => overlaps(rect, other));
  const placed: Placed<T>[] = [];
  for (const { item, x, y, width, height, offsets, dot } of candidates) {
    const dotRect = centred(x, y, DOT_PX, DOT_PX);
    if (dot && !free(dotRect)) continue;
    const rectAt = ([dx, dy]: [number, number]): Rect => centred(x + dx, y + dy, width, height);
    const offset = offsets.map(rectAt).findIndex((rect) => {
      return inside(rect, room) && free(rect) && !obstacles.some((other) => overlaps(rect, other));
    });
    const chosen = offsets[offset];
    if (!chosen) continue;
    taken.push(rectAt(chosen), ...(dot ? [dotRect] : []));
    placed.push({ item, offset: chosen });
  }
  return placed;
}

/** The first offset that is free, else the first of all: for symbols that must be shown. */
export function firstFree(
  x: number,
  y: number,
  width: number,
  height: number,
  offsets: [number, number][],
  obstacles: Rect[],
): [number, number] {
  const free = offsets.find(([dx, dy]) => {
    const rect = centred(x + dx, y + dy, width, height);
    return !obstacles.some((other) => overlaps(rect, other));
  });
  return free ?? offsets[0] ?? [0, 0];
}

export interface Weighted {
  x: number;
  y: number;
  weight: number;
}

/** Groups symbols that would lie on one another, the heaviest as anchors. Returns indexes. */
export function groupClose(symbols: Weighted[], distance: number): number[][] {
  const order = symbols
    .map((_, index) => index)
    .sort((a, b) => (symbols[b]?.weight ?? 0) - (symbols[a]?.weight ?? 0));
  const groups: number[][] = [];
  for (const index of order) {
    const symbol = symbols[index] as Weighted;
    const group = groups.find((members) => {
      const anchor = symbols[members[0] as number] as Weighted;
      return Math.hypot(anchor.x - symbol.x, anchor.y - symbol.y) < distance;
    });
    if (group) group.push(index);
    else groups.push([index]);
  }
  return groups;
}
