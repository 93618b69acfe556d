import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, choose, focused, press, screen, tabTo, tell } from "./support/person.mjs";

const REPORT = "I typed my password on a page from a mail";
const WORDS = "the tunnel drops at noon";

const gone = (page, selector) => page.waitForFunction((wanted) => !document.querySelector(wanted), selector);
const holds = (page, selector, text) =>
  page.waitForFunction(([field, wanted]) => document.querySelector(field)?.value === wanted, [selector, text]);
const shows = (page, selector, text) =>
  page.waitForFunction(([place, wanted]) => document.querySelector(place)?.textContent.includes(wanted), [selector, text]);

async function openReport(page) {
  await press(page, "Control+Shift+!");
  await screen(page, "security");
}

/** Asks a person for help with what was typed into the Ask field. */
async function askPerson(page) {
  await press(page, "Control+1");
  await page.fill("#ask", "vpn");
  await page.click("#option-person");
}

/** A page with a request in the person's own words, left for the list of requests before anything was sent. */
async function leftRequest(open) {
  const page = await open();
  await askPerson(page);
  await page.fill("#draft-text", WORDS);
  await press(page, "Control+2");
  await screen(page, "requests");
  return page;
}

/** The tests; `open` gives a window. */
export function kept(open) {
  test("a security report stays as it was typed, wherever the person goes meanwhile", async () => {
    const page = await open({ signedIn: false });
    await openReport(page);
    await page.fill("#security-contact", "555 0123");
    await page.fill("#security-text", REPORT);
    const field = await page.$("#security-text");
    await press(page, "Control+Shift+!");
    await tell(page, "open-screen", { type: "security" });
    await page.click(".side-report");
    assert.ok(await field.evaluate((node) => node.isConnected), "the screen that is shown stays as it is");
    await press(page, "Control+1");
    await screen(page, "ask");
    await openReport(page);
    await holds(page, "#security-text", REPORT);
    await holds(page, "#security-contact", "555 0123");
  });

  test("a report that was sent leaves nothing in the fields", async () => {
    const page = await open();
    await openReport(page);
    await page.fill("#security-text", REPORT);
    await press(page, "Control+Enter");
    await screen(page, "security_sent");
    await openReport(page);
    await holds(page, "#security-text", "");
  });

  test("a report that could not be stored stays, and one is thrown away only after a question", async () => {
    const page = await open({ failing: { security_report: "device_storage" } });
    await openReport(page);
    await page.fill("#security-text", REPORT);
    await press(page, "Control+Enter");
    await page.waitForSelector("[role=alert]");
    await holds(page, "#security-text", REPORT);
    await tabTo(page, ".foot .btn-quiet");
    await press(page, "Enter");
    await focused(page, "dialog .btn-main");
    await press(page, "Enter");
    await focused(page, ".foot .btn-quiet");
    await press(page, "Enter");
    await tabTo(page, "dialog .btn-danger");
    await press(page, "Enter");
    await screen(page, "ask");
    await openReport(page);
    await holds(page, "#security-text", "");
  });

  test("what one person wrote is not shown to the next", async () => {
    const page = await open();
    await openReport(page);
    await page.fill("#security-text", REPORT);
    const session = await page.evaluate(() => globalThis.__fake.session());
    await tell(page, "session-changed", { ...session, state: "signed_out", name: null });
    await holds(page, "#security-text", REPORT);
    await tell(page, "session-changed", session);
    await holds(page, "#security-text", REPORT);
    await tell(page, "session-changed", { ...session, name: "Ada" });
    await holds(page, "#security-text", "");
  });

  test("a report says what goes along before it is sent", async () => {
    const page = await open();
    await openReport(page);
    await shows(page, ".foot", "Sent with your name and this device (name, model, serial number).");
    const session = await page.evaluate(() => globalThis.__fake.session());
    await tell(page, "session-changed", { ...session, state: "signed_out", name: null });
    await shows(page, ".foot", "Sent without a name, with this device (name, model, serial number).");
  });

  test("a request that was begun is gone on with", async () => {
    const page = await leftRequest(open);
    await page.click(".head .btn");
    await shows(page, "dialog", WORDS);
    await focused(page, "dialog .btn-main");
    await press(page, "Enter");
    await screen(page, "review");
    await holds(page, "#draft-text", WORDS);
    assert.equal((await calls(page, "draft_new")).length, 1);
  });

  test("a request that was begun is replaced when the person says so, by an empty one", async () => {
    const page = await leftRequest(open);
    await page.click(".head .btn");
    await tabTo(page, "dialog .btn-danger");
    await press(page, "Enter");
    await screen(page, "review");
    await holds(page, "#draft-text", "");
    assert.deepEqual((await calls(page, "draft_new")).map((call) => call.args.text), ["vpn", ""]);
  });

  test("every other way to a person asks too, and leaves everything as it is until it is answered", async () => {
    const page = await leftRequest(open);
    await askPerson(page);
    await page.waitForSelector("dialog[open]");
    await press(page, "Escape");
    await gone(page, "dialog");
    await page.click("#option-vpn-not-connecting");
    await page.click(".foot .btn:last-child");
    await page.waitForSelector("dialog[open]");
    await press(page, "Escape");
    await gone(page, "dialog");
    await page.click(".notice-accent .btn");
    await screen(page, "guide");
    await page.click(".foot .btn:not([data-main])");
    await page.waitForSelector("dialog[open]");
    await tell(page, "open-screen", { type: "requests" });
    await gone(page, "dialog");
    await screen(page, "requests");
    await focused(page, "h1");
    assert.equal((await calls(page, "draft_new")).length, 1);
    assert.equal((await calls(page, "draft_from_guide")).length, 0);
  });

  test("a request whose words nobody changed is begun again without a question", async () => {
    const page = await open();
    await askPerson(page);
    await page.waitForSelector("#draft-text");
    await askPerson(page);
    await screen(page, "review");
    assert.equal((await calls(page, "draft_new")).length, 2);
  });

  test("words are discarded only after a question, behind which nothing is sent", async () => {
    const page = await leftRequest(open);
    await tell(page, "open-screen", { type: "ask" });
    await page.fill("#ask", "");
    await page.click("[aria-labelledby=home-continue] .row");
    await tabTo(page, ".foot .btn-quiet");
    await press(page, "Enter");
    await page.waitForSelector("dialog[open]");
    await press(page, "Control+Enter");
    await press(page, "Control+2");
    await page.waitForSelector("dialog[open]");
    assert.equal((await calls(page, "draft_send")).length, 0);
    await press(page, "Escape");
    await holds(page, "#draft-text", WORDS);
    await focused(page, ".foot .btn-quiet");
    await press(page, "Enter");
    await page.waitForSelector("dialog[open]");
    await tabTo(page, "dialog .btn-danger");
    await press(page, "Enter");
    await screen(page, "ask");
    assert.equal((await calls(page, "draft_discard")).length, 1);
  });

  test("the exact document follows every change for as long as it is open", async () => {
    const page = await open();
    await askPerson(page);
    const summary = page.locator("summary", { hasText: "Exact document" });
    await summary.click();
    await shows(page, "pre", "vpn");
    await page.fill("#draft-text", WORDS);
    await shows(page, "pre", WORDS);
    await page.locator("input.switch").first().click();
    await shows(page, "pre", "device");
    const [view, before] = [await page.evaluate(() => globalThis.__fake.draft()), await calls(page, "draft_document")];
    await tell(page, "draft-changed", view);
    await page.waitForFunction(
      (length) => globalThis.__fake.calls.filter((call) => call.command === "draft_document").length === length,
      before.length + 1,
    );
    await summary.click();
    await gone(page, "pre");
    await choose(page, { failing: { draft_document: "internal" } });
    await summary.click();
    await page.waitForSelector("[role=alert]");
    await gone(page, "pre");
  });

  test("what could not be added to a request stays in its field", async () => {
    const page = await open({ failing: { reply: "device_storage" } });
    await tell(page, "open-screen", { type: "request", id: "with_team" });
    await page.locator("summary", { hasText: "Add something" }).click();
    await page.fill("#more-text", WORDS);
    await page.click("details[open] .btn");
    await page.waitForSelector("[role=alert]");
    await holds(page, "#more-text", WORDS);
    await choose(page, { failing: {} });
    await page.click("details[open] .btn");
    await holds(page, "#more-text", "");
  });
}
