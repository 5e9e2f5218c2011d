// One file of the base map, ready to be painted: its layers as paths in coordinates of their own.
import { feature } from "topojson-client";
import type { GeometryObject, Topology } from "topojson-specification";
import { mercatorBox, mercatorX, mercatorY } from "./mercator";

/** Paths count in units of a thousandth of the file's width: a canvas keeps only seven digits. */
const UNITS = 4096;

export interface MapFile {
  layers: Map<string, Path2D>;
  /** Left and top of the paths' zero, and the length of one unit, in the unit square. */
  left: number;
  top: number;
  unit: number;
  box: [number, number, number, number];
}

const WORLD_BOX = [-180, -85.05, 180, 85.05] as const;

export function readMapFile(topology: Topology, bbox: readonly number[] = WORLD_BOX): MapFile {
  const box = mercatorBox(bbox);
  const file = {
    layers: new Map<string, Path2D>(),
    left: box[0],
    top: box[1],
    unit: (box[2] - box[0]) / UNITS,
    box,
  };
  for (const [name, object] of Object.entries(topology.objects)) {
    const path = new Path2D();
    for (const geometry of geometries(topology, object as GeometryObject)) trace(path, geometry, file);
    file.layers.set(name, path);
  }
  return file;
}

function geometries(topology: Topology, object: GeometryObject): GeoJSON.Geometry[] {
  const shown = feature(topology, object) as GeoJSON.Feature | GeoJSON.FeatureCollection;
  return shown.type === "FeatureCollection"
    ? shown.features.map(({ geometry }) => geometry)
    : [shown.geometry];
}

function trace(path: Path2D, geometry: GeoJSON.Geometry, file: MapFile): void {
  switch (geometry.type) {
    case "GeometryCollection":
      for (const part of geometry.geometries) trace(path, part, file);
      break;
    case "MultiPolygon":
      for (const polygon of geometry.coordinates) for (const ring of polygon) line(path, ring, file, true);
      break;
    case "Polygon":
      for (const ring of geometry.coordinates) line(path, ring, file, true);
      break;
    case "MultiLineString":
      for (const part of geometry.coordinates) line(path, part, file, false);
      break;
    case "LineString":
      line(path, geometry.coordinates, file, false);
      break;
    default:
      break;
  }
}

function line(path: Path2D, positions: GeoJSON.Position[], file: MapFile, closed: boolean): void {
  let before: number | null = null;
  for (const [lon = 0, lat = 0] of positions) {
    const x = (mercatorX(lon) - file.left) / file.unit;
    const y = (mercatorY(lat) - file.top) / file.unit;
    // What goes on at the other side of the antimeridian is not drawn all around the world.
    if (before === null || Math.abs(lon - before) > 180) path.moveTo(x, y);
    else path.lineTo(x, y);
    before = lon;
  }
  if (closed) path.closePath();
}
