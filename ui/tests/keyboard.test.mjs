import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { kept } from "./kept.mjs";
import { searching } from "./searching.mjs";
import { signing } from "./signing.mjs";
import { start } from "./support/browser.mjs";
import { calls, focused, press, screen, tabTo, titled, type } from "./support/person.mjs";

let window;
before(async () => {
  window = await start();
});
after(() => window.stop());

/** The report stands elsewhere now. */
const goOn = (page, state) =>
  page.evaluate((next) => {
    globalThis.__fake.report(next);
    globalThis.__fake.emit("requests-changed", { waiting: 0 });
  }, state);

/** The agent went away or came back. */
const online = (page, answers) =>
  page.evaluate((now) => {
    globalThis.__options.online = now;
    globalThis.__fake.emit("session-changed", globalThis.__fake.session());
  }, answers);

/** A page that shows a request the agent refused. */
async function refused() {
  const page = await window.open();
  await page.evaluate((payload) => globalThis.__fake.emit("open-screen", payload), { type: "request", id: "refused" });
  await page.waitForSelector("[role=alert]");
  return page;
}

describe("everything works by keyboard alone", { concurrency: 3 }, () => {
  test("from a search through guided help and review to a ticket number", async () => {
    const page = await window.open();
    await focused(page, "#ask");
    await type(page, "vpn not connecting");
    await page.waitForSelector("#option-guide[aria-selected=true]");
    await press(page, "Enter");
    await screen(page, "guide");
    await page.waitForSelector(".cause");
    await tabTo(page, ".foot .btn:last-child");
    await press(page, "Enter");
    await page.waitForSelector(".list .row .title");
    await tabTo(page, ".list .row");
    await press(page, "Enter");
    await page.waitForSelector(".article-text li");
    await press(page, "Control+Enter");
    await page.waitForFunction(() => document.querySelectorAll(".foot .btn-big").length === 2);
    await tabTo(page, ".foot .btn-big:not([data-main])");
    await press(page, "Enter");
    await page.waitForSelector(".card.pad li");
    await press(page, "Control+Enter");
    await screen(page, "review");
    await tabTo(page, "#draft-text");
    await type(page, " since this morning");
    await tabTo(page, "input.switch");
    await press(page, "Space");
    await press(page, "Control+Enter");
    await screen(page, "sent");
    await page.waitForFunction(() => document.querySelector("h1")?.textContent.includes("20320"));
    const [sent] = (await calls(page, "draft_text")).slice(-1);
    assert.match(sent.args.text, /since this morning/);
    assert.deepEqual(page.faults, []);
  });

  test("the arrows move among the results while the field keeps the focus and its text", async () => {
    const page = await window.open();
    await focused(page, "#ask");
    await type(page, "vpn");
    await page.waitForSelector("#option-guide");
    await press(page, "ArrowDown");
    await page.waitForSelector("#option-vpn-not-connecting[aria-selected=true]");
    assert.equal(await page.getAttribute("#ask", "aria-activedescendant"), "option-vpn-not-connecting");
    await focused(page, "#ask");
    await press(page, "Enter");
    await screen(page, "article");
    await focused(page, "h1");
    await press(page, "Alt+ArrowLeft");
    await focused(page, "#ask");
    assert.equal(await page.inputValue("#ask"), "vpn");
  });

  test("Escape clears the field, then closes the window", async () => {
    const page = await window.open();
    await focused(page, "#ask");
    await type(page, "vpn");
    await press(page, "Escape");
    assert.equal(await page.inputValue("#ask"), "");
    assert.equal((await calls(page, "hide_window")).length, 0);
    await press(page, "Escape");
    await page.waitForFunction(() => globalThis.__fake.calls.some((call) => call.command === "hide_window"));
  });

  test("every place has its keys", async () => {
    const page = await window.open();
    for (const [keys, name] of [
      ["Control+2", "requests"],
      ["Control+3", "approvals"],
      ["Control+4", "device"],
      ["Control+5", "settings"],
      ["Control+Shift+!", "security"],
      ["Control+1", "ask"],
    ]) {
      await press(page, keys);
      await screen(page, name);
    }
    await page.focus(".side-report");
    await press(page, "Control+1");
    await focused(page, "#ask");
  });

  test("the skip link leads to the content", async () => {
    const page = await window.open();
    await press(page, "Control+5");
    await screen(page, "settings");
    await page.evaluate(() => document.activeElement.blur());
    await tabTo(page, ".skip");
    await press(page, "Enter");
    await focused(page, "#main");
  });

  test("a security report can be sent signed out, and says when somebody has it", async () => {
    const page = await window.open({ signedIn: false });
    await press(page, "Control+Shift+!");
    await screen(page, "security");
    await tabTo(page, "#security-text");
    await type(page, "I typed my password on a page from a mail");
    await tabTo(page, "#security-contact");
    await type(page, "555 0123");
    await press(page, "Control+Enter");
    await screen(page, "security_sent");
    const [report] = await calls(page, "security_report");
    assert.equal(report.args.contact, "555 0123");
    await goOn(page, "received");
    await titled(page, "The security team has your report");
  });

  test("a report whose agent went away asks for a call, and one that does not arrive does too", async () => {
    const page = await window.open();
    await page.clock.install();
    await page.evaluate((payload) => globalThis.__fake.emit("open-screen", payload), { type: "security" });
    await page.fill("#security-text", "I typed my password on a page from a mail");
    await press(page, "Control+Enter");
    await titled(page, "Your report is on its way");
    await online(page, false);
    await titled(page, "Not sent yet: please call now");
    await online(page, true);
    await titled(page, "Your report is on its way");
    await goOn(page, "saved");
    await page.waitForFunction(() => !document.querySelector(".sheet .btn"));
    await titled(page, "Your report is on its way");
    await page.clock.fastForward(10_000);
    await titled(page, "Not sent yet: please call now");
    await goOn(page, "received");
    await titled(page, "The security team has your report");
  });

  test("a refused request is sent again", async () => {
    const page = await refused();
    assert.match(await page.textContent("[role=alert]"), /51d0-7be4/);
    await tabTo(page, ".scroll .btn-main");
    await press(page, "Enter");
    await page.waitForFunction(() => !document.querySelector("[role=alert]"));
    assert.equal((await calls(page, "request_retry"))[0].args.id, "refused");
  });

  test("a refused request is deleted after one question, and the list comes back", async () => {
    const page = await refused();
    await tabTo(page, ".scroll .btn-danger");
    await press(page, "Enter");
    await page.waitForSelector("dialog[open]");
    await press(page, "Escape");
    await page.waitForFunction(() => !document.querySelector("dialog"));
    assert.equal((await calls(page, "request_discard")).length, 0);
    await press(page, "Enter");
    await tabTo(page, "dialog .btn-danger-main");
    await press(page, "Enter");
    await screen(page, "requests");
    await page.waitForSelector(".tall");
    assert.equal((await calls(page, "request_discard"))[0].args.id, "refused");
    assert.doesNotMatch(await page.textContent("#main"), /A very long log file/);
  });

  test("an answer given offline is not asked for twice", async () => {
    const page = await window.open({ online: false });
    await page.evaluate((payload) => globalThis.__fake.emit("open-screen", payload), { type: "request", id: "question" });
    await tabTo(page, ".question .btn");
    await press(page, "Enter");
    await page.waitForSelector("main .notice[role=status]");
    assert.equal(await page.locator(".question .btn, .foot .btn").count(), 0);
  });

  test("a change of the language changes every text at once", async () => {
    const page = await window.open();
    await press(page, "Control+5");
    await page.waitForSelector("#setting-language");
    await page.evaluate(() => (globalThis.__options.language = "de"));
    await tabTo(page, "#setting-language [role=radio]");
    await press(page, "ArrowRight");
    await page.waitForFunction(() => document.documentElement.lang === "de");
    assert.equal(await page.textContent("h1"), "Einstellungen");
  });
});

describe("nothing that a person wrote is lost or leaves unseen", { concurrency: 3 }, () => {
  kept((options) => window.open(options));
  searching((options) => window.open(options));
});

describe("signing in and out, and waiting, say what goes on", { concurrency: 3 }, () => {
  signing((options) => window.open(options));
});
