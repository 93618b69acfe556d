/** Every screen in the states that matter, and how a person gets there. */

const ASK = "#ask";
const main = (page) => page.click("[data-main]");
const nav = (index) => (page) => page.click(`.nav li:nth-child(${index}) button`);
const shown = (page, name) => page.waitForSelector(`[data-screen="${name}"]`);
const tell = (page, screen) =>
  page.evaluate((payload) => globalThis.__fake.emit("open-screen", payload), screen);

async function search(page, words) {
  await page.fill(ASK, words);
  await page.waitForSelector("#results");
}

async function guide(page) {
  await search(page, "vpn not connecting");
  await page.press(ASK, "Enter");
  await shown(page, "guide");
  await page.waitForSelector("h1");
}

async function review(page) {
  await search(page, "vpn");
  await page.click("#option-person");
  await shown(page, "review");
  await page.waitForSelector("#draft-text");
}

async function catalogue(page) {
  await search(page, "vpn");
  await page.click("#option-vpn-set-up-new-laptop");
  await page.waitForSelector(".rights .btn");
}

async function asked(page) {
  await nav(3)(page);
  await page.waitForSelector(".deeds");
}

const request = (id) => async (page) => {
  await tell(page, { type: "request", id });
  await page.waitForSelector(".timeline");
};

async function report(page) {
  await tell(page, { type: "security" });
  await page.fill("#security-text", "I clicked a link in a mail");
  await main(page);
  await shown(page, "security_sent");
}

/** Name, options of the backend, and the way there. */
export const SCREENS = [
  ["ask-home", {}, (page) => page.waitForSelector(".cards")],
  ["ask-loading", { hanging: ["home"] }, (page) => page.waitForSelector(".ghost")],
  ["ask-offline", { online: false }, async (page) => {
    await page.waitForSelector(".cards");
    await page.waitForSelector(".notice");
  }],
  ["ask-incident", { incident: true }, async (page) => {
    await page.click(".notice .btn");
    await page.waitForFunction(() => !document.querySelector(".notice .btn"));
  }],
  ["ask-incident-new", { incident: true }, (page) => page.waitForSelector(".notice .btn")],
  ["ask-results", {}, (page) => search(page, "vpn not connecting")],
  ["ask-security", {}, (page) => search(page, "clicked a link, index")],
  ["ask-nothing", {}, (page) => search(page, "zebra")],
  ["ask-no-answer", {}, async (page) => {
    await search(page, "parking");
    await page.waitForSelector("[data-query=parking][data-pace=pause]");
  }],
  ["article", {}, async (page) => {
    await search(page, "vpn");
    await page.click("#option-vpn-set-up-new-laptop");
    await page.waitForSelector(".article-text ol");
  }],
  ["article-access", { access: true }, catalogue],
  ["review-access", { access: true }, async (page) => {
    await catalogue(page);
    await page.click(".rights .btn");
    await shown(page, "review");
    await page.waitForSelector("#draft-text");
  }],
  ["article-problem", { failing: { article: "not_found" } }, async (page) => {
    await search(page, "vpn");
    await page.click("#option-vpn-set-up-new-laptop");
    await page.waitForSelector("[role=alert]");
  }],
  ["guide-check", {}, async (page) => {
    await guide(page);
    await page.waitForSelector(".cause");
    await page.click(".checks summary");
  }],
  ["guide-ask", { step: "ask" }, guide],
  ["guide-do", { step: "do" }, guide],
  ["guide-confirm", { step: "confirm" }, guide],
  ["guide-resolved", { step: "resolved" }, guide],
  ["guide-escalate", { step: "escalate" }, guide],
  ["guide-security", { step: "report_security" }, guide],
  ["review", {}, async (page) => {
    await review(page);
    await page.fill("#draft-text", "vpn not connecting, tried hunter2 twice");
    await page.waitForSelector(".chip");
  }],
  ["review-open", { signedIn: false, online: false }, async (page) => {
    await tell(page, { type: "ask" });
    await review(page);
    for (const fold of await page.$$("details:not([open]) > summary")) await fold.click();
    await page.waitForSelector("pre");
  }],
  ["review-discard", {}, async (page) => {
    await review(page);
    await page.click(".foot .btn-quiet");
    await page.waitForSelector("dialog[open]");
  }],
  ["review-left", {}, async (page) => {
    await review(page);
    await page.fill("#draft-text", "The VPN drops every day at noon, and with it every call and every open document");
    await nav(2)(page);
    await page.click(".head .btn");
    await page.waitForSelector("dialog[open]");
  }],
  ["sent", {}, async (page) => {
    await review(page);
    await main(page);
    await shown(page, "sent");
    await page.waitForSelector("h1");
  }],
  ["saved", { online: false }, async (page) => {
    await review(page);
    await main(page);
    await shown(page, "sent");
  }],
  ["requests", {}, async (page) => {
    await nav(2)(page);
    await page.waitForSelector(".tall");
  }],
  ["requests-empty", { empty: true }, async (page) => {
    await nav(2)(page);
    await page.waitForSelector(".empty .btn");
  }],
  ["requests-unread", { unread: true }, nav(2)],
  ["request-followed", {}, request("followed")],
  ["request-same", {}, request("same")],
  ["request-linked", {}, request("linked")],
  ["request-split", {}, request("split")],
  ["request-saved", {}, request("saved")],
  ["request-question", {}, async (page) => {
    await request("question")(page);
    await page.click(".question .btn-quiet");
  }],
  ["request-answered", {}, async (page) => {
    await request("answered")(page);
    for (const fold of await page.$$("details:not([open]) > summary")) await fold.click();
  }],
  ["request-with-team", {}, request("with_team")],
  ["request-solved", {}, request("solved")],
  ["request-pending", { online: false }, async (page) => {
    await request("question")(page);
    await page.click(".question .btn");
    await page.waitForSelector("main .notice[role=status] + blockquote");
  }],
  ["request-refused", {}, request("refused")],
  ["request-delete", {}, async (page) => {
    await request("refused")(page);
    await page.click(".btn-danger");
    await page.waitForSelector("dialog[open]");
  }],
  ["approvals", { approvals: 2 }, asked],
  ["approvals-access", { approvals: 1, access: true }, asked],
  ["approvals-fresh", { approvals: 1 }, async (page) => {
    await nav(3)(page);
    await page.click(".foot .btn-main");
    await page.waitForSelector("dialog[open]");
  }],
  ["approvals-said", { approvals: 2 }, async (page) => {
    await nav(3)(page);
    await page.click(".foot .btn-danger");
    await page.click("dialog .btn-main");
    await page.waitForSelector(".notice-fine");
  }],
  ["approvals-outdated", { approvals: 2, failing: { approval_say: "conflict" } }, async (page) => {
    await nav(3)(page);
    await page.click(".foot .btn-main");
    await page.waitForSelector(".notice-attention");
  }],
  ["approvals-none", {}, async (page) => {
    await page.waitForSelector(".cards");
    await page.keyboard.press("Control+3");
    await shown(page, "approvals");
    await page.waitForSelector(".page-head p");
  }],
  ["device", {}, async (page) => {
    await nav(3)(page);
    await page.waitForSelector(".tiles");
  }],
  ["device-fine-open", { health: "fine" }, async (page) => {
    await nav(3)(page);
    await page.click(".column > details > summary");
    await page.click(".checks summary");
  }],
  ["device-checking", { health: "checking" }, async (page) => {
    await nav(3)(page);
    await page.waitForSelector(".tiles");
  }],
  ["device-failed", { health: "failed" }, async (page) => {
    await nav(3)(page);
    await page.waitForSelector(".notice-failed");
    await page.click(".foot .btn:last-child");
    await page.waitForSelector(".notice-fine");
  }],
  ["settings", {}, async (page) => {
    await nav(4)(page);
    await page.click("[aria-labelledby=settings-own-account] summary");
    await page.waitForSelector("[aria-labelledby=settings-installations] .btn-danger");
  }],
  ["settings-unsent", {}, async (page) => {
    await nav(4)(page);
    await page.click("#settings-account ~ .list .btn, [aria-labelledby=settings-account] .btn");
    await page.waitForSelector("dialog[open]");
  }],
  ["sign-in", { signedIn: false }, (page) => shown(page, "sign_in")],
  ["sign-in-waiting", { signedIn: false, hanging: ["sign_in"] }, async (page) => {
    await shown(page, "sign_in");
    await main(page);
    await page.waitForSelector(".hello .line");
  }],
  ["sign-in-left-open", { revoked: false }, async (page) => {
    await nav(4)(page);
    await page.click("[aria-labelledby=settings-account] .btn");
    await page.click("dialog .btn-main");
    await page.waitForSelector("[data-screen=sign_in] .notice");
  }],
  ["sign-in-problem", { signedIn: false, memoryOnly: true, failing: { sign_in: "clock_wrong" } }, async (page) => {
    await shown(page, "sign_in");
    await main(page);
    await page.waitForSelector("[role=alert]");
  }],
  ["security", {}, (page) => tell(page, { type: "security" })],
  ["security-signed-out", { signedIn: false, online: false }, async (page) => {
    await tell(page, { type: "security" });
    await page.waitForSelector("#security-contact");
    await main(page);
  }],
  ["security-sent", {}, async (page) => {
    await report(page);
    await page.waitForFunction(() => document.querySelectorAll(".sheet .btn").length > 0);
  }],
  ["security-not-sent", { online: false }, report],
];
