// The answer with some of its items only: the nearest that stand in for an empty one.
import { fetchItem, type MapAnswer } from "../api";
import { filterPoints, firstPlace } from "./answer";

/** Where an answer is too large to hold its points, these items are asked for one by one. */
export async function onlyThese(answer: MapAnswer, ids: Set<string>): Promise<MapAnswer> {
  if (!answer.many) return filterPoints(answer, ids);
  const features = await Promise.all([...ids].map((id) => fetchItem(id)));
  return filterPoints(withFeatures(answer, features), ids);
}

/** The answer with these points in place of its many. */
function withFeatures(answer: MapAnswer, features: GeoJSON.Feature[]): MapAnswer {
  const points: MapAnswer["points"] = { id: [], kind: [], title: [], lon: [], lat: [] };
  for (const feature of features) {
    const place = firstPlace(feature);
    if (!place) continue;
    points.id.push(feature.id as string);
    points.kind.push(feature.properties?.kind);
    points.title.push(feature.properties?.title);
    points.lon.push(place.lon);
    points.lat.push(place.lat);
  }
  return { ...answer, many: false, points };
}
