// «Autour de moi»: asked only on click, rounded before it goes anywhere, and told politely when it fails.
import { find, findAll } from "../dom";
import { say } from "../words";
import type { PlaceBox } from "./placebox";

const DECIMALS = 3;
const OPTIONS: PositionOptions = { enableHighAccuracy: false, timeout: 10_000, maximumAge: 60_000 };

/** About 110 metres: enough to look around, too coarse to say which door. */
export function rounded({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `${Number(latitude.toFixed(DECIMALS))},${Number(longitude.toFixed(DECIMALS))}`;
}

export function startLocate(form: HTMLFormElement, box: PlaceBox, onChoice: () => void): void {
  const message = find(".locate-message", form);
  const tell = (text: string): void => {
    if (message) message.textContent = text;
  };
  for (const button of findAll<HTMLButtonElement>(".locate", form)) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      tell("");
      const done = (): void => button.removeAttribute("aria-busy");
      const failed = (name: string): void => {
        done();
        tell(say(name));
        box.focus();
      };
      if (!navigator.geolocation) return failed("unavailable");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          done();
          box.set(say("myPlace"), rounded(coords));
          onChoice();
        },
        (error) => failed(reason(error.code)),
        OPTIONS,
      );
    });
  }
}

/** The name of the message for a GeolocationPositionError's code. */
export function reason(code: number): string {
  return code === 1 ? "denied" : code === 3 ? "timeout" : "unavailable";
}
