// The bundled base map: land, water and limits painted on canvas tiles from files of our own host.

import { folder } from "virtual:basemap";
import L from "leaflet";
import type { Topology } from "topojson-specification";
import { fetchMapFile } from "../api";
import { type MapFile, readMapFile } from "./mapfile";
import { mercatorBox } from "./mercator";

const TILE_PX = 512;

interface Colours {
  sea: string;
  land: string;
  edge: string;
  built: string;
  river: string;
  state: string;
  country: string;
}

interface Entry {
  name: string;
  box: [number, number, number, number] | null;
  bbox: readonly number[] | undefined;
  minzoom: number;
}

const WORLD: Entry = { name: "world", box: null, bbox: undefined, minzoom: 0 };
interface Listed {
  name: string;
  bbox: [number, number, number, number];
  minzoom: number;
}

let listed: Promise<Entry[]> | null = null;

/** The files of more detail; without their list the world alone is drawn. */
function entries(): Promise<Entry[]> {
  listed ??= fetchMapFile<Listed[]>(`${folder}index.json`)
    .then((index) => index.map((entry) => ({ ...entry, box: mercatorBox(entry.bbox) })))
    .catch(() => []);
  return listed;
}

const loaded = new Map<string, Promise<MapFile | null>>();

function load(entry: Entry): Promise<MapFile | null> {
  const known = loaded.get(entry.name);
  if (known) return known;
  const file = fetchMapFile<Topology>(`${folder}${entry.name}.json`)
    .then((topology) => readMapFile(topology, entry.bbox))
    .catch(() => null);
  loaded.set(entry.name, file);
  return file;
}

/** A square of the unit square: left, top, right, bottom. */
type Square = [number, number, number, number];

export const Basemap = L.GridLayer.extend({
  options: { tileSize: TILE_PX, minZoom: 0, maxZoom: 20, updateWhenZooming: false, keepBuffer: 1 },
  createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = L.DomUtil.create("canvas", "leaflet-tile") as HTMLCanvasElement;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    canvas.width = TILE_PX * ratio;
    canvas.height = TILE_PX * ratio;
    const span = TILE_PX / 256 / 2 ** coords.z;
    const square: Square = [coords.x * span, coords.y * span, (coords.x + 1) * span, (coords.y + 1) * span];
    paint(canvas, square, coords.z, ratio).then(() => done(undefined, canvas));
    return canvas;
  },
}) as unknown as new () => L.GridLayer;

async function paint(canvas: HTMLCanvasElement, square: Square, zoom: number, ratio: number): Promise<void> {
  const context = canvas.getContext("2d");
  if (!context) return;
  const colours = readColours();
  const files = (await Promise.all(entriesFor(await entries(), square, zoom).map(load))).filter(
    (file) => file !== null,
  );
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const scale = canvas.width / (square[2] - square[0]);
  for (const file of visible(files, square)) paintFile(context, file, square, scale, zoom, ratio, colours);
}

/** The files that meet a square at a zoom, coarse before fine. */
function entriesFor(all: Entry[], square: Square, zoom: number): Entry[] {
  const fine = all.filter((entry) => entry.minzoom <= zoom && entry.box && meets(entry.box, square));
  const finest = fine.some((entry) => entry.minzoom >= 9) ? 9 : 0;
  const shown = fine.filter((entry) => entry.minzoom >= finest || !covered(square, fine, entry.minzoom));
  return [WORLD, ...shown.sort((a, b) => a.minzoom - b.minzoom)];
}

const covered = (square: Square, entries: Entry[], minzoom: number): boolean =>
  entries.some((entry) => entry.minzoom > minzoom && entry.box && contains(entry.box, square));

/** Leaves out what a finer file hides altogether. */
function visible(files: MapFile[], square: Square): MapFile[] {
  const last = files.findLastIndex((file) => file.box[2] - file.box[0] < 1 && contains(file.box, square));
  return last < 0 ? files : files.slice(last);
}

const meets = (a: readonly number[], b: Square): boolean =>
  (a[0] as number) < b[2] && b[0] < (a[2] as number) && (a[1] as number) < b[3] && b[1] < (a[3] as number);

const contains = (a: readonly number[], b: Square): boolean =>
  (a[0] as number) <= b[0] &&
  (a[2] as number) >= b[2] &&
  (a[1] as number) <= b[1] &&
  (a[3] as number) >= b[3];

function paintFile(
  context: CanvasRenderingContext2D,
  file: MapFile,
  square: Square,
  scale: number,
  zoom: number,
  ratio: number,
  colours: Colours,
): void {
  context.save();
  if (file.box[2] - file.box[0] < 1) clipTo(context, file, square, scale, colours);
  const size = file.unit * scale;
  context.setTransform(size, 0, 0, size, (file.left - square[0]) * scale, (file.top - square[1]) * scale);
  const width = (pixels: number): number => (pixels * ratio) / size;
  const fill = (name: string, colour: string, grow = 0): void => {
    const path = file.layers.get(name);
    if (!path) return;
    context.fillStyle = colour;
    context.fill(path, "evenodd");
    if (grow) stroke(name, colour, grow);
  };
  const stroke = (name: string, colour: string, pixels: number): void => {
    const path = file.layers.get(name);
    if (!path) return;
    context.strokeStyle = colour;
    context.lineWidth = width(pixels);
    context.lineJoin = "round";
    context.stroke(path);
  };
  // Land grows by half a pixel so that neighbouring files leave no seam.
  fill("land", colours.land, 1);
  fill("urban", colours.built);
  fill("lakes", colours.sea);
  fill("water", colours.sea);
  if (zoom >= 4) stroke("rivers", colours.river, zoom < 8 ? 0.9 : 1.6);
  if (zoom >= 10) stroke("communes", colours.state, 0.7);
  if (zoom >= 4) stroke("provinces", colours.state, zoom < 8 ? 0.8 : 1.3);
  stroke("coast", colours.edge, 1);
  stroke("borders", colours.country, zoom < 6 ? 1 : 1.8);
  context.restore();
}

/** A finer file hides the coarser one in its whole box; edges on whole pixels leave no seam. */
function clipTo(
  context: CanvasRenderingContext2D,
  file: MapFile,
  square: Square,
  scale: number,
  colours: Colours,
): void {
  const left = Math.round((file.box[0] - square[0]) * scale);
  const top = Math.round((file.box[1] - square[1]) * scale);
  const right = Math.round((file.box[2] - square[0]) * scale);
  const bottom = Math.round((file.box[3] - square[1]) * scale);
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.fillStyle = colours.sea;
  context.fillRect(left, top, right - left, bottom - top);
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    sea: colour("--sea"),
    land: colour("--land"),
    edge: colour("--land-edge"),
    built: colour("--built"),
    river: colour("--river"),
    state: colour("--border-state"),
    country: colour("--border-country"),
  };
}
