import { expect, test } from "vitest";
import type { MapAnswer } from "../src/api";
import { EMPTY, filterPoints, itemsAt, placeOf, territoriesOf, withNearest } from "../src/map/answer";

const ANSWER: MapAnswer = {
  ...EMPTY,
  matched: 2,
  points: {
    id: ["a", "b", "a"],
    kind: ["mission", "project", "mission"],
    title: ["Repas", "Place", "Repas"],
    lon: [4, 5, 4.1],
    lat: [50, 51, 50.1],
  },
};

test("an item with several addresses is listed once", () => {
  expect(itemsAt(ANSWER, [0, 2, 1])).toEqual([
    { id: "a", kind: "mission", title: "Repas" },
    { id: "b", kind: "project", title: "Place" },
  ]);
});

test("an item is at its first address; one that is not there is nowhere", () => {
  expect(placeOf(ANSWER, "a")).toEqual({ lat: 50, lon: 4 });
  expect(placeOf(ANSWER, "z")).toBeNull();
});

test("some items of an answer, all columns alike", () => {
  const { points, matched } = filterPoints(ANSWER, new Set(["b"]));
  expect([points, matched]).toEqual([
    { id: ["b"], kind: ["project"], title: ["Place"], lon: [5], lat: [51] },
    0,
  ]);
});

test("a circle with matches stays as it is, one without reaches to the nearest", () => {
  expect(withNearest([3, 49, 3.5, 49.5], ANSWER)).toEqual([3, 49, 3.5, 49.5]);
  expect(withNearest([3, 49, 3.5, 49.5], { ...ANSWER, matched: 0 })).toEqual([3, 49, 5, 51]);
  expect(withNearest([3, 49, 3.5, 49.5], EMPTY)).toEqual([3, 49, 3.5, 49.5]);
});

test("areas weigh as much as what concerns them", () => {
  const area = { code: "x", name: "X", level: "commune", outlined: false } as const;
  const geometry = { type: "Point", coordinates: [4, 50] } as const;
  const areas = [{ ...area, geometry, centre: [4, 50], counts: { initiative: 1, project: 8, mission: 0 } }];
  const answer = { ...ANSWER, areas } as unknown as MapAnswer;
  expect(territoriesOf(answer).map((group) => group.count)).toEqual([12]);
});
