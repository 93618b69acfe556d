import type { CheckRow, GuideAction, GuideView, PathStop, StepView } from "../../src/lib/bindings";
import { options, said, type Options } from "./options";

let step: Options["step"] | null = null;

const PATH: PathStop[] = [
  { stop: "device", state: "fine" },
  { stop: "link", state: "fine" },
  { stop: "gateway", state: "fine" },
  { stop: "name_service", state: "attention" },
  { stop: "internet", state: "failed" },
  { stop: "vpn", state: "not_reached" },
  { stop: "company", state: "not_reached" },
];

/** Checks that have ended, of every kind. */
export const ROWS: CheckRow[] = [
  {
    check: "link",
    state: "fine",
    took_ms: 4,
    evidence: [
      { key: "link_kind", value: "wifi" },
      { key: "links_up", value: "1" },
    ],
  },
  { check: "gateway", state: "fine", took_ms: 12, evidence: [{ key: "milliseconds", value: "12" }] },
  { check: "name_service", state: "attention", took_ms: 812, evidence: [{ key: "reason_word", value: "partly_unresolved" }] },
  { check: "internet", state: "failed", took_ms: 1400, evidence: [{ key: "reason_word", value: "captive_portal" }] },
  { check: "clock", state: "not_available", took_ms: 5000, evidence: [{ key: "reason_word", value: "timeout" }] },
  { check: "vpn", state: "running", took_ms: null, evidence: [] },
  { check: "company_service", state: "waiting", took_ms: null, evidence: [] },
];

function stepView(): StepView {
  switch (step ?? options().step) {
    case "check":
      return {
        type: "check",
        path: PATH,
        rows: ROWS,
        done: 5,
        running: false,
        diagnosis: { cause: "captive_portal", stage: "internet", certainty: "certain", because: ["internet"], explains: [] },
        article: { id: "vpn-hotel-train-wifi", title: said("VPN in a hotel or on a train", "VPN im Hotel oder in der Bahn") },
      };
    case "ask":
      return {
        type: "ask",
        options: [
          { id: "office", text: said("Office, by cable", "Büro, mit Kabel") },
          { id: "home", text: said("At home", "Zu Hause") },
          { id: "hotel", text: said("Hotel, train or café", "Hotel, Zug oder Café") },
        ],
      };
    case "do":
      return {
        type: "do",
        steps: [
          said("Connect to your own Wi-Fi, and sit near the router.", "Verbinden Sie sich mit Ihrem eigenen WLAN und sitzen Sie nahe am Router."),
          said("Restart the router and wait three minutes.", "Starten Sie den Router neu und warten Sie drei Minuten."),
        ],
        open: null,
      };
    case "confirm":
      return { type: "confirm" };
    case "resolved":
      return { type: "resolved" };
    case "escalate":
      return { type: "escalate", expect: [said("You will hear back within one hour.", "Sie hören innerhalb einer Stunde von uns.")] };
    case "report_security":
      return { type: "report_security" };
  }
}

const TITLES: Record<Options["step"], [string, string]> = {
  check: ["We look where it stops", "Wir suchen, wo es endet"],
  ask: ["How are you connected?", "Wie sind Sie verbunden?"],
  do: ["Check your home network", "Prüfen Sie Ihr Heimnetzwerk und Ihren Internetzugang"],
  confirm: ["Did this fix it?", "Hat das geholfen?"],
  resolved: ["You are connected again", "Sie sind wieder verbunden"],
  escalate: ["A person takes over", "Ein Mensch übernimmt"],
  report_security: ["Report it first", "Bitte zuerst melden"],
};

/** Guided help as it stands. */
export function view(): GuideView {
  const at = step ?? options().step;
  return {
    playbook: "vpn-connectivity",
    scenario: "vpn_connectivity",
    title: said("Fix my VPN connection", "VPN-Verbindung wiederherstellen"),
    phase: at === "check" ? "check" : at === "ask" || at === "do" ? "fix" : "done",
    step_title: said(...TITLES[at]),
    step_text: at === "do" ? said("Most faults at home are found here.", "Die meisten Fehler zu Hause finden sich hier.") : null,
    article: at === "do" ? { id: "vpn-not-connecting", title: said("VPN is not connecting", "VPN verbindet sich nicht") } : null,
    step: stepView(),
    can_go_back: at !== "check",
  };
}

/** Begins. */
export function start(): GuideView {
  step = options().step;
  return view();
}

/** What runs, if anything. */
export function current(): GuideView | null {
  return step === null ? null : view();
}

/** Ends. */
export function leave(): null {
  step = null;
  return null;
}

/** Moves on along check, ask, do, confirm. */
export function act(action: GuideAction): GuideView {
  const next: Partial<Record<Options["step"], Options["step"]>> = { check: "ask", ask: "do", do: "confirm" };
  const at = step ?? options().step;
  if (action.type === "confirm") step = action.fixed ? "resolved" : "escalate";
  else if (action.type === "back") step = "check";
  else if (action.type !== "check_again") step = next[at] ?? at;
  return view();
}
