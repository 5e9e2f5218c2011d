import { expect, test } from "vitest";
import { reason, rounded } from "../src/search/locate";

test("a position is rounded to about a hundred metres", () => {
  expect(rounded({ latitude: 50.45421234, longitude: -3.9 })).toBe("50.454,-3.9");
});

test.each([
  [1, "denied"],
  [2, "unavailable"],
  [3, "timeout"],
])("failure %i is told as %s", (code, name) => {
  expect(reason(code)).toBe(name);
});
