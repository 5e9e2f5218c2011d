import { expect, test } from "vitest";
import { symbol } from "../build/icons";

test("a symbol keeps how its file is drawn", () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="M0 0"/></svg>';
  expect(symbol("dot", svg)).toBe(
    '<symbol id="dot" viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="M0 0"/></symbol>',
  );
});

test("something else than an SVG file is refused", () => {
  expect(() => symbol("dot", "<html>")).toThrow("dot: not an SVG file");
});
