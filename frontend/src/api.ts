// The only file that fetches. Every answer comes from our own host.

export type Kind = "initiative" | "project" | "mission";

/** All points of a question, in columns; several entries of one id are one Activity with several addresses. */
export interface Points {
  id: string[];
  kind: Kind[];
  title: string[];
  lon: number[];
  lat: number[];
}

/** What concerns a whole area, counted by kind. */
export interface AreaCounts {
  code: string;
  name: string;
  level: string;
  centre: [number, number];
  outlined: boolean;
  geometry: GeoJSON.Geometry;
  counts: Record<Kind, number>;
}

export interface MapAnswer {
  matched: number;
  located: number;
  areal: number;
  remote: number;
  unknown: number;
  /** Too many points to give them all: they are to be asked for view by view. */
  many: boolean;
  /** Where they are, when they are many: west, south, east, north. */
  extent: [number, number, number, number] | null;
  points: Points;
  areas: AreaCounts[];
}

/** How many items stand in one cell of the map; `id` is that of a single one. */
export interface Cluster {
  n: number;
  /** Initiatives, projects, missions. */
  kinds: [number, number, number];
  lon: number;
  lat: number;
  id: string | null;
}

export interface Place {
  code: string;
  name: string;
  level: string;
  context: string;
  lat: number;
  lon: number;
  /** The other name that was typed the beginning of: `Bergen` for Mons. */
  matched: string;
  population: number | null;
  postcodes: string[];
}

export interface PlaceName {
  name: string;
  lon: number;
  lat: number;
  population: number | null;
  level: string;
}

const WAIT_MS = 10_000;

async function get(address: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(WAIT_MS);
  const signals = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const headers = { Accept: accept, "Accept-Language": document.documentElement.lang };
  const response = await fetch(address, { headers, signal: signals });
  if (!response.ok && response.status !== 400) throw new Error(`${response.status} ${address}`);
  return response;
}

async function getJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await get(address, "application/json", signal);
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  return (await response.json()) as T;
}

/** What the map draws of a question, given as its query string. */
export function fetchPoints(query: string, signal?: AbortSignal): Promise<MapAnswer> {
  return getJson<MapAnswer>(`/api/collections/all/points?${query}`, signal);
}

/** The groups of a question, which names a box and a zoom too. */
export async function fetchClusters(query: string, signal?: AbortSignal): Promise<Cluster[]> {
  const address = `/api/collections/all/clusters?${query}`;
  return (await getJson<{ clusters: Cluster[] }>(address, signal)).clusters;
}

export function fetchItem(id: string, signal?: AbortSignal): Promise<GeoJSON.Feature> {
  return getJson<GeoJSON.Feature>(`/api/collections/all/items/${id}`, signal);
}

export async function fetchPlaces(typed: string, signal?: AbortSignal): Promise<Place[]> {
  const answer = await getJson<{ places: Place[] }>(
    `/api/places?q=${encodeURIComponent(typed)}&limit=8`,
    signal,
  );
  return answer.places;
}

/** Names to write on a map: `bbox` is west, south, east, north. */
export async function fetchNames(bbox: number[], zoom: number, signal?: AbortSignal): Promise<PlaceName[]> {
  const box = bbox.map((edge) => edge.toFixed(4)).join(",");
  const answer = await getJson<{ names: PlaceName[] }>(`/api/places/names?bbox=${box}&zoom=${zoom}`, signal);
  return answer.names;
}

/** A page of ours, parsed; also when it says that a parameter was not understood (400). */
export async function fetchPage(
  address: string,
  signal?: AbortSignal,
): Promise<{ url: string; page: Document }> {
  const response = await get(address, "text/html", signal);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { url: response.url, page };
}

/** A file of the base map. */
export function fetchMapFile<T>(address: string): Promise<T> {
  return getJson<T>(address);
}
