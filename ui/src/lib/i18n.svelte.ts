import i18next from "i18next";
import en from "../messages/en.json";

type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}`;
}[keyof T & string];
type Singular<K extends string> = K extends `${infer Stem}_one`
  ? Stem
  : K extends `${infer Stem}_other`
    ? Stem
    : K;

/** Every text of the product, by name. */
export type TextKey = Singular<Paths<typeof en>>;
/** What is put into a text. `count` also chooses its plural. */
export type TextValues = Record<string, string | number>;

const FALLBACK = "en";
const LOADERS: Record<string, () => Promise<{ default: object }>> = {
  de: () => import("../messages/de.json"),
};

const texts = i18next.createInstance();
void texts.init({
  lng: FALLBACK,
  fallbackLng: FALLBACK,
  resources: { [FALLBACK]: { translation: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

let current = $state(FALLBACK);

/** Language of the texts, dates and numbers. */
export function language(): string {
  return current;
}

/** The text of this name in the current language; follows a change of language. */
export function t(key: TextKey, values?: TextValues): string {
  return texts.t(key, { lng: current, ...values });
}

/** Whether there is a text of this name; for words that come from outside of the closed enums. */
export function hasText(key: string): key is TextKey {
  return texts.exists(key, { lng: current });
}

/** Switches every text, date and number to this language; English if it is not known. */
export async function useLanguage(next: string): Promise<void> {
  const name = next.split("-")[0] ?? FALLBACK;
  const load = LOADERS[name];
  if (load && !texts.hasResourceBundle(name, "translation")) {
    texts.addResourceBundle(name, "translation", (await load()).default);
  }
  current = texts.hasResourceBundle(name, "translation") ? name : FALLBACK;
  document.documentElement.lang = current;
}
