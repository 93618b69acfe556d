import type { ArticleView, GuideCard, Pace, ResultView, SearchView } from "../../src/lib/bindings";
import { said } from "./options";

const VPN: () => GuideCard = () => ({
  playbook: "vpn-connectivity",
  scenario: "vpn_connectivity",
  title: said("Fix my VPN connection", "VPN-Verbindung wiederherstellen"),
  summary: said("We look where it stops and mend that.", "Wir suchen die Stelle, an der es endet, und beheben sie."),
  minutes: 3,
});

/** Guided help of the home state. */
export function guides(): GuideCard[] {
  return [
    VPN(),
    {
      playbook: "password-reset",
      scenario: "password_reset_lockout",
      title: said("I’m locked out", "Ich bin aus meinem Konto ausgesperrt"),
      summary: said("Unlock or reset by yourself.", "Selbst entsperren oder zurücksetzen."),
      minutes: 2,
    },
    {
      playbook: "hardware-fault",
      scenario: "hardware_fault",
      title: said("Something on my desk is broken", "Ein Gerät an meinem Arbeitsplatz ist defekt"),
      summary: said("What to try, and how to get a loaner.", "Was Sie versuchen können und wie Sie ein Leihgerät bekommen."),
      minutes: 4,
    },
  ];
}

function result(id: string, marked: string, rest: string, snippet: string, overdue = false): ResultView {
  return {
    id,
    title: [
      { text: marked, marked: true },
      { text: rest, marked: false },
    ],
    snippet: [
      { text: snippet, marked: false },
      { text: " VPN", marked: true },
      { text: ".", marked: false },
    ],
    reviewed: "2026-10-12",
    overdue,
  };
}

/**
 * What a query finds; nothing for words nobody wrote about. In a pause “better” is answered better, and
 * to “parking” nothing is an answer.
 */
export function search(query: string, pace: Pace): SearchView {
  const words = query.toLowerCase();
  const security = words.includes("clicked") || words.includes("geklickt");
  const vpn = words.includes("vpn");
  const unanswered = words.includes("parking");
  const found = vpn || security || unanswered ? results() : [];
  const better = pace === "pause" && words.includes("better");
  return {
    query,
    pace,
    indexing: words.includes("index"),
    indexed: 12,
    answers: !(pace === "pause" && unanswered),
    guide: vpn ? VPN() : null,
    security,
    results: better ? found.toReversed() : found.slice(0, words.includes("better") ? 2 : 3),
  };
}

/** The page of an entry of the catalogue. */
export function access(): ArticleView {
  return {
    ...article("access-ledgerview"),
    id: "access-ledgerview",
    title: said("Get access to LedgerView", "Zugriff auf die Abrechnungsverwaltungsanwendung LedgerView erhalten"),
    summary: said("What can be asked for, who says yes, and how long it takes.", "Was Sie anfragen können, wer zustimmt und wie lange es dauert."),
    guide: null,
    offer: {
      entry: "ledgerview",
      name: ledger(),
      rights: ["read", "edit", "administer"],
    },
    blocks: [
      { platform: null, html: `<p>${said("The books of the company.", "Die Bücher des Unternehmens.")}</p><h2>${said("Rights", "Rechte")}</h2><ul><li><strong>${said("Read", "Lesen")}</strong>: ${said("Look up invoices.", "Rechnungen nachsehen.")}</li></ul>` },
    ],
  };
}

/** As people call it. */
export function ledger(): string {
  return said("LedgerView", "die Abrechnungsverwaltungsanwendung LedgerView");
}

function results(): ResultView[] {
  return [
    result(
      "vpn-not-connecting",
      "VPN",
      said(" is not connecting, or drops after a minute", " verbindet sich nicht oder bricht nach einer Minute ab"),
      said(
        "Six steps. Most people are back after step 2, turning it off and on again, on the",
        "Sechs Schritte. Die meisten sind nach Schritt 2 zurück, dem Aus- und Einschalten, im",
      ),
    ),
    result("vpn-hotel-train-wifi", "VPN", said(" from a hotel or train", " im Hotel oder im Zug"), said("Accept the terms before the", "Stimmen Sie zu vor dem")),
    result("vpn-set-up-new-laptop", said("Set up the VPN", "VPN einrichten"), said(" on a new laptop", " auf einem neuen Laptop"), said("Sign in once for the", "Einmal anmelden für das"), true),
  ];
}

/** An article with tabs, marks and links, as the renderer makes it. */
export function article(id: string): ArticleView {
  const check = said("Check my connection", "Meine Verbindung prüfen");
  return {
    id,
    title: said("VPN is not connecting, or drops after a minute", "VPN verbindet sich nicht oder bricht nach einer Minute ab"),
    summary: said("Most people are back after step 2.", "Die meisten sind nach Schritt 2 wieder verbunden."),
    other_language: null,
    platform: "Linux",
    reviewed: "2026-10-12",
    overdue: id === "vpn-set-up-new-laptop",
    helped: null,
    guide: VPN(),
    offer: null,
    blocks: [
      { platform: null, html: `<p>${said("First see how far you get:", "Zuerst sehen wir, wie weit Sie kommen:")} <a href="#check:network">${check}</a></p>` },
      { platform: "Windows", html: "<ol><li>Press <code>Windows key + A</code>.</li><li>Click <strong>Deactivate</strong>.</li></ol>" },
      {
        platform: "Linux",
        html: `<ol><li>Run <code>nmcli device status</code>.</li><li><p>Run <code>nmcli connection up Lumen-Oak</code>.</p><p>You see <em>successfully activated</em>.</p></li><li>Pick <strong>Restart</strong>.</li></ol>`,
      },
      {
        platform: null,
        html: `<h2>${said("If the tunnel still drops", "Wenn der Tunnel weiter abbricht")}</h2><p><a href="#playbook:vpn-connectivity">${VPN().title}</a></p><p><a href="#article:vpn-hotel-train-wifi">VPN</a></p><table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>`,
      },
    ],
  };
}
