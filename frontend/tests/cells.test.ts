import { describe, expect, test } from "vitest";
import type { Cluster } from "../src/api";
import { cellBox, countOf, heaps, partingZoom } from "../src/map/cells";
import { HeapMarks } from "../src/map/heap-marks";

const cell = (lon: number, lat: number, n: number): Cluster => ({
  n,
  kinds: [0, 0, n],
  lon,
  lat,
  id: n === 1 ? `${lon}/${lat}` : null,
});

/** A repeatable scatter of cells. */
const CELLS = Array.from({ length: 400 }, (_, n) =>
  cell(2 + ((n * 7919) % 1000) / 300, 48 + ((n * 104_729) % 1000) / 400, 1 + (n % 7)),
);
const NOBODY = { cells: async () => [], items: async () => [] };

describe("cells too near one another", () => {
  test.each([2, 5, 8, 11, 14])("at zoom %i are one symbol, and none is lost", (zoom) => {
    const made = heaps(CELLS, zoom);
    expect(made.reduce((sum, heap) => sum + countOf(heap), 0)).toBe(countOf(CELLS));
    expect(made.flat().length).toBe(CELLS.length);
  });

  test("symbols stand at their fullest cells, clear of one another", () => {
    const anchors = heaps(CELLS, 8).map(([first, ...more]) => {
      for (const one of more) expect(one.n).toBeLessThanOrEqual(first.n);
      return first;
    });
    expect(heaps(anchors, 8).length).toBe(anchors.length);
  });

  test("part at the first zoom that has room for two", () => {
    const pair = [cell(4, 50, 1), cell(4.1, 50, 1)];
    const zoom = partingZoom(pair, 2, 14);
    expect([heaps(pair, zoom - 1).length, heaps(pair, zoom).length]).toEqual([1, 2]);
    expect(partingZoom([cell(4, 50, 5)], 2, 14)).toBe(14);
  });

  test("a place is inside of its cell, an eighth of a tile wide", () => {
    const [west, south, east, north] = cellBox(cell(4.8, 45.7, 1), 9);
    expect(west <= 4.8 && 4.8 < east && south <= 45.7 && 45.7 < north).toBe(true);
    expect(east - west).toBeCloseTo(360 / 2 ** 12);
  });
});

describe("marks of cells", () => {
  test("one alone is its item, whose title is not known yet; several are a group", async () => {
    const marks = new HeapMarks([cell(4, 50, 1), cell(10, 50, 7)], 6, NOBODY);
    const [group, single] = await marks.marks([0, 0, 0, 0], 6);
    expect(single?.item).toEqual({ id: "4/50", kind: "mission", title: "" });
    expect(group).toMatchObject({ item: null, count: 7, lon: 10, lat: 50 });
  });

  test("a group of few zooms in to where they part, a large one by two, a deep one to the items", async () => {
    const pair = [cell(4, 50, 1), cell(4.1, 50, 1)];
    const zoomOf = async (n: number, zoom: number): Promise<number | null | undefined> => {
      const marks = new HeapMarks([cell(4, 50, n)], zoom, { ...NOBODY, cells: async () => pair });
      const [mark] = await marks.marks([0, 0, 0, 0], zoom);
      return mark?.item === null ? mark.parting() : undefined;
    };
    expect(await zoomOf(2, 4)).toBe(partingZoom(pair, 5, 14));
    expect(await zoomOf(5000, 4)).toBe(6);
    expect(await zoomOf(2, 13)).toBe(14);
    expect(await zoomOf(2, 15)).toBe(16);
  });
});
