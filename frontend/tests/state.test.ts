import { describe, expect, test } from "vitest";
import { formatView, formQuery, parseView } from "../src/state";

function form(pairs: [string, string][]): FormData {
  const data = new FormData();
  for (const [name, value] of pairs) data.append(name, value);
  return data;
}

describe("the map's view after #", () => {
  test("reads back what it writes", () => {
    const view = { zoom: 13, lat: 50.454, lon: -3.952 };
    expect(formatView(view)).toBe("#map=13/50.454/-3.952");
    expect(parseView(formatView(view))).toEqual(view);
  });

  test.each(["", "#resultats", "#map=13/91/3", "#map=x/1/2", "#map=13/50.4"])("%s is no view", (hash) => {
    expect(parseView(hash)).toBeNull();
  });
});

describe("the form's query string", () => {
  test("joins the values of one name and leaves empty ones out", () => {
    const data = form([
      ["place", "Mons"],
      ["near", "50.45,3.95"],
      ["kind", "mission"],
      ["kind", "project"],
      ["theme", ""],
    ]);
    expect(formQuery(data, 3)).toBe("place=Mons&near=50.45,3.95&kind=mission,project");
  });

  test("all kinds are no filter", () => {
    expect(
      formQuery(
        form([
          ["kind", "a"],
          ["kind", "b"],
          ["kind", "c"],
        ]),
        3,
      ),
    ).toBe(""); // prettier-ignore
  });

  test("a radius without a place means nothing", () => {
    expect(
      formQuery(
        form([
          ["place", "Mons"],
          ["near", ""],
          ["radius", "5000"],
        ]),
        3,
      ),
    ).toBe("place=Mons"); // prettier-ignore
  });

  test("a place takes the map's box away", () => {
    expect(
      formQuery(
        form([
          ["near", "50,4"],
          ["bbox", "1,2,3,4"],
        ]),
        3,
      ),
    ).toBe("near=50,4"); // prettier-ignore
  });

  test("a day is one more way to say when", () => {
    expect(
      formQuery(
        form([
          ["when", "upcoming"],
          ["day", "2026-11-28"],
        ]),
        3,
      ),
    ).toBe("when=2026-11-28"); // prettier-ignore
  });

  test("names are escaped", () => {
    expect(formQuery(form([["place", "a&b=c d"]]), 3)).toBe("place=a%26b%3Dc%20d");
  });
});
