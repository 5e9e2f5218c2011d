// The kinds' shapes as inline SVG, from the same files as the server's sprite.
import area from "./icons/area.svg?raw";
import initiative from "./icons/initiative.svg?raw";
import mission from "./icons/mission.svg?raw";
import project from "./icons/project.svg?raw";

const FILES: Record<string, string> = { initiative, project, mission, area };
const parsed = new Map<string, SVGElement>();

/** A fresh SVG element of a kind; an unknown kind is drawn as an initiative's circle. */
export function shape(kind: string): SVGElement {
  const name = kind in FILES ? kind : "initiative";
  const known = parsed.get(name) ?? parse(name);
  const copy = known.cloneNode(true) as SVGElement;
  copy.setAttribute("aria-hidden", "true");
  return copy;
}

function parse(name: string): SVGElement {
  const file = new DOMParser().parseFromString(FILES[name] ?? "", "image/svg+xml");
  const svg = document.importNode(file.documentElement, true) as unknown as SVGElement;
  parsed.set(name, svg);
  return svg;
}
