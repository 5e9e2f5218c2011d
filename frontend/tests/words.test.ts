import { beforeEach, expect, test } from "vitest";
import { formatDistance, readWords, say } from "../src/words";

beforeEach(() => {
  document.documentElement.lang = "fr";
  document.body.innerHTML = "";
  const block = document.createElement("script");
  block.type = "application/json";
  block.id = "mots";
  block.textContent = JSON.stringify({ near: "à {place}", found: ["{n} résultat", "{n} résultats"] });
  document.body.append(block);
  readWords();
});

test("fills in what a message leaves open", () => {
  expect(say("near", { place: "Mons" })).toBe("à Mons");
  expect(say("near")).toBe("à {place}");
});

test("a message that is not there is its own name", () => {
  expect(say("missing")).toBe("missing");
});

test.each([
  ["fr", 0, "0 résultat"],
  ["fr", 1, "1 résultat"],
  ["fr", 2, "2 résultats"],
  ["en", 0, "0 résultats"],
  ["fr", 1234, "1\u202f234 résultats"],
])("in %s, %i takes its own plural", (language, n, words) => {
  document.documentElement.lang = language;
  expect(say("found", { n })).toBe(words);
});

test.each([
  [3, "10\u00a0m"],
  [346, "350\u00a0m"],
  [1234, "1,2\u00a0km"],
  [12_400, "12\u00a0km"],
])("%i metres read %s", (metres, words) => {
  expect(formatDistance(metres)).toBe(words);
});
