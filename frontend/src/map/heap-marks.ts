// Marks of one part of the world, of the cells that the server counted there.
import type { Cluster } from "../api";
import type { Item } from "../preview";
import { cellBox, countOf, type Heap, heaps, kindOf, partingZoom } from "./cells";
import type { GroupMark, ItemMark, Mark, Marks } from "./marksource";
import { GROUPS_ZOOM, ITEMS_ZOOM } from "./question";
import { around, type Box } from "./view";

/** So many are looked at one by one to find where they part; more part soon. */
const FEW = 200;
const STEP = 2;

/** Asks the server about a box. */
export interface Asking {
  cells(box: Box, zoom: number): Promise<Cluster[]>;
  items(box: Box): Promise<Item[]>;
}

export class HeapMarks implements Marks {
  constructor(
    private readonly cells: Cluster[],
    private readonly level: number,
    private readonly asking: Asking,
  ) {}

  async marks(_view: Box, zoom: number): Promise<Mark[]> {
    return heaps(this.cells, zoom).map((heap) => itemMark(heap) ?? this.groupMark(heap, zoom));
  }

  private groupMark(heap: Heap, zoom: number): GroupMark {
    const [{ lat, lon }] = heap;
    const count = countOf(heap);
    const box = around(heap.map((cell) => cellBox(cell, this.level)));
    return {
      key: `g${zoom}/${lon}/${lat}:${count}`,
      lat,
      lon,
      count,
      item: null,
      parting: () => this.parting(box, count, zoom),
      items: () => this.asking.items(box),
    };
  }

  private async parting(box: Box, count: number, zoom: number): Promise<number> {
    const next = zoom + STEP;
    if (next >= ITEMS_ZOOM) return Math.max(zoom + 1, ITEMS_ZOOM);
    if (count > FEW) return next;
    const cells = await this.asking.cells(box, GROUPS_ZOOM).catch(() => null);
    return cells ? partingZoom(cells, next - 1, ITEMS_ZOOM) : next;
  }
}

function itemMark(heap: Heap): ItemMark | null {
  const [cell, ...more] = heap;
  if (more.length || cell.n > 1 || !cell.id) return null;
  const item = { id: cell.id, kind: kindOf(cell), title: "" };
  return { key: `p${cell.id}`, lat: cell.lat, lon: cell.lon, item };
}
