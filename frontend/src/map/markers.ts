// Markers: one element for each point or cluster, one tab stop for all of them.
import L from "leaflet";
import { el } from "../dom";
import { shape } from "../shapes";

const HIT_PX = 44;

/** What is drawn at one place of the map, whatever it stands for. */
export interface MapSymbol {
  key: string;
  lat: number;
  lon: number;
  name: string;
  className: string;
  body: () => Element;
  /** Pixels away from its place, when something else is already there. */
  offset?: [number, number];
  open: (element: HTMLElement) => void;
}

interface Shown {
  symbol: MapSymbol;
  marker: L.Marker;
  element: HTMLElement;
}

export class Markers {
  private shown = new Map<string, Shown>();
  private current: string | null = null;

  constructor(
    private readonly map: L.Map,
    groupName: string,
  ) {
    const pane = map.getPane("markerPane");
    pane?.setAttribute("role", "group");
    pane?.setAttribute("aria-label", groupName);
  }

  /** Replaces what is shown; elements that stay keep the focus. */
  show(symbols: MapSymbol[]): void {
    const next = new Map<string, Shown>();
    const names = new Map<string, number>();
    for (const symbol of symbols) {
      const same = (names.get(symbol.name) ?? 0) + 1;
      names.set(symbol.name, same);
      const shown = this.shown.get(symbol.key) ?? this.create(symbol);
      if (shown.symbol.lat !== symbol.lat || shown.symbol.lon !== symbol.lon)
        shown.marker.setLatLng([symbol.lat, symbol.lon]);
      shown.symbol = symbol;
      shown.element.setAttribute("aria-label", same > 1 ? `${symbol.name} (${same})` : symbol.name);
      place(shown.element, symbol);
      next.set(symbol.key, shown);
    }
    for (const [key, { marker }] of this.shown) if (!next.has(key)) marker.remove();
    this.shown = next;
    if (!this.current || !next.has(this.current)) this.current = this.ordered()[0]?.symbol.key ?? null;
    this.updateStops();
  }

  /** The symbol nearest to a place, within so many pixels. */
  nearest(lat: number, lon: number, pixels = 90): HTMLElement | null {
    const at = this.map.latLngToContainerPoint([lat, lon]);
    let best: Shown | null = null;
    let least = pixels;
    for (const shown of this.shown.values()) {
      const distance = this.pixel(shown).distanceTo(at);
      if (distance < least) [best, least] = [shown, distance];
    }
    return best?.element ?? null;
  }

  element(key: string): HTMLElement | null {
    return this.shown.get(key)?.element ?? null;
  }

  keyOf(element: HTMLElement): string | null {
    return [...this.shown.values()].find((shown) => shown.element === element)?.symbol.key ?? null;
  }

  mark(element: HTMLElement | null, className: "raised" | "selected"): void {
    for (const shown of this.shown.values()) {
      const on = shown.element === element;
      shown.element.classList.toggle(className, on);
      if (className === "raised" || on) shown.marker.setZIndexOffset(on ? 10_000 : 0);
    }
  }

  focus(element: HTMLElement | null): void {
    const shown = [...this.shown.values()].find((other) => other.element === element);
    if (!shown) return;
    this.current = shown.symbol.key;
    this.updateStops();
    shown.element.focus();
  }

  private create(symbol: MapSymbol): Shown {
    const icon = L.divIcon({
      className: `marker ${symbol.className}`,
      html: symbol.body() as HTMLElement,
      iconSize: [HIT_PX, HIT_PX],
    });
    const marker = L.marker([symbol.lat, symbol.lon], { icon, keyboard: false, riseOnHover: true }).addTo(
      this.map,
    );
    const element = marker.getElement() as HTMLElement;
    element.setAttribute("role", "button");
    const shown: Shown = { symbol, marker, element };
    marker.on("click", () => {
      this.current = shown.symbol.key;
      this.updateStops();
      shown.symbol.open(element);
    });
    element.addEventListener("keydown", (event) => this.key(event, shown));
    return shown;
  }

  private key(event: KeyboardEvent, shown: Shown): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) this.move(shown, step);
    else if (event.key === "Enter" || event.key === " ") shown.symbol.open(shown.element);
    else if (event.key === "Escape") this.map.getContainer().focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move(from: Shown, step: number): void {
    const all = this.ordered();
    const next = all[(all.indexOf(from) + step + all.length) % all.length];
    this.focus(next?.element ?? null);
  }

  /** From the middle of the view outwards. */
  private ordered(): Shown[] {
    const middle = this.map.getSize().divideBy(2);
    const distance = (shown: Shown): number => this.pixel(shown).distanceTo(middle);
    return [...this.shown.values()].sort((a, b) => distance(a) - distance(b));
  }

  private pixel(shown: Shown): L.Point {
    return this.map.latLngToContainerPoint([shown.symbol.lat, shown.symbol.lon]);
  }

  private updateStops(): void {
    for (const [key, { element }] of this.shown) element.tabIndex = key === this.current ? 0 : -1;
  }
}

/** Moves the icon's middle; Leaflet positions by margins, so this survives its own moves. */
function place(element: HTMLElement, { offset = [0, 0] }: MapSymbol): void {
  element.style.marginLeft = `${-HIT_PX / 2 + offset[0]}px`;
  element.style.marginTop = `${-HIT_PX / 2 + offset[1]}px`;
}

export const kindBody = (kind: string): Element => shape(kind);

export function countBody(text: string, areal = false): Element {
  const disc = el("span", { class: areal ? "disc area" : "disc" });
  disc.append(areal ? el("b", {}, text) : text);
  return disc;
}
