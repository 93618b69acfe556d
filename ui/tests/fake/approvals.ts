import type { ApprovalView, ApprovalWord } from "../../src/lib/bindings";
import { ledger } from "./knowledge";
import { options, said } from "./options";
import { isFresh } from "./settings";

let answered = 0;

function asked(id: number): ApprovalView {
  const others = said("I cannot sign in any more", "Ich komme nicht mehr hinein");
  const first = said(
    "My account does not let me in any more. My contract was extended last week, so it should go on.\nCan somebody look at it before the month-end close?",
    "Mein Konto lässt mich nicht mehr hinein. Mein Vertrag wurde letzte Woche verlängert, es sollte also weitergehen.\nKann das jemand vor dem Monatsabschluss ansehen?",
  );
  const { access } = options();
  const request: ApprovalView["request"] = {
    id,
    digest: `digest-${id}`,
    of: "manager",
    is_delegate: id !== 1,
    person: id === 1 ? "Noor Haddad" : "Bartholomäus von Donaudampfschifffahrtsgesellschaft",
    words: access ? said("I look up invoices for the month-end close.", "Ich sehe für den Monatsabschluss Rechnungen nach.") : id === 1 ? first : others,
    deeds: [access ? "access_given" : "account_extended"],
    checks: access ? ["account_in_use", "no_sign_of_others", "role_fits", "not_given", "sensitive"] : ["account_ended", "no_administrator"],
    can_be_undone: true,
    asked_at: "2026-11-20T09:53:00Z",
    until: "2026-11-23T17:00:00Z",
  };
  return { request, access: access ? { name: ledger(), right: "read" } : null };
}

/** What waits. */
export function approvals(): ApprovalView[] {
  return Array.from({ length: options().approvals }, (_, at) => asked(at + 1)).slice(answered);
}

/** Takes a word, if the sign-in is fresh. */
export function say(word: ApprovalWord): ApprovalView[] | "fresh_sign_in_needed" | "conflict" {
  if (!isFresh()) return "fresh_sign_in_needed";
  if (word.digest !== approvals()[0]?.request.digest) return "conflict";
  answered += 1;
  return approvals();
}
