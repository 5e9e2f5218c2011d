// The explorer without page loads: the form and the links stay what they are, the answer is swapped in.
import { fetchPage } from "./api";
import { debounce, find, findAll } from "./dom";
import { watchCards } from "./list";
import { type MapView, startMapView } from "./mapview";
import { startLocate } from "./search/locate";
import { startPlaceBox } from "./search/placebox";
import { currentAddress, formQuery, goTo, onReturn, pushAddress, replaceAddress, scrollBack } from "./state";
import { say } from "./words";

const KINDS = 3;
const ANNOUNCE_MS = 500;
const ATTRIBUTES = ["points", "near", "radius", "bbox", "searchHere", "only"] as const;

export function startExplorer(form: HTMLFormElement, results: HTMLElement): void {
  const explorer = new Explorer(form, results);
  explorer.start();
}

class Explorer {
  private view: MapView | null = null;
  private request: AbortController | null = null;
  private shown = currentAddress();
  private readonly announce = debounce((text: string) => {
    const status = find("#annonce");
    if (status) status.textContent = text;
  }, ANNOUNCE_MS);

  constructor(
    private readonly form: HTMLFormElement,
    private readonly results: HTMLElement,
  ) {}

  start(): void {
    const box = startPlaceBox(this.form, () => this.submit());
    if (box) startLocate(this.form, box, () => this.submit());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
      const filters = find<HTMLDetailsElement>(".filters", this.form);
      if (filters) filters.open = false;
    });
    this.form.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      if (input.id === "lieu") return;
      if (input.name === "when") this.clearDay();
      this.submit();
    });
    document.addEventListener("click", (event) => this.follow(event));
    closeMenus(this.form);
    onReturn((scroll) => {
      // A jump inside the page (`#carte`) is a step of the history too, but asks for nothing new.
      if (currentAddress() !== this.shown)
        void this.load(currentAddress(), false).then(() => scrollBack(scroll));
    });
    const panel = find("#carte");
    if (!panel) return;
    this.view = startMapView(panel, this.results, (address) => void this.load(address, true));
    watchCards(this.results, (id) => this.view?.raise(id));
  }

  private clearDay(): void {
    const day = this.form.elements.namedItem("day");
    if (day instanceof HTMLInputElement) day.value = "";
  }

  private submit(): void {
    const query = formQuery(new FormData(this.form), KINDS);
    void this.load(`${this.form.getAttribute("action") ?? ""}${query ? `?${query}` : ""}`, true);
  }

  /** Links to other states of this page are followed without leaving it. */
  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("#resultats a[href], #apercu a[href]");
    const action = new URL(this.form.action);
    if (!link || link.origin !== action.origin || link.pathname !== action.pathname || !link.search) return;
    if (link.getAttribute("href")?.startsWith("#")) return;
    event.preventDefault();
    void this.load(`${link.pathname}${link.search}`, true).then(() => this.land(link.hash));
  }

  private land(hash: string): void {
    const target = hash ? find(hash, this.results) : null;
    if (target) target.scrollIntoView();
    else {
      find(".results-scroll")?.scrollTo(0, 0);
      find<HTMLElement>("h1", this.results)?.focus({
        preventScroll: matchMedia("(min-width: 64rem)").matches,
      });
    }
  }

  /** Fetches a state of this page and swaps it in; the last asked for wins. */
  private async load(address: string, push: boolean): Promise<void> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    this.results.setAttribute("aria-busy", "true");
    try {
      const { url, page } = await fetchPage(address, request.signal);
      if (request.signal.aborted) return;
      if (!find("#resultats", page)) return goTo(address);
      this.swap(page);
      const { pathname, search } = new URL(url);
      if (push) pushAddress(`${pathname}${search}`);
      else replaceAddress(`${pathname}${search}`);
      this.shown = currentAddress();
      this.view?.update();
      this.announce(find("h1", this.results)?.textContent ?? "");
    } catch {
      if (!request.signal.aborted) this.failed(address);
    } finally {
      if (this.request === request) this.results.removeAttribute("aria-busy");
    }
  }

  private swap(page: Document): void {
    const fresh = find("#resultats", page) as HTMLElement;
    this.results.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    for (const name of ATTRIBUTES) this.results.dataset[name] = fresh.dataset[name] ?? "";
    document.title = page.title;
    const form = find<HTMLFormElement>("#recherche", page);
    if (form) this.swapForm(form);
    for (const link of findAll<HTMLAnchorElement>(".languages a")) {
      const other = find<HTMLAnchorElement>(`.languages a[hreflang="${link.hreflang}"]`, page);
      if (other) link.setAttribute("href", other.getAttribute("href") ?? "");
    }
  }

  /** Takes over what the fresh form says without replacing its controls: the focus stays where it is. */
  private swapForm(fresh: HTMLFormElement): void {
    for (const counter of findAll("[data-live]", this.form)) {
      const other = find(`[data-live="${counter.dataset.live}"]`, fresh);
      if (other) counter.textContent = other.textContent;
    }
    const mine = [...this.form.elements] as HTMLInputElement[];
    const theirs = [...fresh.elements] as HTMLInputElement[];
    const key = (input: HTMLInputElement): string =>
      `${input.name}=${input.type === "checkbox" || input.type === "radio" ? input.value : ""}`;
    const known = new Map(theirs.map((input) => [key(input), input]));
    for (const input of mine) {
      const other = known.get(key(input));
      if (other && !beingTyped(input)) take(input, other);
    }
    for (const [index, menu] of findAll(".menu", this.form).entries()) {
      menu.classList.toggle("active", findAll(".menu", fresh)[index]?.classList.contains("active") ?? false);
    }
  }

  private failed(address: string): void {
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.setAttribute("role", "alert");
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button";
    retry.textContent = say("retry");
    retry.addEventListener("click", () => {
      notice.remove();
      void this.load(address, true);
    });
    notice.append(say("loadFailed"), " ", retry);
    find(".notice[role=alert]", this.results)?.remove();
    this.results.prepend(notice);
  }
}

/** What the reader is typing is never changed under their fingers. */
const beingTyped = (input: HTMLInputElement): boolean =>
  input === document.activeElement && input.type === "text";

function take(input: HTMLInputElement, other: HTMLInputElement): void {
  if (input.type === "checkbox" || input.type === "radio") {
    input.checked = other.checked;
    input.disabled = other.disabled;
  } else if (input.name) input.value = other.value;
}

/** A menu closes when the reader goes elsewhere, or presses Esc. */
function closeMenus(form: HTMLFormElement): void {
  const open = (): HTMLDetailsElement[] => findAll<HTMLDetailsElement>(".menu[open]", form);
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      find<HTMLElement>("summary", menu)?.focus();
    }
  });
}
