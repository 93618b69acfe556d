import type { DetailGroup, DraftView, OpenRequest, ReplyAction, RequestRow, RequestState, RequestView, Right } from "../../src/lib/bindings";
import { ROWS } from "./guide";
import { ledger } from "./knowledge";
import { options, said } from "./options";
import { AT, atWork, done } from "./timeline";

let text = "";
let draft = false;
let wanted: Right | null = null;
let removed: DetailGroup[] = ["tried"];
let reported: RequestState = "cancellable";
const pending = new Set<string>();
const retried = new Set<string>();
const discarded = new Set<string>();

const TITLES: () => Record<string, string> = () => ({
  question: said("Access to LedgerView", "Zugriff auf die Abrechnungsverwaltungsanwendung LedgerView"),
  answered: said("Calendar shows the wrong time zone", "Der Kalender zeigt die falsche Zeitzone an"),
  with_team: said("Meeting room Cedar has no sound", "Im Besprechungsraum Zeder gibt es keinen Ton"),
  saved: said("VPN has not connected since 09:40", "VPN verbindet sich seit 9:40 Uhr nicht mehr"),
  refused: said("A very long log file", "Eine sehr lange Protokolldatei"),
  followed: said("Any news about my ticket?", "Gibt es etwas Neues?"),
  same: said("VPN stuck again, as I wrote", "VPN hängt wieder, wie schon geschrieben"),
  linked: said("As I wrote: no sound in Cedar", "Wie gemeldet: kein Ton in Zeder"),
  split: said("Cedar has no sound, and I need LedgerView", "Kein Ton in Zeder, außerdem LedgerView"),
  solved: said("Locked out after my holiday", "Nach dem Urlaub ausgesperrt"),
});

function row(id: string, state: RequestState, number: number | null): RequestRow {
  return {
    id,
    number,
    title: TITLES()[id] ?? said("I clicked a link", "Ich habe auf einen Link geklickt"),
    state,
    team: state === "with_team" ? said("Workplace help", "Arbeitsplatzbetreuung") : null,
    updated_at: AT,
    waits_for_me: state === "question" || state === "answered" || state === "refused",
    security: id === "security",
  };
}

/** A request of every state. */
export function rows(): RequestRow[] {
  if (options().empty) return [];
  const all = [
    row("question", "question", 20318),
    row("answered", "answered", 20297),
    row("refused", retried.has("refused") ? "saved" : "refused", null),
    row("with_team", "with_team", 20283),
    row("saved", "saved", null),
    row("followed", "answered", 20330),
    row("same", "question", 20331),
    row("linked", "closed", 20332),
    row("split", "closed", 20333),
    row("solved", "solved", 20101),
  ];
  return all.filter(({ id }) => !discarded.has(id));
}

function justSent(id: string): RequestRow {
  if (id === "security") return row(id, reported, null);
  return options().online ? row(id, "received", 20320) : row(id, "saved", null);
}

function other(id: string, index: number): OpenRequest {
  const team = index === 0 ? said("Workplace help", "Arbeitsplatzbetreuung") : null;
  return { number: 20283 + index, title: TITLES()[id] ?? "", team };
}

const others = (): OpenRequest[] => ["with_team", "question"].map(other);

/** A request, opened. */
export function request(id: string): RequestView {
  const found = rows().find((candidate) => candidate.id === id);
  const opened = found ?? justSent(id);
  const accepted = opened.number !== null;
  return {
    row: opened,
    text: said("I need to look up invoices in LedgerView\nfor the month-end close.", "Ich muss für den Monatsabschluss\nRechnungen in LedgerView nachsehen."),
    timeline: [
      ...(accepted ? [] : [{ at: AT, event: null }]),
      ...(accepted ? [{ at: AT, event: { type: "received" as const } }, { at: AT, event: { type: "understood" as const, scenario: "software_access" as const } }] : []),
      ...(id === "answered"
        ? [
            { at: AT, event: { type: "incident_joined" as const, incident: 3, cause: "vpn_gateway_down" as const } },
            { at: AT, event: { type: "incident_over" as const, incident: 3, cause: "vpn_gateway_down" as const } },
            { at: AT, event: { type: "answered" as const, articles: ["vpn-not-connecting"] } },
          ]
        : []),
      ...(id === "solved" ? done() : []),
      ...(id === "followed" ? [{ at: AT, event: { type: "followed_up" as const, open: others() } }] : []),
      ...(id === "linked" ? [{ at: AT, event: { type: "linked" as const, to: other("with_team", 0) } }] : []),
      ...(id === "split" ? [{ at: AT, event: { type: "split" as const, into: others() } }] : []),
      ...(id === "with_team" ? atWork(opened.team ?? "") : []),
    ],
    question:
      id === "same"
        ? {
            id: "same_matter",
            text: said("Is this about your open request 20283, “VPN has not connected since 09:40”?", "Geht es um Ihre offene Anfrage 20283, „VPN verbindet sich seit 9:40 Uhr nicht mehr“?"),
            answers: [
              { id: "same", text: said("Yes, add it there", "Ja, dort ergänzen") },
              { id: "different", text: said("No, it is something else", "Nein, es ist etwas anderes") },
            ],
          }
        : id === "question"
        ? {
            id: "q",
            text: said("Maria is away until Monday. Is that early enough?", "Maria ist bis Montag nicht da. Reicht Ihnen das?"),
            answers: [
              { id: "a", text: said("Monday is fine", "Montag genügt") },
              { id: "b", text: said("I need it today", "Ich brauche es unbedingt heute") },
            ],
          }
        : null,
    articles: [{ id: "vpn-not-connecting", title: said("Set the time zone", "Zeitzone einstellen") }],
    respond_within_minutes: id === "with_team" || !found ? 30 : null,
    refused: opened.state === "refused" ? { code: "too_large", reference: "51d0-7be4" } : null,
    waits_because: id === "saved" ? "clock_wrong" : null,
    replies: pending.has(id)
      ? [{ action: { type: "write", text: said("It began after the update.", "Seit dem Update.") }, refused: null, waits_because: null }]
      : [],
    document: JSON.stringify({ version: 1, id, text: "…" }, null, 2),
  };
}

/** Takes a reply. */
export function reply(id: string, action: ReplyAction): RequestView {
  if (!options().online) {
    pending.add(id);
    return request(id);
  }
  const view = request(id);
  return action.type === "solved" ? { ...view, row: { ...view.row, state: "solved", waits_for_me: false } } : { ...view, question: null };
}

/** Sends a refused one again. */
export function retry(id: string): RequestView {
  retried.add(id);
  return request(id);
}

/** Deletes a refused one. */
export function discard(id: string): null {
  discarded.add(id);
  return null;
}

/** Where the report stands now. */
export function report(state: RequestState): void {
  reported = state;
}

/** Begins a draft. */
export function begin(written: string, right: Right | null = null): DraftView {
  text = written;
  wanted = right;
  draft = true;
  return view();
}

/** The draft, if there is one. */
export function current(): DraftView | null {
  return draft ? view() : null;
}

/** Forgets it. */
export function forget(): null {
  draft = false;
  return null;
}

/** Changes its text. */
export function write(written: string): DraftView {
  text = written;
  return view();
}

/** What would leave now. */
export function document(): string {
  return JSON.stringify({ version: 1, text, removed }, null, 2);
}

/** Takes a group out or in. */
export function toggle(group: DetailGroup, included: boolean): DraftView {
  removed = included ? removed.filter((other) => other !== group) : [...removed, group];
  return view();
}

function view(): DraftView {
  const { signedIn, online } = options();
  return {
    text,
    access: wanted ? { name: ledger(), right: wanted } : null,
    max_chars: 8000,
    masked: text.includes("hunter2") ? ["password"] : [],
    summary: [
      { kind: "who", text: signedIn ? "Noor" : "", diagnosis: null },
      { kind: "what", text, diagnosis: null },
      { kind: "tried", text: said("Signed in to the Wi-Fi page, turned the VPN off and on", "Auf der WLAN-Seite angemeldet, VPN aus- und eingeschaltet"), diagnosis: null },
      { kind: "cause", text: "", diagnosis: { cause: "tunnel_down", stage: "tunnel", certainty: "certain", because: ["vpn"], explains: [] } },
      { kind: "device", text: "LO-4417, 14-inch laptop, Debian 12", diagnosis: null },
    ],
    groups: [
      {
        group: "device",
        included: !removed.includes("device"),
        facts: [
          { fact: "name", value: "LO-4417" },
          { fact: "model", value: "14-inch laptop" },
          { fact: "serial", value: null },
          { fact: "system", value: "Debian GNU/Linux 12" },
          { fact: "uptime", value: "950400" },
          { fact: "app_version", value: "0.1.0" },
        ],
        checks: [
          {
            check: "disks",
            state: "attention",
            took_ms: 2,
            evidence: [
              { key: "mount_point", value: "/" },
              { key: "free_bytes", value: "4200000000" },
              { key: "used_percent", value: "94" },
            ],
          },
        ],
        tried: [],
      },
      { group: "network", included: !removed.includes("network"), facts: [], checks: ROWS.slice(0, 5), tried: [] },
      {
        group: "tried",
        included: !removed.includes("tried"),
        facts: [],
        checks: [],
        tried: [
          { playbook: "vpn-connectivity", step: "page", title: said("Wi-Fi page", "WLAN-Seite"), outcome: "done", detail: null },
          { playbook: "vpn-connectivity", step: "place", title: said("How are you connected?", "Wie sind Sie verbunden?"), outcome: "answered", detail: said("At home", "Zu Hause") },
        ],
      },
    ],
    signed_in: signedIn,
    online,
    checking: false,
  };
}
