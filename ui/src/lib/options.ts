import type { GuideCard, ResultView, SearchView } from "./bindings";
import { draft } from "./draft.svelte";
import { guide } from "./guide.svelte";
import { router } from "./router.svelte";

type Kind =
  | { kind: "security" }
  | { kind: "guide"; card: GuideCard }
  | { kind: "article"; result: ResultView }
  | { kind: "person" };

/** One thing that can be chosen below the Ask field. */
export type AskOption = Kind & {
  /** Names it for the field while the arrows move. */
  id: string;
  /** Does it. */
  open: () => void;
};

/** The options of a search in the order in which the arrows meet them. */
export function optionsOf(view: SearchView | null): AskOption[] {
  if (!view) return [];
  const security: AskOption[] = view.security
    ? [{ kind: "security", id: "option-security", open: () => router.go({ name: "security" }) }]
    : [];
  const card = view.guide;
  const guides: AskOption[] = card
    ? [{ kind: "guide", card, id: "option-guide", open: () => void guide.start(card.playbook) }]
    : [];
  const articles = view.results.map(
    (result): AskOption => ({
      kind: "article",
      result,
      id: `option-${result.id}`,
      open: () => router.go({ name: "article", id: result.id }),
    }),
  );
  const person: AskOption = { kind: "person", id: "option-person", open: () => void draft.fromAsk() };
  // Where no article answers, help comes first.
  const rows = view.answers ? [...articles, person] : [person, ...articles];
  return [...security, ...guides, ...rows];
}
