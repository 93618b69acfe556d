import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, choose, focused, press, screen, tabTo, tell } from "./support/person.mjs";

async function signOut(page) {
  await press(page, "Control+5");
  await tabTo(page, "[aria-labelledby=settings-account] .btn");
  await press(page, "Enter");
  await focused(page, "dialog .btn-main");
  await press(page, "Enter");
  await screen(page, "sign_in");
}

const DEVICES = "[aria-labelledby=settings-installations]";

/** Asks to revoke the other device, and for the fresh sign-in that this needs. */
async function revoke(page) {
  await press(page, "Control+5");
  await page.waitForSelector(`${DEVICES} .row:nth-child(2)`);
  await tabTo(page, `${DEVICES} .row:nth-child(2) .btn`);
  await press(page, "Enter");
  await tabTo(page, "dialog .btn-danger-main");
  await press(page, "Enter");
  await tabTo(page, "dialog .btn-main");
  await press(page, "Enter");
}

/** The tests; `open` gives a window. */
export function signing(open) {
  test("while the browser is awaited its page can be opened again", async () => {
    const page = await open({ signedIn: false, hanging: ["sign_in"] });
    await screen(page, "sign_in");
    await press(page, "Control+Enter");
    await tabTo(page, ".hello .line .btn:first-child");
    await press(page, "Enter");
    await press(page, "Enter");
    assert.equal((await calls(page, "sign_in")).length, 3);
    await press(page, "Control+Enter");
    assert.equal((await calls(page, "sign_in")).length, 3);
    const session = await page.evaluate(() => globalThis.__fake.session());
    await tell(page, "session-changed", { ...session, state: "signed_in", name: "Noor" });
    await screen(page, "ask");
  });

  test("a sign-out that the company did not hear of says so, until the next sign-in", async () => {
    const page = await open({ revoked: false });
    await signOut(page);
    const notice = await page.textContent(".sheet .notice");
    assert.match(notice, /signed out on this device/);
    assert.match(notice, /555 0100/);
    await choose(page, { revoked: true });
    await press(page, "Control+Enter");
    await screen(page, "ask");
    await signOut(page);
    assert.equal(await page.locator(".sheet .notice").count(), 0);
  });

  test("what takes long shows still shapes of what comes, on every screen and before the first", async () => {
    const page = await open({ hanging: ["home", "requests", "settings", "installations", "article"] });
    await page.waitForSelector(".ghost");
    await page.fill("#ask", "vpn");
    await page.click("#option-vpn-not-connecting");
    await page.waitForSelector("[data-screen=article] .ghost");
    await press(page, "Control+2");
    await page.waitForSelector("[data-screen=requests] .ghost");
    await press(page, "Control+5");
    await page.waitForSelector("[data-screen=settings] .ghost");
    await choose(page, { hanging: ["installations"] });
    await press(page, "Control+5");
    await page.waitForSelector(`${DEVICES} .ghost`);
    const start = encodeURIComponent(JSON.stringify({ hanging: ["startup"] }));
    await page.goto(page.url().replace(/\?.*/, `?${start}`));
    await page.waitForSelector(".ghost");
  });

  test("what failed is asked for again by itself or by going there again, and its screen has a heading", async () => {
    const page = await open({ failing: { requests: "internal", installations: "agent_unreachable", article: "not_found" } });
    await page.fill("#ask", "vpn");
    await page.click("#option-vpn-not-connecting");
    await focused(page, "h1");
    await page.waitForSelector("[role=alert]");
    await press(page, "Control+2");
    await page.waitForSelector("[role=alert]");
    await choose(page, { failing: { installations: "agent_unreachable" } });
    await press(page, "Control+2");
    await page.waitForSelector(".tall");
    await press(page, "Control+5");
    await page.waitForSelector(`${DEVICES} [role=alert]`);
    await choose(page, { failing: {}, online: false });
    await tell(page, "session-changed", await page.evaluate(() => globalThis.__fake.session()));
    await page.waitForSelector(`${DEVICES} .row`);
  });

  test("revoking a device asks for a fresh sign-in and goes on by itself", async () => {
    const page = await open();
    await revoke(page);
    await page.waitForFunction(() => !document.querySelector("dialog"));
    assert.equal((await calls(page, "sign_in_fresh")).length, 1);
    await page.waitForFunction((devices) => document.querySelectorAll(`${devices} .row`).length === 1, DEVICES);
  });

  test("a fresh sign-in that is cancelled revokes nothing", async () => {
    const page = await open({ hanging: ["sign_in_fresh"] });
    await revoke(page);
    await press(page, "Escape");
    await page.waitForFunction(() => !document.querySelector("dialog"));
    assert.equal((await calls(page, "cancel_sign_in")).length, 1);
    assert.equal((await calls(page, "installation_revoke")).length, 1);
  });
}
