import { readFileSync } from "node:fs";

const ACCENTS = { a: "á", e: "é", i: "í", o: "ó", u: "ú", y: "ý", A: "Á", E: "É", I: "Í", O: "Ó", U: "Ú", n: "ñ", c: "ç" };

/** The messages of a language. */
export function messages(language) {
  return JSON.parse(readFileSync(new URL(`../../src/messages/${language}.json`, import.meta.url), "utf8"));
}

/** Every text of a tree with its name: `a.b.c` → text. */
export function flatten(tree, prefix = "") {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${prefix}${key}`, value]] : flatten(value, `${prefix}${key}.`),
  );
}

/** A language nobody speaks: accented, 40 % longer, in brackets; what is filled in stays. */
export function pseudo(tree) {
  if (typeof tree !== "string") {
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, pseudo(value)]));
  }
  const accented = tree
    .split(/(\{\{.*?\}\})/)
    .map((part) => (part.startsWith("{{") ? part : part.replace(/[a-z]/gi, (letter) => ACCENTS[letter] ?? letter)))
    .join("");
  const longer = Math.ceil(tree.length * 0.4);
  const padding = "lorem ipsum dolor sit ".repeat(Math.ceil(longer / 22)).slice(0, longer);
  return `[${accented} ${padding.trim()}]`;
}
