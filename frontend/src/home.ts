// The home page: place box, position, and a live map of everything.
import { find } from "./dom";
import { startMapView } from "./mapview";
import { startLocate } from "./search/locate";
import { startPlaceBox } from "./search/placebox";
import { formQuery, goTo } from "./state";

export function startHome(form: HTMLFormElement, main: HTMLElement): void {
  const submit = (): void => goTo(`${form.getAttribute("action")}?${formQuery(new FormData(form), 0)}`);
  const box = startPlaceBox(form, submit);
  if (box) startLocate(form, box, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  const panel = find("#carte");
  if (panel) startMapView(panel, main, goTo).update();
}
