// The place box: an editable combobox (APG) on the gazetteer. Without a choice, the server decides.
import { fetchPlaces, type Place } from "../api";
import { debounce, el, find } from "../dom";
import { say } from "../words";

const WAIT_MS = 150;
const WIDE_RADII: Record<string, string> = { province: "50000", region: "all", country: "all" };

export interface PlaceBox {
  /** Puts a place into the form, as if it had been chosen. */
  set(name: string, near: string): void;
  focus(): void;
}

/** `onChoice` is called once the form holds a chosen place. */
export function startPlaceBox(form: HTMLFormElement, onChoice: () => void): PlaceBox | null {
  const input = find<HTMLInputElement>("#lieu", form);
  if (!input) return null;
  const list = el("ul", { class: "place-options", role: "listbox", id: "lieux", hidden: true });
  const status = el("p", { class: "visually-hidden", role: "status" });
  list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  input.parentElement?.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": "lieux",
  })) {
    input.setAttribute(name, value);
  }

  let places: Place[] = [];
  let active = -1;
  let request: AbortController | null = null;

  const close = (): void => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (index: number): void => {
    active = index;
    for (const [place, option] of [...list.querySelectorAll('[role="option"]')].entries()) {
      option.setAttribute("aria-selected", String(place === index));
      if (place === index) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    }
    if (index < 0) input.removeAttribute("aria-activedescendant");
  };

  const choose = (place: Place): void => {
    fill(form, input, place.name, `${place.lat},${place.lon}`, WIDE_RADII[place.level]);
    close();
    onChoice();
  };

  const show = (found: Place[]): void => {
    places = found;
    list.replaceChildren(...(found.length ? found.map(optionOf) : [emptyOption()]));
    status.textContent = found.length ? say("placesFound", { n: found.length }) : say("noPlace");
    list.hidden = false;
    active = -1;
    input.setAttribute("aria-expanded", "true");
  };

  const look = debounce(async (typed: string) => {
    request?.abort();
    request = new AbortController();
    try {
      const found = await fetchPlaces(typed, request.signal);
      if (document.activeElement === input && input.value.trim() === typed) show(found);
    } catch {
      // No suggestions is no failure: the form still works as it is.
    }
  }, WAIT_MS);

  input.addEventListener("input", () => {
    field(form, "near").value = "";
    const typed = input.value.trim();
    if (typed.length >= 2 || /^\d/.test(typed)) look(typed);
    else close();
  });
  const step = (by: 1 | -1): void => {
    if (list.hidden || !places.length) return;
    const from = active < 0 && by < 0 ? 0 : active;
    mark((from + by + places.length) % places.length);
  };
  const keys: Record<string, (event: KeyboardEvent) => void> = {
    ArrowDown: (event) => {
      event.preventDefault();
      step(1);
    },
    ArrowUp: (event) => {
      event.preventDefault();
      step(-1);
    },
    Enter: (event) => {
      const place = places[active];
      if (list.hidden || !place) return;
      event.preventDefault();
      choose(place);
    },
    Escape: (event) => {
      if (list.hidden) return;
      event.stopPropagation();
      close();
    },
  };
  input.addEventListener("keydown", (event) => keys[event.key]?.(event));
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
    const place = places[Number(option?.dataset.index)];
    if (place) choose(place);
  });

  return {
    set: (name, near) => fill(form, input, name, near, undefined),
    focus: () => input.focus(),
  };
}

function optionOf(place: Place, index: number): HTMLLIElement {
  const other = place.matched ? el("span", { class: "matched" }, ` (${place.matched})`) : null;
  const context = [place.context, place.postcodes.slice(0, 3).join(", ")].filter(Boolean).join(" · ");
  return el(
    "li",
    { role: "option", id: `lieu-${index}`, "data-index": String(index), "aria-selected": "false" },
    el("span", {}, place.name, other),
    el("span", { class: "context" }, context),
  );
}

const emptyOption = (): HTMLLIElement => el("li", { class: "none" }, say("noPlace"));

function fill(
  form: HTMLFormElement,
  input: HTMLInputElement,
  name: string,
  near: string,
  radius?: string,
): void {
  input.value = name;
  field(form, "near").value = near;
  field(form, "place_was").value = name;
  const select = form.elements.namedItem("radius");
  if (radius && select instanceof HTMLSelectElement) select.value = radius;
  else if (radius) form.append(el("input", { type: "hidden", name: "radius", value: radius }));
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}
