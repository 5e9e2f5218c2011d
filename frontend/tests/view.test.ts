import { expect, test } from "vitest";
import { mercatorBox, mercatorX, mercatorY } from "../src/map/mercator";
import { circleBox, metresBetween, movedAway, territories } from "../src/map/view";
import { frameOf } from "../src/mapview";

test("a circle's box reaches as far north as east", () => {
  const [west, south, east, north] = circleBox(50, 4, 5000);
  expect(metresBetween(50, 4, 50, east)).toBeCloseTo(5000, -2);
  expect(metresBetween(50, 4, north, 4)).toBeCloseTo(5000, -2);
  expect([(west + east) / 2, (south + north) / 2]).toEqual([expect.closeTo(4), expect.closeTo(50)]);
});

test("territories with an ocean between them are two, the fuller first", () => {
  expect(territories([4, -71, 2], [50, 46, 48], [1, 5, 1])).toEqual([
    { box: [-71, 46, -71, 46], count: 5 },
    { box: [2, 48, 4, 50], count: 2 },
  ]);
});

test("a few strewn over the world do not widen the first view", () => {
  const lons = [...Array(200).fill(4), 30, 60, 90, 150];
  const lats = [...Array(200).fill(50), 0, 0, 0, 0];
  expect(
    territories(
      lons,
      lats,
      lons.map(() => 1),
    ),
  ).toEqual([{ box: [4, 50, 4, 50], count: 200 }]); // prettier-ignore
});

test("neighbours are one territory", () => {
  expect(territories([2, 12, 21], [48, 50, 52], [1, 1, 1])).toEqual([{ box: [2, 48, 21, 52], count: 3 }]);
});

test("nothing has no territory", () => {
  expect(territories([], [], [])).toEqual([]);
});

test.each([
  [[0, 0, 10, 10], false],
  [[1, 0, 11, 10], false],
  [[3, 0, 13, 10], true],
  [[2.5, 2.5, 7.5, 7.5], true],
] as [[number, number, number, number], boolean][])("a view of %j is elsewhere: %s", (box, away) => {
  expect(movedAway([0, 0, 10, 10], box)).toBe(away);
});

test("the unit square has Greenwich and the equator in its middle", () => {
  expect([mercatorX(0), mercatorY(0)]).toEqual([0.5, 0.5]);
  expect(mercatorBox([-180, -90, 180, 90]).map((edge) => Math.round(edge * 1e4) / 1e4)).toEqual([0, 0, 1, 1]);
});

test("reads where the page looks from its own words", () => {
  const element = document.createElement("section");
  Object.assign(element.dataset, { near: "50.45,3.95", radius: "5000.0", bbox: "" });
  expect(frameOf(element)).toEqual({ near: { lat: 50.45, lon: 3.95 }, radius_m: 5000, bbox: null });
  Object.assign(element.dataset, { near: "", radius: "", bbox: "1,2,3,4" });
  expect(frameOf(element)).toEqual({ near: null, radius_m: null, bbox: [1, 2, 3, 4] });
});
