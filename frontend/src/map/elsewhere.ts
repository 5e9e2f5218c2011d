// Buttons to the territories that the first view leaves out, called by their largest town.
import { fetchNames } from "../api";
import { el, find } from "../dom";
import { say } from "../words";
import type { Box, Group } from "./view";

const BUTTONS = 2;

/** `go` shows a territory; the one left is then among the buttons. */
export function showElsewhere(
  panel: HTMLElement,
  groups: Group[],
  shown: Group | null,
  go: (box: Box) => void,
): void {
  const box = find(".map-elsewhere", panel);
  if (!box) return;
  const others = groups.filter((group) => group !== shown).slice(0, BUTTONS);
  box.hidden = others.length === 0 || !shown;
  box.replaceChildren(
    ...others.map((group) =>
      button(group, () => {
        go(group.box);
        showElsewhere(panel, groups, group, go);
      }),
    ),
  );
}

function button(group: Group, onClick: () => void): HTMLButtonElement {
  const made = el("button", { type: "button", class: "chip plain" }, say("elsewhere", { n: group.count }));
  made.addEventListener("click", onClick);
  void largestName(group.box).then((place) => {
    if (place) made.textContent = say("elsewhereAt", { n: group.count, place });
  });
  return made;
}

async function largestName([west, south, east, north]: Box): Promise<string | null> {
  const around = [west - 0.2, south - 0.2, east + 0.2, north + 0.2];
  const names = await fetchNames(around, 8).catch(() => []);
  return names.find((name) => name.level === "commune")?.name ?? null;
}
