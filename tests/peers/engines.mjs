// MiniSearch and FlexSearch, measured like the engines of `src`: `node engines.mjs NAME build|search TASK`.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// The packages are installed with those of the pages.
const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const RESULTS = 10;

const MINISEARCH = {
  fields: ["title", "body"],
  searchOptions: { boost: { title: 3 }, prefix: (_, index, terms) => index === terms.length - 1, fuzzy: 0.2 },
};

const minisearch = {
  build(folder, articles) {
    const index = new (require("minisearch"))(MINISEARCH);
    index.addAll(articles);
    writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  },
  open(folder) {
    const index = require("minisearch").loadJSON(readFileSync(join(folder, "index.json"), "utf8"), MINISEARCH);
    return (query) => index.search(query).slice(0, RESULTS).map((hit) => hit.id);
  },
};

/** Beginnings of words and a stemmer, as its documentation has it for a search while typing. */
function emptyFlexsearch() {
  const { Document, Charset } = require("flexsearch");
  const english = require("flexsearch/lang/en").default ?? require("flexsearch/lang/en");
  return new Document({
    document: { id: "id", index: ["title", "body"] },
    tokenize: "forward",
    encoder: Charset.LatinBalance,
    language: english,
  });
}

const flexsearch = {
  async build(folder, articles) {
    const index = emptyFlexsearch();
    for (const article of articles) index.add(article);
    let count = 0;
    await index.export((key, data) => {
      count += 1;
      // Names of parts are chosen by the library and are not all fit for a file.
      writeFileSync(join(folder, `${count}.json`), JSON.stringify([key, data ?? null]));
    });
  },
  open(folder) {
    const index = emptyFlexsearch();
    for (const file of readdirSync(folder)) {
      const [key, data] = JSON.parse(readFileSync(join(folder, file), "utf8"));
      index.import(key, data);
    }
    return (query) => index.search({ query, limit: RESULTS, suggest: true, merge: true }).map((hit) => hit.id);
  },
};

/** Of the whole process, in ms. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function resident() {
  globalThis.gc();
  return process.memoryUsage().rss;
}

const [name, stage, task] = process.argv.slice(2);
const engine = { minisearch, flexsearch }[name];
const folder = join(task, name);
const { articles, typed, asked } = JSON.parse(readFileSync(join(task, "task.json"), "utf8"));

async function build() {
  mkdirSync(folder, { recursive: true });
  const began = performance.now();
  await engine.build(folder, articles);
  return { seconds: (performance.now() - began) / 1000 };
}

async function search() {
  articles.length = 0;
  const before = resident();
  const began = performance.now();
  const find = engine.open(folder);
  find(asked[0] ?? "");
  const open_ms = performance.now() - began;
  const timed = (query) => {
    const began = processorTime();
    const ids = find(query);
    return [processorTime() - began, ids];
  };
  const typed_ms = typed.map((query) => timed(query)[0]);
  const answers = asked.map(timed);
  return {
    open_ms,
    bytes: Math.max(0, resident() - before),
    typed_ms,
    asked_ms: answers.map(([ms]) => ms),
    found: answers.map(([, ids]) => ids),
  };
}

process.stdout.write(JSON.stringify(await (stage === "build" ? build() : search())));
