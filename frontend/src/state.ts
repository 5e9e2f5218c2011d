// The only file that touches the address bar: the question in the query string, the map's view after `#`.

export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

const VIEW = /^#map=(\d{1,2})\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/;

/** Reads `#map=13/50.454/3.952`; null when it is something else. */
export function parseView(hash: string): View | null {
  const found = VIEW.exec(hash);
  if (!found) return null;
  const [zoom, lat, lon] = found.slice(1).map(Number) as [number, number, number];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

export function formatView({ zoom, lat, lon }: View): string {
  return `#map=${zoom}/${lat.toFixed(3)}/${lon.toFixed(3)}`;
}

export const readView = (): View | null => parseView(location.hash);

/** Writes the map's view without a new step in the history. */
export function replaceView(view: View): void {
  history.replaceState(history.state, "", `${location.pathname}${location.search}${formatView(view)}`);
}

/**
 * The canonical query string of a form: several values of one name joined by commas, empty ones left
 * out, all of the kinds the same as none. Names in `dropped` are the form's own business.
 */
export function formQuery(data: FormData, allKinds: number): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of data.entries()) {
    if (typeof value !== "string" || value === "" || name === "place_was") continue;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const day = values.get("day");
  if (day) values.set("when", day);
  values.delete("day");
  if (values.get("kind")?.length === allKinds) values.delete("kind");
  if (!values.has("near")) values.delete("radius");
  if (values.has("near")) values.delete("bbox");
  return [...values].map(([name, list]) => `${name}=${list.map(encodePart).join(",")}`).join("&");
}

const encodePart = (text: string): string =>
  encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/");

/** Remembers where the reader was, then adds a step to the history. */
export function pushAddress(address: string): void {
  history.replaceState({ ...history.state, scroll: scrolled() }, "");
  history.pushState({}, "", address);
}

export function replaceAddress(address: string): void {
  history.replaceState(history.state, "", address);
}

/** Leaves for another page. */
export function goTo(address: string): void {
  location.assign(address);
}

export const currentAddress = (): string => `${location.pathname}${location.search}`;

export const currentSearch = (): string => location.search;

/** Calls when the reader goes back or forward, with how far the page was scrolled then. */
export function onReturn(call: (scroll: [number, number]) => void): void {
  addEventListener("popstate", (event) => {
    const state = event.state as { scroll?: [number, number] } | null;
    call(state?.scroll ?? [0, 0]);
  });
}

const listScroller = (): Element | null => document.querySelector(".results-scroll");

function scrolled(): [number, number] {
  return [scrollY, listScroller()?.scrollTop ?? 0];
}

export function scrollBack([page, list]: [number, number]): void {
  scrollTo(0, page);
  const scroller = listScroller();
  if (scroller) scroller.scrollTop = list;
}
