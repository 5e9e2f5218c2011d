// The map's room on a phone: a band of a third of the screen, dragged or tapped to make it full.
import { find } from "./dom";
import { say } from "./words";

const SNAP_PX = 60;

/** `onResize` is called when the room has its new height. */
export function startPanel(panel: HTMLElement, onResize: () => void): void {
  const handle = find<HTMLButtonElement>(".map-handle", panel);
  if (!handle) return;
  handle.hidden = false;
  panel.addEventListener("transitionend", onResize);
  let start = 0;
  let height = 0;
  let moved = 0;

  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    start = event.clientY;
    height = panel.offsetHeight;
    moved = 0;
    panel.dataset.dragging = "";
  });
  handle.addEventListener("pointermove", (event) => {
    if (!("dragging" in panel.dataset)) return;
    moved = event.clientY - start;
    panel.style.height = `${Math.max(height + moved, 120)}px`;
  });
  const release = (): void => {
    delete panel.dataset.dragging;
    panel.style.height = "";
    if (Math.abs(moved) > SNAP_PX) setSize(panel, handle, moved > 0);
    onResize();
  };
  handle.addEventListener("pointerup", release);
  handle.addEventListener("pointercancel", release);
  handle.addEventListener("click", () => {
    if (Math.abs(moved) <= SNAP_PX) setSize(panel, handle, panel.dataset.size !== "full");
    moved = 0;
    onResize();
  });
  setSize(panel, handle, false);
}

function setSize(panel: HTMLElement, handle: HTMLElement, full: boolean): void {
  panel.dataset.size = full ? "full" : "band";
  handle.setAttribute("aria-expanded", String(full));
  const word = find(".word", handle);
  if (word) word.textContent = say(full ? "reduce" : "enlarge");
}
