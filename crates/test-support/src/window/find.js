// Finds what a person would: by kind and by the words on it. `arguments`: kind, start of the words.
const [kind, source] = arguments;
const SELECTORS = {
  button: 'button, summary, [role="option"]',
  field: "input, textarea",
};
const pattern = new RegExp(`^${source}`, "u");
const plain = (text) => (text ?? "").replace(/\s+/gu, " ").trim();
const named = (element) =>
  plain(element.getAttribute("aria-label")) ||
  plain(element.labels?.[0]?.textContent) ||
  plain(element.innerText) ||
  plain(element.getAttribute("placeholder"));
const usable = (element) =>
  element.checkVisibility() && !element.disabled && element.getAttribute("aria-busy") !== "true";

const found = [...document.querySelectorAll(SELECTORS[kind])]
  .filter(usable)
  .map((element) => ({ element, name: named(element) }))
  .filter(({ name }) => pattern.test(name));
// The shortest name is the most exact one.
found.sort((a, b) => a.name.length - b.name.length);
return found[0]?.element ?? null;
