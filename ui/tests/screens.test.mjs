import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { start, stickingOut, violations } from "./support/browser.mjs";
import { SCREENS } from "./support/screens.mjs";

const PICTURES = fileURLToPath(new URL("../../target/ui-shots/", import.meta.url));
/** Light or dark, and the size of the window. */
const LOOKS = [
  ["light", 960, 680],
  ["light", 420, 720],
  ["dark", 960, 680],
  ["dark", 420, 720],
];
/** A language changes words and their length, no color: two looks show both. */
const OF_A_TRANSLATION = LOOKS.filter(([scheme, width]) => (scheme === "dark") === (width === 960));
const LOOKS_OF = { en: LOOKS, de: OF_A_TRANSLATION, pseudo: OF_A_TRANSLATION };
/** What is kept to be looked at. */
const PICTURED = { en: ["light 960", "dark 960", "light 420"], de: ["light 420"], pseudo: ["light 420"] };
/** The smallest window, and the ordinary one at 200 %. */
const TIGHT = [
  [400, 560],
  [480, 340],
];

let window;
before(async () => {
  await mkdir(PICTURES, { recursive: true });
  window = await start();
});
after(() => window.stop());

async function check(page, name, language) {
  const problems = [];
  for (const [colorScheme, width, height] of LOOKS_OF[language]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    const found = [...(await violations(page)), ...(await stickingOut(page))];
    problems.push(...found.map((problem) => `${colorScheme} ${width}: ${problem}`));
    const path = `${PICTURES}${name}-${language}-${colorScheme}-${width}.png`;
    if (PICTURED[language].includes(`${colorScheme} ${width}`)) await page.screenshot({ path });
  }
  for (const [width, height] of TIGHT) {
    await page.setViewportSize({ width, height });
    problems.push(...(await stickingOut(page)).map((problem) => `${width}: ${problem}`));
  }
  assert.deepEqual(problems, []);
  assert.deepEqual(page.faults, []);
}

describe("every screen can be used by everybody, in every language, light and dark, wide and narrow", { concurrency: 3 }, () => {
  for (const language of ["en", "de", "pseudo"]) {
    for (const [name, options, go] of SCREENS) {
      test(`${name} in ${language}`, async () => {
        const page = await window.open({ ...options, language });
        await go(page);
        await check(page, name, language);
        await window.giveBack(page, language);
      });
    }
  }
});
