// Marks of an answer that is here as a whole: the worker groups its points, and panning asks nobody.
import type { MapAnswer } from "../api";
import { itemAt, itemsAt, placeOf, territoriesOf } from "./answer";
import { type ClusterClient, sharedIds } from "./cluster-client";
import { CLUSTER_MAX_ZOOM } from "./clusters";
import type { Mark, MarkSource } from "./marksource";
import type { WorkerMark } from "./messages";
import { type Box, type Group, type LatLon, padded } from "./view";

const MARGIN = 0.3;

export class WorkerSource implements MarkSource {
  /** Numbers of clusters mean something within one load only. */
  private readonly load: number;
  private readonly shared: number[];

  constructor(
    private readonly clusters: ClusterClient,
    private readonly answer: MapAnswer,
  ) {
    const { id, lon, lat } = answer.points;
    this.shared = sharedIds(id);
    this.load = clusters.load(this.shared, lon, lat);
  }

  async marks(view: Box, zoom: number): Promise<Mark[]> {
    return (await this.clusters.clusters(padded(view, MARGIN), zoom)).map((mark) => this.mark(mark));
  }

  async placeOf(id: string): Promise<LatLon | null> {
    return placeOf(this.answer, id);
  }

  async territories(): Promise<Group[]> {
    return territoriesOf(this.answer);
  }

  stop(): void {}

  private mark({ lat, lon, count, point, cluster }: WorkerMark): Mark {
    if (point >= 0) {
      const item = itemAt(this.answer, point);
      const address = (this.shared[point] ?? -1) < 0 ? "" : `.${point}`;
      return { key: `p${item.id}${address}`, lat, lon, item };
    }
    return {
      key: `c${this.load}.${cluster}`,
      lat,
      lon,
      count,
      item: null,
      parting: async () => {
        const zoom = await this.clusters.expansion(cluster);
        return zoom <= CLUSTER_MAX_ZOOM ? zoom : null;
      },
      items: async () => itemsAt(this.answer, await this.clusters.leaves(cluster)),
    };
  }
}
