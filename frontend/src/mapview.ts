// Starts the map after first paint, and joins it to the list and the preview.
import { type AreaCounts, fetchPoints } from "./api";
import { el, find } from "./dom";
import { selectCard, shownIds } from "./list";
import type { LiveMap } from "./map/index";
import type { Frame } from "./map/question";
import { startPanel } from "./panel";
import { type Item, startPreview } from "./preview";
import { say } from "./words";

export interface MapView {
  /** Shows the question that the page asks now. */
  update(): void;
  raise(id: string | null): void;
}

/** `source` tells what the page asks: its data attributes are read at every update. */
export function startMapView(
  panel: HTMLElement,
  source: HTMLElement,
  goTo: (address: string) => void,
): MapView {
  const preview = startPreview(find("#apercu", panel) as HTMLElement);
  const closing = (back: () => void) => (): void => {
    selectCard(null);
    back();
  };
  let map: LiveMap | null = null;
  let request: AbortController | null = null;
  let shown = false;
  let troubled = false;

  const showItem = (item: Item, back: () => void): void => {
    selectCard(item.id);
    preview.showItem(item, closing(back));
  };

  const start = async (): Promise<void> => {
    const { LiveMap } = await import("./map/index");
    map = new LiveMap(panel, {
      item: showItem,
      group: (heading, items, back) => preview.showList(heading, items, closing(back)),
      areas: (heading, areas, back) => preview.showAreas(heading, codesOf(areas), closing(back)),
      searchHere: (box) => {
        const base = source.dataset.searchHere ?? "";
        goTo(
          `${base}${base.includes("?") ? "&" : "?"}bbox=${box.map((edge) => Number(edge.toFixed(4))).join(",")}`,
        );
      },
    });
    if (panel.dataset.size) startPanel(panel, () => map?.resize());
    await load();
  };

  const load = async (): Promise<void> => {
    if (!map) return;
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const query = source.dataset.points ?? "";
      const answer = await fetchPoints(query, signal);
      if (troubled) map.notice("");
      troubled = false;
      await map.show(answer, { query, frame: frameOf(source), first: !shown, only: onlyIds(source) });
      shown = true;
    } catch {
      if (signal.aborted) return;
      troubled = true;
      map.notice(say("pointsFailed"));
    }
  };

  const begin = (): void => void start().catch(() => failed(panel));
  if (savesData()) offer(panel, begin);
  else whenSeen(panel, begin);
  return {
    update: () => {
      preview.close();
      void load();
    },
    raise: (id) => void map?.raise(id),
  };
}

/** Whether the reader's browser asks for as few bytes as possible. */
const savesData = (): boolean =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;

/** Where bytes are counted, the map waits for a click. */
function offer(panel: HTMLElement, begin: () => void): void {
  const button = el("button", { type: "button", class: "button map-offer" }, say("showMap"));
  button.addEventListener("click", () => {
    button.remove();
    begin();
  });
  panel.append(button);
}

/** The ids of the cards shown, where the map must show nothing else: the nearest of an empty answer. */
const onlyIds = (source: HTMLElement): Set<string> | null =>
  source.dataset.only === "shown" ? new Set(shownIds()) : null;

const codesOf = (areas: AreaCounts[]): string => areas.map((area) => area.code).join(",");

function failed(panel: HTMLElement): void {
  const notice = find(".map-notice", panel);
  if (!notice) return;
  notice.textContent = say("mapFailed");
  notice.hidden = false;
}

/** Calls once the element is near the screen and the page has been painted. */
export function whenSeen(element: HTMLElement, call: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(call, 0));
    },
    { rootMargin: "200px" },
  );
  observer.observe(element);
}

export function frameOf({ dataset }: HTMLElement): Frame {
  const numbers = (text: string | undefined): number[] => (text ? text.split(",").map(Number) : []);
  const [lat, lon] = numbers(dataset.near);
  const bbox = numbers(dataset.bbox);
  return {
    near: lat !== undefined && lon !== undefined ? { lat, lon } : null,
    radius_m: dataset.radius ? Number(dataset.radius) : null,
    bbox: bbox.length === 4 ? (bbox as [number, number, number, number]) : null,
  };
}
