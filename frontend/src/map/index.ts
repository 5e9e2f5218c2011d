// The live map of a question: clusters, areas, names, and what is chosen. Only this folder knows Leaflet.
import L from "leaflet";
import type { AreaCounts, MapAnswer } from "../api";
import { el, find } from "../dom";
import type { Item } from "../preview";
import { readView, replaceView } from "../state";
import { say } from "../words";
import { EMPTY, withNearest } from "./answer";
import { addControls, createMap, MAX_ZOOM } from "./base";
import { ClusterClient } from "./cluster-client";
import { showElsewhere } from "./elsewhere";
import { type MapSymbol, Markers } from "./markers";
import type { GroupMark, ItemMark, Mark, MarkSource } from "./marksource";
import { Names } from "./names";
import { onlyThese } from "./only";
import { Outlines } from "./outlines";
import type { Frame } from "./question";
import { sourceOf } from "./sources";
import { areaSymbols, areasName, clusterSymbol, itemSymbol, rectOf } from "./symbols";
import { type Box, circleBox, type LatLon, movedAway } from "./view";
import { WorkerSource } from "./worker-source";

export interface Showing {
  /** The question as a query string. */
  query: string;
  frame: Frame;
  first: boolean;
  /** Ids of the only items to show. */
  only: Set<string> | null;
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
  /** What came last; `answer` is what is shown of it. */
  private found: MapAnswer = EMPTY;
  private answer: MapAnswer = EMPTY;
  private source: MarkSource = new WorkerSource(this.clusters, EMPTY);
  private frame: Frame = { near: null, radius_m: null, bbox: null };
  private home: Box | null = null;
  private byUser = false;
  private drawing = 0;
  private selected: string | null = null;
  private raised: string | null = null;
  /** Where the focus goes once the next symbols are there. */
  private focusAt: LatLon | null = null;
  private troubled = false;

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
  async show(found: MapAnswer, { query, frame, first, only }: Showing): Promise<void> {
    this.source.stop();
    this.drawing += 1;
    this.found = found;
    const answer = only ? await onlyThese(found, only) : found;
    if (this.found !== found) return;
    const source = await sourceOf(this.clusters, answer, query, frame);
    if (this.found !== found) return;
    this.answer = answer;
    this.source = source;
    this.frame = frame;
    this.selected = null;
    // Those of many stay until the server has counted anew.
    if (!answer.many) this.markers.show([]);
    this.outlines.show(answer.areas);
    this.drawAround();
    const view = first ? readView() : null;
    if (view) this.go(() => this.map.setView([view.lat, view.lon], view.zoom, { animate: false }));
    else await this.fit();
  }

  /** Raises the symbol of an item, or the cluster that holds it. */
  async raise(id: string | null): Promise<void> {
    this.raised = id;
    const place = id ? await this.source.placeOf(id) : null;
    if (this.raised !== id) return;
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

  private async fit(): Promise<void> {
    const { near, radius_m, bbox } = this.frame;
    const { source } = this;
    const groups = near || bbox ? [] : await source.territories().catch(() => []);
    if (source !== this.source) return;
    const first = groups[0] ?? null;
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
    const zoom = Math.min(Math.round(this.map.getZoom()), MAX_ZOOM);
    const asked = this.source.marks(boxOf(this.map.getBounds()), zoom).catch(() => null);
    const [marks] = await Promise.all([asked, this.names.update()]);
    if (turn !== this.drawing) return;
    this.tell(marks === null);
    if (!marks) return;
    const symbols = marks.map((mark) => this.symbol(mark));
    const obstacles = symbols.map((symbol) => rectOf(this.map, symbol, 32));
    const areal = areaSymbols(this.map, this.answer.areas, obstacles, (areas, element) =>
      this.openAreas(areas, element),
    );
    this.markers.show([...symbols, ...areal]);
    this.markers.mark(this.selected ? this.markers.element(this.selected) : null, "selected");
    this.names.draw([...obstacles, ...areal.map((symbol) => rectOf(this.map, symbol, 38))]);
    this.refocus();
  }

  /** Says that marks could not be had, once; what was drawn before stays. */
  private tell(failed: boolean): void {
    if (failed || this.troubled) this.notice(failed ? say("pointsFailed") : "");
    this.troubled = failed;
  }

  private refocus(): void {
    if (this.focusAt) this.markers.focus(this.markers.nearest(this.focusAt.lat, this.focusAt.lon, 1e4));
    this.focusAt = null;
  }

  private symbol(mark: Mark): MapSymbol {
    const named = (): string | null =>
      this.names.nearest(this.map.latLngToContainerPoint([mark.lat, mark.lon]), 60);
    if (mark.item) {
      const place = mark.item.title ? null : named();
      return itemSymbol(mark, this.frame.near, place, (element) => this.openItem(mark, element));
    }
    return clusterSymbol(mark, named(), (element) => void this.openGroup(mark, element));
  }

  private openItem(mark: ItemMark, element: HTMLElement): void {
    this.select(mark.key);
    this.events.item(mark.item, () => this.leave(element));
    this.uncover(mark.lat, mark.lon);
  }

  private async openGroup(mark: GroupMark, element: HTMLElement): Promise<void> {
    const zoom = await mark.parting();
    if (zoom !== null && this.map.getZoom() < MAX_ZOOM) {
      this.byUser = true;
      const focused = document.activeElement === element;
      this.map.once("moveend", () => {
        if (focused) this.focusAt = mark;
      });
      this.map.setView([mark.lat, mark.lon], Math.min(zoom, MAX_ZOOM));
      return;
    }
    const items = await mark.items();
    this.select(mark.key);
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
