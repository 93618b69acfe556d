import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { messages, pseudo } from "./pseudo.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** The policy of the real window: what it forbids, it forbids here. */
function contentPolicy() {
  const config = JSON.parse(readFileSync(join(ROOT, "../src-tauri/tauri.conf.json"), "utf8"));
  return config.app.security.csp;
}

function serve() {
  const headers = { "content-security-policy": contentPolicy() };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      const body = await readFile(join(ROOT, "dist", path));
      response.writeHead(200, { ...headers, "content-type": TYPES[extname(path)] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

/** The stand-in for the Rust side, as one script. */
async function bundleBackend() {
  const entry = join(ROOT, "tests/fake/backend.ts");
  const output = await build({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    publicDir: false,
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "backend" } },
  });
  return [output].flat()[0].output[0].code;
}

/** A browser with the built window in it. `open` gives a page on its first screen; `giveBack` lets it be used again. */
export async function start() {
  const [server, backend, browser] = await Promise.all([
    serve(),
    bundleBackend(),
    chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] }),
  ]);
  const address = `http://127.0.0.1:${server.address().port}/`;
  const chosen = "globalThis.__options = JSON.parse(decodeURIComponent(location.search.slice(1)))";
  const idle = { en: [], de: [], pseudo: [] };

  async function blank(language) {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    page.on("pageerror", (error) => page.faults.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) page.faults.push(message.text());
    });
    if (language === "pseudo") {
      const body = `export default ${JSON.stringify(pseudo(messages("en")))}`;
      await page.route("**/assets/de-*.js", (route) => route.fulfill({ contentType: "text/javascript", body }));
    }
    await page.addInitScript({ content: `${chosen};\n${backend}` });
    return page;
  }

  async function open({ language = "en", width = 960, height = 680, colorScheme = "light", ...options } = {}) {
    const page = idle[language].pop() ?? (await blank(language));
    page.faults = [];
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    const all = { ...options, language: language === "pseudo" ? "de" : language };
    await page.goto(`${address}?${encodeURIComponent(JSON.stringify(all))}`);
    await page.waitForSelector("[data-screen]");
    return page;
  }

  async function giveBack(page, language) {
    // Its timers end here, not among the faults of the next test.
    await page.goto("about:blank");
    idle[language].push(page);
  }

  async function stop() {
    await browser.close();
    server.close();
  }
  return { open, giveBack, stop };
}

/** What axe finds on the page, in short. */
export async function violations(page) {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const found = await globalThis.axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return found.violations.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")} ${node.failureSummary.split("\n")[1] ?? ""}`),
    );
  }, RULES);
}

/** Elements that stick out sideways of the window or of their scrolling box. */
export async function stickingOut(page) {
  return page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll(".scroll, .sheet, .app")];
    const found = boxes.filter((box) => box.scrollWidth > box.clientWidth + 1);
    return found.map((box) => `${box.className || box.tagName}: ${box.scrollWidth} > ${box.clientWidth}`);
  });
}
