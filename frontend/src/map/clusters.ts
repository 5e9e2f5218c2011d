// Clusters with exact counts. An Activity with three addresses counts once in a cluster that holds all three.
import Supercluster from "supercluster";
import type { WorkerMark } from "./messages";
import type { Box } from "./view";

export const CLUSTER_MAX_ZOOM = 16;
const RADIUS_PX = 52;
const LEAFLET_TILE_PX = 256;

interface PointProps {
  point: number;
  shared: number;
}
interface ClusterProps {
  /** How many points of each shared Activity are inside. */
  shared: Record<number, number>;
}
type Index = Supercluster<PointProps, ClusterProps>;

export function buildIndex(lon: number[], lat: number[], shared: number[]): Index {
  const index: Index = new Supercluster<PointProps, ClusterProps>({
    radius: RADIUS_PX,
    extent: LEAFLET_TILE_PX,
    maxZoom: CLUSTER_MAX_ZOOM,
    map: (props) => ({ shared: props.shared >= 0 ? { [props.shared]: 1 } : {} }),
    reduce: (total, props) => {
      total.shared = { ...total.shared };
      for (const [id, count] of Object.entries(props.shared)) {
        total.shared[Number(id)] = (total.shared[Number(id)] ?? 0) + count;
      }
    },
  });
  return index.load(
    lon.map((x, point) => ({
      type: "Feature" as const,
      geometry: { type: "Point" as const, coordinates: [x, lat[point] ?? 0] },
      properties: { point, shared: shared[point] ?? -1 },
    })),
  );
}

export function marksIn(index: Index, box: Box, zoom: number): WorkerMark[] {
  return index.getClusters(box, zoom).map((feature) => {
    const [lon, lat] = feature.geometry.coordinates as [number, number];
    const props = feature.properties;
    if (!("cluster_id" in props)) return { lon, lat, point: props.point, cluster: -1, count: 1 };
    const twice = Object.values(props.shared).reduce((sum, count) => sum + count - 1, 0);
    return { lon, lat, point: -1, cluster: props.cluster_id, count: props.point_count - twice };
  });
}

export function leavesOf(index: Index, cluster: number): number[] {
  return index.getLeaves(cluster, Number.POSITIVE_INFINITY).map((leaf) => leaf.properties.point);
}
