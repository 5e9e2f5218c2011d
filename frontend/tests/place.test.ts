import { describe, expect, test } from "vitest";
import { type Candidate, firstFree, groupClose, overlaps, placeAll } from "../src/map/place";

const ROOM = { x: -1000, y: -1000, width: 2000, height: 2000 };

const name = (item: string, x: number, y: number, offsets: [number, number][]): Candidate<string> => ({
  item,
  x,
  y,
  width: 40,
  height: 10,
  offsets,
});

describe("placing names", () => {
  test("the more important keeps its place, the other moves or goes", () => {
    const above: [number, number][] = [
      [0, 0],
      [0, -20],
    ]; // prettier-ignore
    const names = [
      name("Mons", 100, 100, above),
      name("Jemappes", 110, 102, above),
      name("Ghlin", 105, 101, above),
    ];
    expect(placeAll(names, [], ROOM)).toEqual([
      { item: "Mons", offset: [0, 0] },
      { item: "Jemappes", offset: [0, -20] },
    ]);
  });

  test("a name that the edge would cut is left out", () => {
    expect(placeAll([name("Mons", 990, 0, [[0, 0]])], [], ROOM)).toEqual([]);
  });

  test("a marker is never covered", () => {
    const marker = { x: 95, y: 95, width: 10, height: 10 };
    expect(placeAll([name("Mons", 100, 100, [[0, 0]])], [marker], ROOM)).toEqual([]);
  });

  test("no two placed names overlap", () => {
    const crowd = Array.from({ length: 60 }, (_, n) =>
      name(`${n}`, (n * 37) % 200, (n * 53) % 200, [
        [0, 0],
        [0, 14],
        [30, 0],
      ]),
    ); // prettier-ignore
    const rects = placeAll(crowd, [], ROOM).map(({ item, offset }) => {
      const { x, y } = crowd[Number(item)] as Candidate<string>;
      return { x: x + offset[0] - 20, y: y + offset[1] - 5, width: 40, height: 10 };
    });
    const pairs = rects.flatMap((a, i) => rects.slice(i + 1).map((b) => overlaps(a, b)));
    expect(pairs.some(Boolean)).toBe(false);
  });
});

test("a symbol that must be shown takes its first place when none is free", () => {
  const everywhere = [{ x: -500, y: -500, width: 1000, height: 1000 }];
  expect(
    firstFree(
      0,
      0,
      10,
      10,
      [
        [0, 0],
        [20, 0],
      ],
      [],
    ),
  ).toEqual([0, 0]); // prettier-ignore
  expect(
    firstFree(
      0,
      0,
      10,
      10,
      [
        [0, 0],
        [20, 0],
      ],
      [{ x: -5, y: -5, width: 10, height: 10 }],
    ),
  ).toEqual([20, 0]); // prettier-ignore
  expect(
    firstFree(
      0,
      0,
      10,
      10,
      [
        [0, 0],
        [20, 0],
      ],
      everywhere,
    ),
  ).toEqual([0, 0]); // prettier-ignore
});

test("symbols on one another become one, around the heaviest", () => {
  const spots = [
    { x: 0, y: 0, weight: 1 },
    { x: 10, y: 0, weight: 9 },
    { x: 200, y: 0, weight: 3 },
  ];
  expect(groupClose(spots, 46)).toEqual([[1, 0], [2]]);
});
