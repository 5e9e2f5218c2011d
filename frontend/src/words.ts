// The page's words, in its language, as the server wrote them in one block of data.

export type Word = string | string[];

let words: Record<string, Word> = {};

export const language = (): string => document.documentElement.lang || "fr";

export function readWords(): void {
  words = readBlock<Record<string, Word>>("mots") ?? {};
}

/** Reads a `json_script` block of the page; null when there is none. */
export function readBlock<T>(id: string): T | null {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}

/** The message of that name, `{…}` filled in; `values.n` chooses between singular and plural. */
export function say(name: string, values: Record<string, string | number> = {}): string {
  const word = words[name] ?? name;
  const text = Array.isArray(word) ? plural(word, Number(values.n)) : word;
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = values[key];
    return value === undefined ? whole : typeof value === "number" ? formatNumber(value) : value;
  });
}

function plural(forms: string[], n: number): string {
  const one = new Intl.PluralRules(language()).select(n) === "one";
  return (one ? forms[0] : forms[1]) ?? "";
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/** `1 234`, but `12 k` and `1,2 M`: where there is little room. */
export function formatShort(value: number): string {
  if (value < 10_000) return formatNumber(value);
  return new Intl.NumberFormat(language(), { notation: "compact" }).format(value);
}

/** `350 m`, `1,2 km`: the same figures as the server's cards. */
export function formatDistance(metres: number): string {
  if (metres < 995) return `${formatNumber(Math.max(Math.round(metres / 10) * 10, 10))}\u00a0m`;
  const km = metres / 1000;
  return `${formatNumber(km < 9.95 ? Math.round(km * 10) / 10 : Math.round(km))}\u00a0km`;
}
