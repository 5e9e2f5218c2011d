// The preview region: what was chosen on the map, in a sheet on a phone, in a corner on a desktop.
import { fetchPage, type Kind } from "./api";
import { el, find } from "./dom";
import { shape } from "./shapes";
import { currentSearch } from "./state";
import { say } from "./words";

export interface Item {
  id: string;
  kind: Kind;
  title: string;
}

export interface Preview {
  /** Shows one item, with its card's title if it came without; `onClose` gets the focus back to where it came from. */
  showItem(item: Item, onClose: () => void): void;
  /** Shows several under one heading. */
  showList(heading: string, items: Item[], onClose: () => void): void;
  /** Shows what concerns the whole of areas, by their codes joined by commas. */
  showAreas(heading: string, codes: string, onClose: () => void): void;
  close(): void;
}

/** `data-cards` and `data-items` of the region: where an item's card and page can be had by its id. */
export function startPreview(region: HTMLElement): Preview {
  const { cards = "", items: pages = "" } = region.dataset;
  let leave: (() => void) | null = null;
  let request: AbortController | null = null;

  const close = (): void => {
    if (region.hidden) return;
    request?.abort();
    region.hidden = true;
    region.replaceChildren();
    const back = leave;
    leave = null;
    back?.();
  };
  region.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });

  const open = (kind: string, heading: string, kindLine: Node[], onClose: () => void): void => {
    request?.abort();
    leave = onClose;
    region.className = `preview ${kind}`;
    const title = el("h2", { tabindex: "-1", id: "apercu-titre" }, heading);
    const button = el("button", { type: "button", class: "close" }, closeIcon());
    button.setAttribute("aria-label", say("close", { title: heading }));
    button.addEventListener("click", close);
    const line = el("p", { class: "preview-kind" }, ...kindLine);
    region.replaceChildren(el("div", { class: "preview-head" }, line, button), title);
    region.setAttribute("aria-labelledby", "apercu-titre");
    region.hidden = false;
    title.focus({ preventScroll: true });
  };

  /** Fetches a piece of a page; what comes after the region was closed or shows something else is dropped. */
  const fetchFragment = (address: string, use: (page: Document) => void): void => {
    request = new AbortController();
    const { signal } = request;
    fetchPage(address, signal)
      .then(({ page }) => {
        if (!signal.aborted) use(page);
      })
      .catch(() => undefined);
  };

  return {
    showItem(item, onClose) {
      const shown = find(`.card[data-id="${CSS.escape(item.id)}"]`);
      const title = item.title || titleOf(shown);
      open(item.kind, title || say(item.kind), [shape(item.kind), el("span", {}, say(item.kind))], onClose);
      if (shown) return void fill(region, shown);
      fetchFragment(`${cards}${item.id}/${currentSearch()}`, (page) => {
        const card = find(".card", page);
        if (!card) return;
        if (!title) retitle(region, titleOf(card));
        fill(region, card);
      });
    },
    showList(heading, items, onClose) {
      open("", heading, [], onClose);
      region.append(el("ul", { class: "preview-list" }, ...items.map((item) => listed(item, pages))));
    },
    showAreas(heading, codes, onClose) {
      open("", heading, [shape("area")], onClose);
      fetchFragment(`${cards}secteur/${codes}/${currentSearch()}`, (page) => {
        region.append(...[...page.body.children].map((part) => document.importNode(part, true)));
      });
    },
    close,
  };
}

const titleOf = (card: Element | null): string =>
  (card && find(".card-title", card)?.textContent?.trim()) || "";

/** Says the title once it is known, to screen readers too: the focus is there already. */
function retitle(region: HTMLElement, title: string): void {
  const heading = find("h2", region);
  if (!heading || !title) return;
  heading.setAttribute("aria-live", "polite");
  heading.textContent = title;
  find(".close", region)?.setAttribute("aria-label", say("close", { title }));
}

/** Copies what a card says below the title, and its link. */
function fill(region: HTMLElement, card: Element): void {
  const line = find(".card-kind", card);
  if (line) {
    const copies = [...line.childNodes].map((node) => document.importNode(node, true));
    find(".preview-kind span", region)?.replaceChildren(...copies);
  }
  for (const facts of card.querySelectorAll(".card-facts, .card-line"))
    region.append(document.importNode(facts, true));
  const href = find<HTMLAnchorElement>(".card-title a", card)?.getAttribute("href");
  if (href) region.append(el("a", { class: "button primary", href }, say("seePage")));
}

function listed(item: Item, pages: string): HTMLLIElement {
  const href = `${pages}${item.id}/${currentSearch()}`;
  return el("li", { class: item.kind }, el("a", { href }, shape(item.kind), el("span", {}, item.title)));
}

function closeIcon(): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M18 6 6 18M6 6l12 12");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "2");
  path.setAttribute("stroke-linecap", "round");
  svg.append(path);
  return svg;
}
