// The live map of a question: clusters, areas, names, and what is chosen. Only this folder knows Leaflet.
import L from "leaflet";
import type { AreaCounts, MapAnswer } from "../api";
import { el, find } from "../dom";
import type { Item } from "../preview";
import { readView, replaceView } from "../state";
import { say } from "../words";
import { EMPTY, filterPoints, itemAt, itemsAt, placeOf, territoriesOf, withNearest } from "./answer";
import { addControls, createMap, MAX_ZOOM } from "./base";
import { ClusterClient } from "./cluster-client";
import { CLUSTER_MAX_ZOOM } from "./clusters";
import { showElsewhere } from "./elsewhere";
import { type MapSymbol, Markers } from "./markers";
import type { Mark } from "./messages";
import { Names } from "./names";
import { Outlines } from "./outlines";
import { areaSymbols, areasName, clusterSymbol, pointSymbol, rectOf } from "./symbols";
import { type Box, circleBox, movedAway } from "./view";

/** Where the question looks: a circle, a box, or everywhere. */
export interface Frame {
  near: { lat: number; lon: number } | null;
  radius_m: number | null;
  bbox: Box | null;
}

export interface MapEvents {
  item(item: Item, back: () => void): void;
  group(heading: string, items: Item[], back: () => void): void;
  areas(heading: string, areas: AreaCounts[], back: () => void): void;
  searchHere(box: Box): void;
}

export class LiveMap {
  private readonly map: L.Map;
  private readonly clusters = new ClusterClient();
  private readonly markers: Markers;
  private readonly names: Names;
  private readonly outlines: Outlines;
  private readonly around = L.layerGroup();
  private answer: MapAnswer = EMPTY;
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
  show(found: MapAnswer, frame: Frame, { first, only }: { first: boolean; only: Set<string> | null }): void {
    const answer = only ? filterPoints(found, only) : found;
    this.answer = answer;
    this.frame = frame;
    this.selected = null;
    this.markers.show([]);
    this.clusters.load(answer.points.id, answer.points.lon, answer.points.lat);
    this.outlines.show(answer.areas);
    this.drawAround();
    const view = first ? readView() : null;
    if (view) this.go(() => this.map.setView([view.lat, view.lon], view.zoom, { animate: false }));
    else this.fit();
  }

  /** Raises the symbol of an item, or the cluster that holds it. */
  raise(id: string | null): void {
    const place = id ? placeOf(this.answer, id) : null;
    this.markers.mark(place ? this.markers.nearest(place.lat, place.lon) : null, "raised");
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
    const groups = territoriesOf(this.answer);
    const first = near || bbox ? null : (groups[0] ?? null);
    showElsewhere(this.panel, groups, first, (box) => this.fitBox(box, 36));
    if (bbox) this.fitBox(bbox, 0);
    else if (near && radius_m)
      this.fitBox(withNearest(circleBox(near.lat, near.lon, radius_m), this.answer), 16);
    else if (near) this.go(() => this.map.setView([near.lat, near.lon], 11, { animate: false }));
    else if (first) this.fitBox(first.box, 36);
    else void this.draw();
  }

  private fitBox([west, south, east, north]: Box, padding: number): void {
    const bounds = L.latLngBounds([south, west], [north, east]);
    this.go(() => this.map.fitBounds(bounds, { ...this.room(padding), maxZoom: 14, animate: false }));
  }

  /** Padding, with room below for the credits. */
  private room(padding: number): L.FitBoundsOptions {
    return { paddingTopLeft: [padding, padding], paddingBottomRight: [padding, padding + 30] };
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
    if (this.answer === EMPTY) return;
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
    const obstacles = symbols.map((symbol) => rectOf(this.map, symbol, 32));
    const areal = areaSymbols(this.map, this.answer.areas, obstacles, (areas, element) =>
      this.openAreas(areas, element),
    );
    this.markers.show([...symbols, ...areal]);
    this.markers.mark(this.selected ? this.markers.element(this.selected) : null, "selected");
    this.names.draw([...obstacles, ...areal.map((symbol) => rectOf(this.map, symbol, 38))]);
  }

  private symbol(mark: Mark): MapSymbol {
    if (mark.point >= 0) {
      return pointSymbol(this.answer, mark, this.frame.near, (element) => this.openPoint(mark, element));
    }
    const place = this.names.nearest(this.map.latLngToContainerPoint([mark.lat, mark.lon]), 60);
    return clusterSymbol(mark, place, (element) => void this.openCluster(mark, element));
  }

  private openPoint(mark: Mark, element: HTMLElement): void {
    this.select(`p${mark.point}`);
    this.events.item(itemAt(this.answer, mark.point), () => this.leave(element));
    this.uncover(mark.lat, mark.lon);
  }

  private async openCluster(mark: Mark, element: HTMLElement): Promise<void> {
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
    const items = itemsAt(this.answer, await this.clusters.leaves(mark.cluster));
    this.select(`c${mark.cluster}`);
    this.events.group(say("sameAddress", { n: items.length }), items, () => this.leave(element));
  }

  private openAreas(areas: AreaCounts[], element: HTMLElement): void {
    if (areas.length > 1 && this.map.getZoom() < MAX_ZOOM - 2 && this.zoomTo(areas)) return;
    const [lon, lat] = (areas[0] as AreaCounts).centre;
    this.select(this.markers.keyOf(element));
    this.outlines.mark(
      areas.map((area) => area.code),
      "selected",
    );
    this.events.areas(areasName(areas), areas, () => this.leave(element));
    this.uncover(lat, lon);
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

  private select(key: string | null): void {
    this.selected = key;
    this.markers.mark(key ? this.markers.element(key) : null, "selected");
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
}

function boxOf(bounds: L.LatLngBounds): Box {
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}
