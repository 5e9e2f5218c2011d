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
  /** Shows one item; `onClose` gets the focus back to where it came from. */
  showItem(item: Item, onClose: () => void): void;
  /** Shows several under one heading, with a link to all of them if there is one. */
  showList(
    heading: string,
    items: Item[],
    link: { text: string; href: string } | null,
    onClose: () => void,
  ): void;
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

  return {
    showItem(item, onClose) {
      open(item.kind, item.title, [shape(item.kind), el("span", {}, say(item.kind))], onClose);
      const shown = find(`.card[data-id="${CSS.escape(item.id)}"]`);
      if (shown) return void fill(region, shown);
      request = new AbortController();
      fetchPage(`${cards}${item.id}/${currentSearch()}`, request.signal)
        .then(({ page }) => {
          const card = find(".card", page);
          if (card && !region.hidden) fill(region, card);
        })
        .catch(() => undefined);
    },
    showList(heading, items, link, onClose) {
      open("", heading, [], onClose);
      region.append(el("ul", { class: "preview-list" }, ...items.map((item) => listed(item, pages))));
      if (link) region.append(el("a", { class: "button", href: link.href }, link.text));
    },
    close,
  };
}

/** Copies what a card says below the title, and its link. */
function fill(region: HTMLElement, card: Element): void {
  const line = find(".card-kind", card);
  if (line) {
    const copies = [...line.childNodes].map((node) => document.importNode(node, true));
    find(".preview-kind span", region)?.replaceChildren(...copies);
  }
  for (const facts of card.querySelectorAll(".card-facts")) region.append(document.importNode(facts, true));
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
