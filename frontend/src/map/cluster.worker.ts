// Clustering away from the page's thread.
import { buildIndex, leavesOf, marksIn } from "./clusters";
import type { Answer, Ask, Load } from "./messages";

let index = buildIndex([], [], []);

addEventListener("message", ({ data }: MessageEvent<Load | Ask>) => {
  if (data.type === "load") index = buildIndex(data.lon, data.lat, data.shared);
  else postMessage(answer(data));
});

function answer(ask: Ask): Answer {
  if (ask.type === "clusters") return { call: ask.call, marks: marksIn(index, ask.box, ask.zoom) };
  if (ask.type === "leaves") return { call: ask.call, points: leavesOf(index, ask.cluster) };
  return { call: ask.call, zoom: index.getClusterExpansionZoom(ask.cluster) };
}
