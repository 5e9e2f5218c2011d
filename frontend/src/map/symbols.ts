// What each point, cluster and area looks like on the map, is called, and does when it is chosen.
import type L from "leaflet";
import type { AreaCounts } from "../api";
import { formatDistance, formatNumber, formatShort, say } from "../words";
import { total } from "./answer";
import { countBody, kindBody, type MapSymbol } from "./markers";
import type { GroupMark, ItemMark } from "./marksource";
import { firstFree, groupClose, type Rect } from "./place";
import { type LatLon, metresBetween } from "./view";

const AREA_PX = 46;
/** Where an area's symbol may move to when its place is taken: around it, near before far. */
const AREA_OFFSETS: [number, number][] = [
  [0, 0],
  ...[36, 50, 70].flatMap((far) => [...Array(8).keys()].map((eighth) => ringPoint(far, eighth))),
];

type Open = (element: HTMLElement) => void;

/** What has no title yet is called by its kind and the best known name close by. */
export function itemSymbol(mark: ItemMark, near: LatLon | null, place: string | null, open: Open): MapSymbol {
  const { item } = mark;
  const distance = near ? `, ${formatDistance(metresBetween(near.lat, near.lon, mark.lat, mark.lon))}` : "";
  return {
    key: mark.key,
    lat: mark.lat,
    lon: mark.lon,
    name: [say(item.kind), item.title || place].filter(Boolean).join(" : ") + distance,
    className: item.kind,
    body: () => kindBody(item.kind),
    open,
  };
}

/** `place` is the best known name close by, so that a screen reader tells clusters apart. */
export function clusterSymbol(mark: GroupMark, place: string | null, open: Open): MapSymbol {
  const size = mark.count >= 1000 ? "big" : mark.count >= 100 ? "medium" : "small";
  return {
    key: mark.key,
    lat: mark.lat,
    lon: mark.lon,
    name: place ? say("clusterNear", { n: mark.count, place }) : say("cluster", { n: mark.count }),
    className: `cluster ${size}`,
    body: () => countBody(formatShort(mark.count)),
    open,
  };
}

/** One symbol for each area, or for several that would lie on one another, clear of what is taken. */
export function areaSymbols(
  map: L.Map,
  areas: AreaCounts[],
  taken: Rect[],
  open: (areas: AreaCounts[], element: HTMLElement) => void,
): MapSymbol[] {
  const spots = areas.map((area) => {
    const { x, y } = map.latLngToContainerPoint([area.centre[1], area.centre[0]]);
    return { x, y, weight: total(area) };
  });
  const obstacles = [...taken];
  return groupClose(spots, AREA_PX).map((members) => {
    const group = members.map((index) => areas[index] as AreaCounts);
    const symbol = areaSymbol(group, (element) => open(group, element));
    const spot = spots[members[0] as number] as { x: number; y: number };
    symbol.offset = firstFree(spot.x, spot.y, 40, 34, AREA_OFFSETS, obstacles);
    obstacles.push(rectOf(map, symbol, 40));
    return symbol;
  });
}

/** The pixels that a symbol takes in the map's container. */
export function rectOf(map: L.Map, symbol: MapSymbol, size: number): Rect {
  const { x, y } = map.latLngToContainerPoint([symbol.lat, symbol.lon]);
  const [dx, dy] = symbol.offset ?? [0, 0];
  return { x: x + dx - size / 2, y: y + dy - size / 2, width: size, height: size };
}

function areaSymbol(areas: AreaCounts[], open: Open): MapSymbol {
  const first = areas[0] as AreaCounts;
  const n = areas.reduce((sum, area) => sum + total(area), 0);
  return {
    key: `a${areas.map((area) => area.code).join("+")}:${n}`,
    lat: first.centre[1],
    lon: first.centre[0],
    name: areasName(areas),
    className: "area",
    body: () => countBody(formatNumber(n), true),
    open,
  };
}

/** `Mons : 3 résultats pour tout le secteur`, or how many areas and results together. */
export function areasName(areas: AreaCounts[]): string {
  const n = areas.reduce((sum, area) => sum + total(area), 0);
  const [first] = areas;
  return areas.length > 1 || !first
    ? say("areasItems", { areas: areas.length, n })
    : say("areaItems", { name: first.name, n });
}

function ringPoint(radius: number, eighth: number): [number, number] {
  const angle = (eighth * Math.PI) / 4 + Math.PI / 2;
  return [Math.round(radius * Math.cos(angle)), Math.round(radius * Math.sin(angle))];
}
