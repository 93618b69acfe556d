import type { RequestRow, RequestState } from "./bindings";
import { t } from "./i18n.svelte";
import type { SignName } from "./icons";

const SIGNS: Record<RequestState, SignName> = {
  saved: "waiting",
  cancellable: "waiting",
  refused: "attention",
  received: "open",
  answered: "open",
  question: "attention",
  with_team: "open",
  solved: "fine",
  closed: "na",
};

/** The sign of a request: what waits for the employee stands out. */
export function signOf(row: RequestRow): SignName {
  return row.waits_for_me ? "attention" : SIGNS[row.state];
}

/** Where a request stands, in words. */
export function stateOf(row: RequestRow): string {
  if (row.state === "with_team" && row.team) return t("request.state.with_named_team", { team: row.team });
  return t(`request.state.${row.state}`);
}

/** Whether nothing more is expected. */
export function isDone(state: RequestState): boolean {
  return state === "solved" || state === "closed";
}

/** Whether the agent has it, so that replies can reach somebody. */
export function isAccepted(state: RequestState): boolean {
  return state !== "saved" && state !== "cancellable" && state !== "refused";
}
