// What the page and the clustering worker tell each other.
import type { Box } from "./view";

export interface Load {
  type: "load";
  lon: number[];
  lat: number[];
  /** For an Activity with several points, the same number on each; -1 for all others. */
  shared: number[];
}

export type Ask =
  | { type: "clusters"; call: number; box: Box; zoom: number }
  | { type: "leaves"; call: number; cluster: number }
  | { type: "expansion"; call: number; cluster: number };

/** A point by its index, or a cluster with its exact count. */
export interface WorkerMark {
  lon: number;
  lat: number;
  /** Index of the point; -1 for a cluster. */
  point: number;
  /** Id of the cluster; -1 for a point. */
  cluster: number;
  count: number;
}

export interface Answer {
  call: number;
  marks?: WorkerMark[];
  points?: number[];
  zoom?: number;
}
