// The list beside the map: a card under the pointer or the focus raises its marker, and the other way round.
import { find, findAll } from "./dom";

/** Calls with the id of the card that is pointed at or focused; null when it is left. */
export function watchCards(root: HTMLElement, onCard: (id: string | null) => void): void {
  const idOf = (event: Event): string | null =>
    (event.target as Element).closest<HTMLElement>(".card")?.dataset.id ?? null;
  root.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse") onCard(idOf(event));
  });
  root.addEventListener("pointerleave", () => onCard(null));
  root.addEventListener("focusin", (event) => onCard(idOf(event)));
  root.addEventListener("focusout", () => onCard(null));
}

/** Marks the card of what is chosen on the map and brings it into view where list and map stand side by side. */
export function selectCard(id: string | null): void {
  for (const card of findAll(".card.selected")) card.classList.remove("selected");
  if (!id) return;
  const card = find(`.card[data-id="${CSS.escape(id)}"]`);
  card?.classList.add("selected");
  if (matchMedia("(min-width: 64rem)").matches) card?.scrollIntoView({ block: "nearest" });
}

/** Ids of the cards shown, in order. */
export function shownIds(): string[] {
  return findAll<HTMLElement>(".card[data-id]").map((card) => card.dataset.id ?? "");
}
