import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from "vitest";
import type { MapAnswer } from "../src/api";
import { EMPTY } from "../src/map/answer";
import type { ClusterClient } from "../src/map/cluster-client";
import type { MarkSource } from "../src/map/marksource";
import { onlyThese } from "../src/map/only";
import { sourceOf } from "../src/map/sources";
import type { Box } from "../src/map/view";

const FRAME = { near: null, radius_m: null, bbox: null };
const MANY: MapAnswer = { ...EMPTY, matched: 90_000, located: 90_000, many: true, extent: [2, 43, 8, 50] };
const VIEW: Box = [4.8, 45.7, 4.85, 45.75];
const PAN: Box = [4.801, 45.701, 4.851, 45.751];
const AWAY: Box = [6.8, 45.7, 6.85, 45.75];
const CELL = { n: 9, kinds: [9, 0, 0], lon: 4.82, lat: 45.72, id: null };
const POINTS = { id: ["a"], kind: ["mission"], title: ["Repas"], lon: [4.82], lat: [45.72] };

const ONE = { lon: 4.82, lat: 45.72, point: 0, cluster: -1, count: 1 };
const client = { load: () => 1, clusters: async () => [ONE] } as unknown as ClusterClient;
let fetched: Mock<(address: string, init?: RequestInit) => Promise<Response>>;
let manyHere = false;

async function answer(address: string): Promise<Response> {
  if (address.includes("/clusters?")) return Response.json({ clusters: [CELL] });
  if (address.includes("/points?")) return Response.json({ ...EMPTY, many: manyHere, points: POINTS });
  const geometry = { type: "Point", coordinates: [4.8, 45.7] };
  return Response.json({
    id: address.split("/").pop(),
    geometry,
    properties: { kind: "project", title: "Place" },
  });
}

const asked = (): string[] => fetched.mock.calls.map(([address]) => address);
const server = (): Promise<MarkSource> => sourceOf(client, MANY, "kind=mission", FRAME);

beforeEach(() => {
  manyHere = false;
  fetched = vi.fn(answer);
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

test("an answer that is here as a whole asks the server for nothing", async () => {
  const source = await sourceOf(client, { ...EMPTY, points: POINTS } as MapAnswer, "", FRAME);
  expect(await source.marks(VIEW, 9)).toMatchObject([{ key: "pa", item: { title: "Repas" } }]);
  expect(await source.placeOf("a")).toEqual({ lat: 45.72, lon: 4.82 });
  expect(asked()).toEqual([]);
});

describe("an answer of many", () => {
  test("is counted by the server, once for views that differ little, again elsewhere", async () => {
    const source = await server();
    expect(await source.marks(VIEW, 9)).toMatchObject([{ item: null, count: 9 }]);
    await source.marks(PAN, 9);
    expect(asked().length).toBe(1);
    expect(asked()[0]).toMatch(/\/clusters\?kind=mission&bbox=[\d.,]+&zoom=9$/);
    await source.marks(AWAY, 9);
    await source.marks(AWAY, 10);
    expect(asked().length).toBe(3);
  });

  test("gives its items from zoom 14 on, and does not ask again deeper in the same view", async () => {
    const source = await server();
    expect(await source.marks(VIEW, 14)).toMatchObject([{ item: { title: "Repas" } }]);
    await source.marks(PAN, 16);
    expect(asked()).toEqual([expect.stringMatching(/\/points\?kind=mission&bbox=/)]);
  });

  test("is counted there too where even a close view holds too many", async () => {
    manyHere = true;
    expect(await (await server()).marks(VIEW, 15)).toMatchObject([{ item: null, count: 9 }]);
    expect(asked()[1]).toMatch(/&zoom=13$/);
  });

  test("aborts what is no longer looked at, and asks again after a failure", async () => {
    const source = await server();
    fetched.mockRejectedValueOnce(new TypeError("offline"));
    await expect(source.marks(VIEW, 9)).rejects.toThrow("offline");
    await source.marks(VIEW, 9);
    void source.marks(AWAY, 9).catch(() => undefined);
    const signal = fetched.mock.calls[2]?.[1]?.signal;
    await source.marks(VIEW, 9);
    expect(signal?.aborted).toBe(true);
    expect(asked().length).toBe(4);
  });

  test("is one territory if it is not wide; else the server says where they are", async () => {
    expect(await (await server()).territories()).toEqual([{ box: [2, 43, 8, 50], count: 90_000 }]);
    expect(asked()).toEqual([]);
    const wide = await sourceOf(client, { ...MANY, extent: [-71, 40, 4.9, 52] }, "", FRAME);
    const [group] = await wide.territories();
    expect(group?.count).toBe(9);
    expect(group?.box.map((edge) => Number(edge.toFixed(2)))).toEqual([4.12, 45.02, 5.52, 46.42]);
    expect(asked()[0]).toBe("/api/collections/all/clusters?bbox=-180,-90,180,90&zoom=5");
  });

  test("finds an item by asking for it once, unless the pointer went on", async () => {
    const source = await server();
    const [first, last] = await Promise.all([source.placeOf("x"), source.placeOf("y")]);
    await source.placeOf("y");
    expect([first, last]).toEqual([null, { lat: 45.7, lon: 4.8 }]);
    expect(asked()).toEqual(["/api/collections/all/items/y"]);
  });

  test("can be held down to some items", async () => {
    const { points, many } = await onlyThese(MANY, new Set(["x", "y"]));
    expect([many, points.id, points.title, points.lon]).toEqual([
      false,
      ["x", "y"],
      ["Place", "Place"],
      [4.8, 4.8],
    ]);
  });
});
