import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, focused, press, screen, type } from "./support/person.mjs";

const ids = (page) =>
  page.$$eval("#results .row", (rows) => rows.map((row) => row.id.replace("option-", "")));
const [NOT, HOTEL, NEW] = ["vpn-not-connecting", "vpn-hotel-train-wifi", "vpn-set-up-new-laptop"];

/** How results come while somebody types, and better ones in a pause. */
export function searching(open) {
  test("each key asks once, also after the index became complete", async () => {
    const page = await open();
    await focused(page, "#ask");
    await page.evaluate(() => globalThis.__fake.emit("index-ready", { articles: 32 }));
    await type(page, "vpn");
    await page.waitForSelector("[data-query=vpn][data-pace=pause]");
    const asked = await calls(page, "search");
    const typed = asked.filter((call) => call.args.pace === "typing").map((call) => call.args.query);
    assert.deepEqual(typed, ["v", "vp", "vpn"]);
    const paused = asked.filter((call) => call.args.pace === "pause").map((call) => call.args.query);
    assert.equal(paused.filter((query) => query === "vpn").length, 1);
  });

  test("in a pause the results get better", async () => {
    const page = await open();
    await focused(page, "#ask");
    await type(page, "better vpn");
    await page.waitForSelector("[data-query='better vpn'][data-pace=pause]");
    assert.deepEqual(await ids(page), [NEW, HOTEL, NOT, "person"]);
  });

  test("what the arrows or the pointer have reached stays where it is, and better results come below", async () => {
    for (const reach of [
      (page) => press(page, "ArrowDown"),
      async (page) => {
        await page.hover("#option-vpn-not-connecting");
        await page.hover("#option-vpn-hotel-train-wifi");
      },
    ]) {
      const page = await open();
      await focused(page, "#ask");
      await type(page, "slow better vpn");
      await page.waitForSelector("[data-query='slow better vpn'][data-pace=typing]");
      await reach(page);
      await page.evaluate(() => globalThis.__fake.release());
      await page.waitForSelector("[data-query='slow better vpn'][data-pace=pause]");
      assert.deepEqual(await ids(page), [NOT, HOTEL, NEW, "person"]);
    }
  });

  test("where no article answers, help comes first and the articles stay", async () => {
    const page = await open();
    await focused(page, "#ask");
    await type(page, "parking");
    await page.waitForSelector("[data-query=parking][data-pace=pause]");
    assert.deepEqual(await ids(page), ["person", NOT, HOTEL, NEW]);
    const others = await page.locator("[aria-labelledby=not-for-it]").innerText();
    assert.match(others, /Building services[^]*parking[^]*555 0142/);
    await press(page, "Enter");
    await screen(page, "review");
  });
}
