// A map set into a page of another site. To search elsewhere one leaves for ours, in a window of its own.
import { find } from "./dom";
import { startMapView } from "./mapview";

export function startEmbed(main: HTMLElement): void {
  const panel = find("#carte");
  if (panel) startMapView(panel, main, (address) => window.open(address, "_blank", "noopener")).update();
}
