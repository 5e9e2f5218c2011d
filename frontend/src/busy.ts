// A form that may take a minute says so on its button, and is not sent twice.

/** `data-busy` of `main`: the words on the button meanwhile. */
export function startBusy(main: HTMLElement): void {
  let sent: { button: HTMLElement; words: string } | null = null;
  main.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    const button = event.submitter;
    if (!button) return;
    sent = { button, words: button.innerHTML };
    button.setAttribute("aria-busy", "true");
    button.textContent = main.dataset.busy ?? "";
  });
  // Back from the next page, the browser may show this one as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !sent) return;
    sent.button.removeAttribute("aria-busy");
    sent.button.innerHTML = sent.words;
    sent = null;
  });
}
