// The live map of a question: clusters, areas, names, and what is chosen. Only this folder knows Leaflet.
import L from "leaflet";
import { type AreaCounts, fetchNames, type Kind, type MapAnswer } from "../api";
import { el, find } from "../dom";
import type { Item } from "../preview";
import { readView, replaceView } from "../state";
import { formatDistance, formatNumber, say } from "../words";
import { addControls, createMap, MAX_ZOOM } from "./base";
import { ClusterClient } from "./cluster-client";
import { CLUSTER_MAX_ZOOM } from "./clusters";
import { countBody, kindBody, type MapSymbol, Markers } from "./markers";
import type { Mark } from "./messages";
import { Names } from "./names";
import { Outlines } from "./outlines";
import { firstFree, groupClose, type Rect } from "./place";
import { type Box, circleBox, type Group, metresBetween, movedAway, territories } from "./view";

/** Where the question looks: a circle, a box, or everywhere. */
export interface Frame {
  near: { lat: number; lon: number } | null;
  radius_m: number | null;
  bbox: Box | null;
}

export interface MapEvents {
  item(item: Item, back: () => void): void;
  group(heading: string, items: Item[], back: () => void): void;
  area(area: AreaCounts, back: () => void): void;
  searchHere(box: Box): void;
}

const AREA_PX = 46;
/** Where an area's symbol may move to when its place is taken: around it, near before far. */
const AREA_OFFSETS: [number, number][] = [
  [0, 0],
  ...[36, 50, 70].flatMap((far) => [...Array(8).keys()].map((eighth) => ringPoint(far, eighth))),
];

function ringPoint(radius: number, eighth: number): [number, number] {
  const angle = (eighth * Math.PI) / 4 + Math.PI / 2;
  return [Math.round(radius * Math.cos(angle)), Math.round(radius * Math.sin(angle))];
}

export class LiveMap {
  private readonly map: L.Map;
  private readonly clusters = new ClusterClient();
  private readonly markers: Markers;
  private readonly names: Names;
  private readonly outlines: Outlines;
  private readonly around = L.layerGroup();
  private answer: MapAnswer | null = null;
  private frame: Frame = { near: null, radius_m: null, bbox: null };
  private home: Box | null = null;
  private byUser = false;
  private drawing = 0;
  private selected: string | null = null;

  constructor(
    private readonly panel: HTMLElement,
    private readonly events: MapEvents,
  ) {
    const host = find("#carte-vue", panel) as HTMLElement;
    host.replaceChildren();
    this.map = createMap(host, {}, () => this.notice(say("tilesFailed")));
    this.map.setView([47, 3], 5);
    addControls(this.map);
    this.outlines = new Outlines(this.map);
    this.markers = new Markers(this.map, say("markers"));
    this.names = new Names(this.map);
    this.around.addTo(this.map);
    this.map.on("dragstart", () => this.markUser());
    host.addEventListener("wheel", () => this.markUser(), { passive: true });
    host.addEventListener("keydown", () => this.markUser());
    host.addEventListener("dblclick", () => this.markUser());
    host.addEventListener("touchstart", () => this.markUser(), { passive: true });
    // Controls keep their clicks to themselves, so they are heard on the way down.
    host.addEventListener("click", (event) => this.onControl(event), true);
    this.map.on("moveend", () => this.moved());
    find<HTMLButtonElement>(".map-search-here", panel)?.addEventListener("click", () => this.searchHere());
  }

  /** Shows the answer to a question; the view goes to where it looks, unless it already looks there. */
  show(answer: MapAnswer, frame: Frame, first: boolean): void {
    this.answer = answer;
    this.frame = frame;
    this.selected = null;
    this.clusters.load(answer.points.id, answer.points.lon, answer.points.lat);
    this.outlines.show(answer.areas);
    this.drawAround();
    const view = first ? readView() : null;
    if (view) this.go(() => this.map.setView([view.lat, view.lon], view.zoom, { animate: false }));
    else this.fit();
  }

  /** Raises the symbol of an item, or the cluster that holds it. */
  raise(id: string | null): void {
    const point = id ? this.pointOf(id) : null;
    this.markers.mark(point ? this.markers.nearest(point.lat, point.lon) : null, "raised");
  }

  /** Where each of these items is, for a view that must show them. */
  only(ids: string[]): MapAnswer | null {
    if (!this.answer) return null;
    return filterPoints(this.answer, new Set(ids));
  }

  resize(): void {
    this.map.invalidateSize({ animate: false });
  }

  notice(text: string): void {
    const box = find(".map-notice", this.panel);
    if (!box) return;
    box.textContent = text;
    box.hidden = text === "";
  }

  private onControl(event: Event): void {
    if ((event.target as Element).closest(".leaflet-control")) this.markUser();
  }

  private markUser(): void {
    this.byUser = true;
  }

  /** Moves the view on our own account: that is no wish of the reader to search elsewhere. */
  private go(move: () => void): void {
    this.byUser = false;
    this.button(false);
    move();
    this.home = boxOf(this.map.getBounds());
    void this.draw();
  }

  private fit(): void {
    const { near, radius_m, bbox } = this.frame;
    const groups = this.groups();
    this.elsewhere(near || bbox ? [] : groups.slice(1));
    if (bbox) this.fitBox(bbox, 0);
    else if (near && radius_m) this.fitBox(this.withPoints(circleBox(near.lat, near.lon, radius_m)), 16);
    else if (near) this.go(() => this.map.setView([near.lat, near.lon], 11, { animate: false }));
    else if (groups[0]) this.fitBox(groups[0].box, 36);
    else void this.draw();
  }

  /** A circle without any point in it shows the nearest ones too. */
  private withPoints(circle: Box): Box {
    const points = this.answer?.points;
    if (!points || this.answer?.matched || !points.id.length) return circle;
    return [
      Math.min(circle[0], ...points.lon),
      Math.min(circle[1], ...points.lat),
      Math.max(circle[2], ...points.lon),
      Math.max(circle[3], ...points.lat),
    ];
  }

  private fitBox([west, south, east, north]: Box, padding: number): void {
    const bounds = L.latLngBounds([south, west], [north, east]);
    this.go(() => this.map.fitBounds(bounds, { ...this.room(padding), maxZoom: 14, animate: false }));
  }

  /** Padding, with room below for the credits. */
  private room(padding: number): L.FitBoundsOptions {
    return { paddingTopLeft: [padding, padding], paddingBottomRight: [padding, padding + 30] };
  }

  private groups(): Group[] {
    const { points, areas } = this.answer ?? { points: null, areas: [] };
    const lon = [...(points?.lon ?? []), ...areas.map((area) => area.centre[0])];
    const lat = [...(points?.lat ?? []), ...areas.map((area) => area.centre[1])];
    const weights = [...(points?.lon ?? []).map(() => 1), ...areas.map(total)];
    return territories(lon, lat, weights);
  }

  /** Buttons to the other territories, which the first view leaves out. */
  private elsewhere(groups: Group[]): void {
    const box = find(".map-elsewhere", this.panel);
    if (!box) return;
    box.hidden = groups.length === 0;
    box.replaceChildren(...groups.slice(0, 2).map((group) => this.elsewhereButton(group)));
  }

  private elsewhereButton(group: Group): HTMLButtonElement {
    const button = el(
      "button",
      { type: "button", class: "chip plain" },
      say("elsewhere", { n: group.count }),
    );
    button.addEventListener("click", () => {
      this.fitBox(group.box, 36);
      this.elsewhere(this.groups().filter((other) => other.box.join() !== group.box.join()));
    });
    void largestName(group.box).then((place) => {
      if (place) button.textContent = say("elsewhereAt", { n: group.count, place });
    });
    return button;
  }

  private drawAround(): void {
    this.around.clearLayers();
    const { near, radius_m } = this.frame;
    if (!near) return;
    const at: L.LatLngTuple = [near.lat, near.lon];
    if (radius_m && radius_m < 1_000_000) {
      const circle = { radius: radius_m, interactive: false, className: "search-circle", pane: "outlines" };
      L.circle(at, circle).addTo(this.around);
    }
    const icon = L.divIcon({ className: "here", html: el("span"), iconSize: [0, 0] });
    L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(this.around);
  }

  private moved(): void {
    if (!this.answer) return;
    if (this.byUser && this.home) {
      const centre = this.map.getCenter().wrap();
      replaceView({ zoom: Math.round(this.map.getZoom()), lat: centre.lat, lon: centre.lng });
      this.button(movedAway(this.home, boxOf(this.map.getBounds())));
    }
    void this.draw();
  }

  private button(shown: boolean): void {
    const button = find<HTMLButtonElement>(".map-search-here", this.panel);
    if (!button) return;
    button.textContent = say("searchHere");
    button.hidden = !shown;
  }

  private searchHere(): void {
    const bounds = this.map.getBounds();
    this.events.searchHere(boxOf(bounds));
  }

  /** Symbols first, then names around them; a later call makes an earlier one stop. */
  private async draw(): Promise<void> {
    const turn = ++this.drawing;
    const box = boxOf(this.map.getBounds().pad(0.3));
    const zoom = Math.min(Math.round(this.map.getZoom()), MAX_ZOOM);
    const [marks] = await Promise.all([this.clusters.clusters(box, zoom), this.names.update()]);
    if (turn !== this.drawing) return;
    const symbols = marks.map((mark) => this.symbol(mark));
    const obstacles = symbols.map((symbol) => this.rect(symbol, 32));
    const areal = this.areaSymbols(obstacles);
    this.markers.show([...symbols, ...areal]);
    this.markers.mark(this.selected ? this.markers.element(this.selected) : null, "selected");
    this.names.draw([...obstacles, ...areal.map((symbol) => this.rect(symbol, 38))]);
  }

  private rect(symbol: MapSymbol, size: number): Rect {
    const { x, y } = this.map.latLngToContainerPoint([symbol.lat, symbol.lon]);
    const [dx, dy] = symbol.offset ?? [0, 0];
    return { x: x + dx - size / 2, y: y + dy - size / 2, width: size, height: size };
  }

  private symbol(mark: Mark): MapSymbol {
    return mark.point >= 0 ? this.pointSymbol(mark) : this.clusterSymbol(mark);
  }

  private pointSymbol(mark: Mark): MapSymbol {
    const item = this.item(mark.point);
    const key = `p${mark.point}`;
    const { near } = this.frame;
    const distance = near ? `, ${formatDistance(metresBetween(near.lat, near.lon, mark.lat, mark.lon))}` : "";
    return {
      key,
      lat: mark.lat,
      lon: mark.lon,
      name: `${say(item.kind)} : ${item.title}${distance}`,
      className: item.kind,
      body: () => kindBody(item.kind),
      open: (element) => {
        this.select(key);
        this.events.item(item, () => this.leave(element));
        this.uncover(mark.lat, mark.lon);
      },
    };
  }

  private clusterSymbol(mark: Mark): MapSymbol {
    const key = `c${mark.cluster}`;
    const near = this.names.nearest(this.map.latLngToContainerPoint([mark.lat, mark.lon]), 60);
    const size = mark.count >= 1000 ? "big" : mark.count >= 100 ? "medium" : "small";
    return {
      key,
      lat: mark.lat,
      lon: mark.lon,
      name: near ? say("clusterNear", { n: mark.count, place: near }) : say("cluster", { n: mark.count }),
      className: `cluster ${size}`,
      body: () => countBody(formatNumber(mark.count)),
      open: (element) => void this.openCluster(mark, key, element),
    };
  }

  private async openCluster(mark: Mark, key: string, element: HTMLElement): Promise<void> {
    const zoom = await this.clusters.expansion(mark.cluster);
    if (zoom <= CLUSTER_MAX_ZOOM && this.map.getZoom() < MAX_ZOOM) {
      this.byUser = true;
      const focused = document.activeElement === element;
      this.map.once("moveend", () => {
        if (focused) setTimeout(() => this.markers.focus(this.markers.nearest(mark.lat, mark.lon, 1e4)), 150);
      });
      this.map.setView([mark.lat, mark.lon], Math.min(zoom, MAX_ZOOM));
      return;
    }
    const items = unique((await this.clusters.leaves(mark.cluster)).map((point) => this.item(point)));
    this.select(key);
    this.events.group(say("sameAddress", { n: items.length }), items, () => this.leave(element));
  }

  private areaSymbols(taken: Rect[]): MapSymbol[] {
    const areas = this.answer?.areas ?? [];
    const spots = areas.map((area) => {
      const { x, y } = this.map.latLngToContainerPoint([area.centre[1], area.centre[0]]);
      return { x, y, weight: total(area) };
    });
    const obstacles = [...taken];
    return groupClose(spots, AREA_PX).map((members) => {
      const symbol = this.areaSymbol(members.map((index) => areas[index] as AreaCounts));
      const spot = spots[members[0] as number] as { x: number; y: number };
      symbol.offset = firstFree(spot.x, spot.y, 40, 34, AREA_OFFSETS, obstacles);
      obstacles.push(this.rect(symbol, 40));
      return symbol;
    });
  }

  private areaSymbol(areas: AreaCounts[]): MapSymbol {
    const first = areas[0] as AreaCounts;
    const n = areas.reduce((sum, area) => sum + total(area), 0);
    const several = areas.length > 1;
    const key = `a${areas.map((area) => area.code).join("+")}:${n}`;
    return {
      key,
      lat: first.centre[1],
      lon: first.centre[0],
      name: several
        ? say("areasItems", { areas: areas.length, n })
        : say("areaItems", { name: first.name, n }),
      className: "area",
      body: () => countBody(formatNumber(n), true),
      open: (element) => {
        if (several && this.map.getZoom() < MAX_ZOOM - 2 && this.zoomTo(areas)) return;
        this.select(key);
        this.outlines.mark(
          areas.map((area) => area.code),
          "selected",
        );
        this.events.area(first, () => this.leave(element));
        this.uncover(first.centre[1], first.centre[0]);
      },
    };
  }

  /** Zooms to areas; false when the view would stay as it is. */
  private zoomTo(areas: AreaCounts[]): boolean {
    const bounds = L.latLngBounds(areas.map((area) => [area.centre[1], area.centre[0]]));
    const zoom = Math.max(this.map.getBoundsZoom(bounds.pad(0.2)), this.map.getZoom() + 1);
    if (zoom <= this.map.getZoom()) return false;
    this.byUser = true;
    this.map.setView(bounds.getCenter(), Math.min(zoom, 13));
    return true;
  }

  private select(key: string): void {
    this.selected = key;
    this.markers.mark(this.markers.element(key), "selected");
    this.outlines.mark([], "selected");
  }

  /** Moves what was chosen out from under the preview. */
  private uncover(lat: number, lon: number): void {
    const preview = find("#apercu", this.panel)?.getBoundingClientRect();
    const host = this.map.getContainer().getBoundingClientRect();
    const { x, y } = this.map.latLngToContainerPoint([lat, lon]);
    if (!preview || x + host.x < preview.left - 30 || y + host.y < preview.top - 30) return;
    if (y + host.y > preview.bottom + 30) return;
    this.map.panBy([Math.round(x + host.x - preview.left + 60), 0]);
  }

  private leave(element: HTMLElement): void {
    this.selected = null;
    this.markers.mark(null, "selected");
    this.outlines.mark([], "selected");
    this.markers.focus(element);
  }

  private item(point: number): Item {
    const { id, kind, title } = (this.answer as MapAnswer).points;
    return { id: id[point] as string, kind: kind[point] as Kind, title: title[point] as string };
  }

  private pointOf(id: string): { lat: number; lon: number } | null {
    const points = this.answer?.points;
    const index = points?.id.indexOf(id) ?? -1;
    return points && index >= 0
      ? { lat: points.lat[index] as number, lon: points.lon[index] as number }
      : null;
  }
}

const total = (area: AreaCounts): number => Object.values(area.counts).reduce((sum, count) => sum + count, 0);

/** The name of a territory's largest town, to call it by. */
async function largestName([west, south, east, north]: Box): Promise<string | null> {
  const around = [west - 0.2, south - 0.2, east + 0.2, north + 0.2];
  const names = await fetchNames(around, 8).catch(() => []);
  return names.find((name) => name.level === "commune")?.name ?? null;
}

function boxOf(bounds: L.LatLngBounds): Box {
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

function unique(items: Item[]): Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** The same answer with these items only. */
export function filterPoints(answer: MapAnswer, ids: Set<string>): MapAnswer {
  const { points } = answer;
  const kept = points.id.map((_, index) => index).filter((index) => ids.has(points.id[index] as string));
  const pick = <T>(column: T[]): T[] => kept.map((index) => column[index] as T);
  return {
    ...answer,
    matched: 0,
    areas: [],
    points: {
      id: pick(points.id),
      kind: pick(points.kind),
      title: pick(points.title),
      lon: pick(points.lon),
      lat: pick(points.lat),
    },
  };
}
