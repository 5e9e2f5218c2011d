import { describe, expect, test } from "vitest";
import { sharedIds } from "../src/map/cluster-client";
import { buildIndex, CLUSTER_MAX_ZOOM, leavesOf, marksIn } from "../src/map/clusters";
import type { Box } from "../src/map/view";

const WORLD: Box = [-180, -85, 180, 85];

/** A repeatable scatter of points. */
function scatter(count: number): { lon: number[]; lat: number[] } {
  const lon = Array.from({ length: count }, (_, n) => 2 + ((n * 7919) % 1000) / 300);
  const lat = Array.from({ length: count }, (_, n) => 48 + ((n * 104_729) % 1000) / 400);
  return { lon, lat };
}

describe("clusters", () => {
  test.each([2, 5, 8, 11, 14])("at zoom %i the counts add up to all points", (zoom) => {
    const { lon, lat } = scatter(500);
    const index = buildIndex(
      lon,
      lat,
      lon.map(() => -1),
    );
    const total = marksIn(index, WORLD, zoom).reduce((sum, mark) => sum + mark.count, 0);
    expect(total).toBe(500);
  });

  test("one Activity with three addresses counts once", () => {
    const index = buildIndex([4, 4.001, 4.002, 4.003], [50, 50, 50, 50], [0, 0, 0, -1]);
    expect(marksIn(index, WORLD, 3).map((mark) => mark.count)).toEqual([2]);
  });

  test("what shares an address stays together at the deepest zoom and can be listed", () => {
    const index = buildIndex(Array(12).fill(4), Array(12).fill(50), Array(12).fill(-1));
    const [mark] = marksIn(index, WORLD, CLUSTER_MAX_ZOOM);
    expect(mark?.count).toBe(12);
    expect(leavesOf(index, mark?.cluster ?? -1).sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });

  test("a point alone is itself", () => {
    expect(marksIn(buildIndex([4], [50], [-1]), WORLD, 5)).toEqual([
      { lon: expect.closeTo(4), lat: expect.closeTo(50), point: 0, cluster: -1, count: 1 },
    ]);
  });
});

test("only ids with several points are shared", () => {
  expect(sharedIds(["a", "b", "a", "c", "c"])).toEqual([0, -1, 0, 1, 1]);
});
