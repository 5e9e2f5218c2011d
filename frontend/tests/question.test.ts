import { describe, expect, test } from "vitest";
import { bounded, contains, type Frame, groupsQuery, itemsQuery, snapped } from "../src/map/question";
import type { Box } from "../src/map/view";

const EVERYWHERE: Frame = { near: null, radius_m: null, bbox: null };
const LYON: Box = [4.7, 45.7, 4.9, 45.8];

const shifted = ([west, south, east, north]: Box, lon: number, lat: number): Box => [
  west + lon,
  south + lat,
  east + lon,
  north + lat,
];

describe("the box that is asked for", () => {
  test.each([2, 5, 8, 11, 13, 14])("at zoom %i holds the view and some more on each side", (zoom) => {
    const box = snapped(LYON, zoom);
    const margin = 360 / 2 ** zoom / 16;
    expect(contains(box, shifted(LYON, margin, 0))).toBe(true);
    expect(contains(box, shifted(LYON, -margin, 0))).toBe(true);
    expect(contains(box, shifted(LYON, 0, margin / 2))).toBe(true);
    expect(contains(box, shifted(LYON, 0, -margin / 2))).toBe(true);
  });

  test("is the same for views that differ little", () => {
    expect(snapped(shifted(LYON, 0.003, 0.002), 11)).toEqual(snapped(LYON, 11));
  });

  test("lies on the tiles of its zoom", () => {
    const [west, , east] = snapped(LYON, 11);
    expect([(west * 2 ** 11) / 360, (east * 2 ** 11) / 360].map((place) => place % 1)).toEqual([0, 0]);
  });

  test("is the world with its poles where the view is as wide", () => {
    expect(snapped([-400, -84, 200, 84], 2)).toEqual([-180, -90, 180, 90]);
    expect(contains([-180, -90, 180, 90], [-400, -84, 200, 84])).toBe(true);
  });
});

describe("where the question looks", () => {
  test("everywhere leaves the box as it is", () => {
    expect(bounded(LYON, EVERYWHERE)).toEqual(LYON);
  });

  test("a box and a circle cut it, or leave nothing", () => {
    expect(bounded(LYON, { ...EVERYWHERE, bbox: [4.8, 45, 6, 45.75] })).toEqual([4.8, 45.7, 4.9, 45.75]);
    expect(bounded(LYON, { ...EVERYWHERE, bbox: [5, 45, 6, 46] })).toBeNull();
    const [west, , east] =
      bounded(LYON, { ...EVERYWHERE, near: { lat: 45.75, lon: 4.8 }, radius_m: 1000 }) ?? [];
    expect([west, east]).toEqual([expect.closeTo(4.787, 3), expect.closeTo(4.813, 3)]);
  });

  test("a box is found in another copy of the world", () => {
    expect(bounded([175, -20, 190, -10], { ...EVERYWHERE, bbox: [-180, -15, -172, -12] })).toEqual([
      180, -15, 188, -12,
    ]);
  });

  test("a box across the antimeridian is asked for as a whole", () => {
    const bbox: Box = [170, -20, -170, -10];
    expect(bounded([175, -18, 178, -12], { ...EVERYWHERE, bbox })).toEqual(bbox);
  });
});

describe("query strings", () => {
  test("groups keep the filters and the circle, and lose box and order", () => {
    expect(groupsQuery("near=45.7,4.8&radius=5000&kind=mission&q=v%C3%A9lo&sort=distance", LYON, 9)).toBe(
      "near=45.7,4.8&radius=5000&kind=mission&q=v%C3%A9lo&bbox=4.7,45.7,4.9,45.8&zoom=9",
    );
    expect(groupsQuery("", LYON, 9)).toBe("bbox=4.7,45.7,4.9,45.8&zoom=9");
  });

  test("items keep the circle too", () => {
    expect(itemsQuery("near=45.7,4.8&radius=5000&bbox=1,2,3,4", LYON)).toBe(
      "near=45.7,4.8&radius=5000&bbox=4.7,45.7,4.9,45.8",
    );
  });

  test("longitudes are those of the middle copy of the world", () => {
    expect(groupsQuery("", [170, 1, 190, 2], 5)).toBe("bbox=170,1,-170,2&zoom=5");
    expect(groupsQuery("", [-190, 1, -170, 2], 5)).toBe("bbox=170,1,-170,2&zoom=5");
  });
});
