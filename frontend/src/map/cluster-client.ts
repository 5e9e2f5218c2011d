// The page's side of the clustering worker: questions with promised answers.
import type { Answer, Ask, WorkerMark } from "./messages";
import type { Box } from "./view";

export class ClusterClient {
  private readonly worker = new Worker(new URL("./cluster.worker.ts", import.meta.url), { type: "module" });
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private calls = 0;
  private loads = 0;

  constructor() {
    this.worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      this.waiting.get(data.call)?.(data);
      this.waiting.delete(data.call);
    });
  }

  /** Takes other points in place of those before; answers which load it is. */
  load(shared: number[], lon: number[], lat: number[]): number {
    this.worker.postMessage({ type: "load", lon, lat, shared });
    return ++this.loads;
  }

  async clusters(box: Box, zoom: number): Promise<WorkerMark[]> {
    return (await this.ask({ type: "clusters", call: ++this.calls, box, zoom })).marks ?? [];
  }

  async leaves(cluster: number): Promise<number[]> {
    return (await this.ask({ type: "leaves", call: ++this.calls, cluster })).points ?? [];
  }

  async expansion(cluster: number): Promise<number> {
    return (await this.ask({ type: "expansion", call: ++this.calls, cluster })).zoom ?? 0;
  }

  private ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve) => {
      this.waiting.set(ask.call, resolve);
      this.worker.postMessage(ask);
    });
  }
}

/** The same number for all points of one id that has several; -1 for those that stand alone. */
export function sharedIds(ids: string[]): number[] {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const numbers = new Map<string, number>();
  return ids.map((id) => {
    if ((counts.get(id) ?? 0) < 2) return -1;
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id) as number;
  });
}
