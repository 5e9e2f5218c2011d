// Which source gives the marks of an answer.
import type { MapAnswer } from "../api";
import type { ClusterClient } from "./cluster-client";
import type { MarkSource } from "./marksource";
import type { Frame } from "./question";
import { WorkerSource } from "./worker-source";

/** All points are here, or they are asked for view by view: only a large site loads the code for that. */
export async function sourceOf(
  clusters: ClusterClient,
  answer: MapAnswer,
  query: string,
  frame: Frame,
): Promise<MarkSource> {
  if (!answer.many) return new WorkerSource(clusters, answer);
  const { ServerSource } = await import("./server-source");
  return new ServerSource(clusters, answer, query, frame);
}
