// Marks of an answer too large to be here: the server counts each view, and gives the items of close ones.
import { type Cluster, fetchClusters, fetchItem, fetchPoints, type MapAnswer } from "../api";
import { firstPlace, itemsAt, territoriesOf } from "./answer";
import { CELL_SHARE } from "./cells";
import type { ClusterClient } from "./cluster-client";
import { type Asking, HeapMarks } from "./heap-marks";
import type { Mark, MarkSource, Marks } from "./marksource";
import {
  bounded,
  contains,
  type Frame,
  GROUPS_ZOOM,
  groupsQuery,
  ITEMS_ZOOM,
  itemsQuery,
  snapped,
  WORLD,
} from "./question";
import { type Box, corners, type Group, isOne, type LatLon, wider } from "./view";
import { WorkerSource } from "./worker-source";

/** Cells of 1.4 degrees tell territories apart. */
const TERRITORIES_ZOOM = 5;
const HALF_CELL = (360 * CELL_SHARE) / 2 ** (TERRITORIES_ZOOM + 1);
/** A pointer that only crosses a card asks nothing. */
const PAUSE_MS = 120;

/** The last request: of which box, and what comes of it. */
interface Asked {
  level: number;
  box: Box;
  found: Promise<Marks>;
}

export class ServerSource implements MarkSource {
  private asked: Asked | null = null;
  private request = new AbortController();
  private readonly places = new Map<string, Promise<LatLon | null>>();
  private sought = "";
  private readonly asking: Asking = {
    cells: (box, zoom) => this.cells(box, zoom),
    items: async (box) => itemsAt(await fetchPoints(itemsQuery(this.query, box))),
  };

  constructor(
    private readonly clusters: ClusterClient,
    private readonly answer: MapAnswer,
    private readonly query: string,
    private readonly frame: Frame,
  ) {}

  async marks(view: Box, zoom: number): Promise<Mark[]> {
    const level = Math.min(zoom, ITEMS_ZOOM);
    const known = this.asked?.level === level && contains(this.asked.box, view);
    if (!known) this.ask(view, level);
    return (await (this.asked as Asked).found).marks(view, zoom);
  }

  /** An item is asked for by itself, and once. */
  async placeOf(id: string): Promise<LatLon | null> {
    this.sought = id;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (this.sought !== id) return null;
    const place = this.places.get(id) ?? fetchItem(id).then(firstPlace, () => null);
    this.places.set(id, place);
    return place;
  }

  async territories(): Promise<Group[]> {
    const { extent, located, areas } = this.answer;
    if (!extent) return territoriesOf(this.answer);
    const one = isOne(extent);
    const cells = one ? corners(extent, located) : await this.cells(WORLD, TERRITORIES_ZOOM);
    const points = { lon: cells.map(({ lon }) => lon), lat: cells.map(({ lat }) => lat) };
    const groups = territoriesOf(
      { points, areas },
      cells.map(({ n }) => n),
    );
    return one ? groups : groups.map(({ box, count }) => ({ box: wider(box, HALF_CELL), count }));
  }

  stop(): void {
    this.request.abort();
    this.asked = null;
  }

  private ask(view: Box, level: number): void {
    this.stop();
    this.request = new AbortController();
    const box = snapped(view, level);
    const asked = { level, box, found: this.fetch(box, level, this.request.signal) };
    this.asked = asked;
    asked.found.catch(() => {
      if (this.asked === asked) this.asked = null;
    });
  }

  private async fetch(box: Box, level: number, signal: AbortSignal): Promise<Marks> {
    const part = bounded(box, this.frame);
    if (part && level === ITEMS_ZOOM) {
      const answer = await fetchPoints(itemsQuery(this.query, part), signal);
      if (!answer.many) return new WorkerSource(this.clusters, answer);
    }
    const zoom = Math.min(level, GROUPS_ZOOM);
    return new HeapMarks(await this.cells(box, zoom, signal), zoom, this.asking);
  }

  private async cells(box: Box, zoom: number, signal?: AbortSignal): Promise<Cluster[]> {
    const part = bounded(box, this.frame);
    return part ? fetchClusters(groupsQuery(this.query, part, zoom), signal) : [];
  }
}
