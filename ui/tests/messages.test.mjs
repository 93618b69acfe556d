import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { flatten, messages, pseudo } from "./support/pseudo.mjs";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));
const english = new Map(flatten(messages("en")));
const german = new Map(flatten(messages("de")));
/** Read by the shell for the tray and the notifications, not by the window. */
const OUTSIDE = /^(tray|notification)\./;
/** Words from closed lists of Rust, reached through `hasText`. */
const LISTED = /^(word|masked|setting\.value|tile\.name)\./;

function sources() {
  const files = readdirSync(SOURCES, { recursive: true });
  return files
    .filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith("bindings.ts"))
    .map((name) => ({ name, text: readFileSync(SOURCES + name, "utf8") }));
}

const bindings = readFileSync(`${SOURCES}lib/bindings.ts`, "utf8")
  .replace(/\/\*.*?\*\//gs, "")
  .split(/^(?=export |async |function |type )/m);

/** The values of a closed enum of the generated bindings. */
function valuesOf(type) {
  const found = bindings.find((part) => part.startsWith(`export type ${type} =`)) ?? "";
  const tagged = [...found.matchAll(/type: "(\w+)"/g)];
  const plain = [...found.matchAll(/"(\w+)"/g)];
  return (tagged.length > 0 ? tagged : plain).map((match) => match[1]);
}

/** The words of a closed list of Rust that travels as text. */
function wordsOf(file) {
  const source = readFileSync(new URL(`../../crates/${file}`, import.meta.url), "utf8");
  return [...source.matchAll(/Self::\w+ => "([a-z][a-z -]+|[a-z_]+)"/g)].map((match) => match[1].replace(/[ -]/g, "_"));
}

const singular = (key) => key.replace(/_(one|other)$/, "");
const stems = new Set([...english.keys()].map(singular));
const placeholders = (text) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

test("both languages have the same texts, and none is empty", () => {
  assert.deepEqual([...german.keys()].sort(), [...english.keys()].sort());
  for (const [key, text] of [...english, ...german]) assert.notEqual(text.trim(), "", key);
});

test("both languages fill in the same values", () => {
  for (const [key, text] of english) assert.deepEqual(placeholders(german.get(key)), placeholders(text), key);
});

test("every text that is used exists, and every text is used", () => {
  const used = new Set();
  for (const { name, text } of sources()) {
    for (const [, key] of text.matchAll(/["'`]([a-z_]+(?:\.[a-z_]+)*)["'`]/g)) if (stems.has(key)) used.add(key);
    for (const [, key] of text.matchAll(/\bt\("([^"]+)"/g)) assert.ok(stems.has(key), `${name}: ${key}`);
    for (const [, template] of text.matchAll(/\bt\(`([^`]+)`/g)) {
      const pattern = new RegExp(`^${template.replaceAll(".", "\\.").replace(/\$\{[^}]+\}/g, "\\w+")}$`);
      const matching = [...stems].filter((key) => pattern.test(key));
      assert.ok(matching.length > 0, `${name}: ${template}`);
      matching.forEach((key) => used.add(key));
    }
  }
  const unused = [...stems].filter((key) => !used.has(key) && !OUTSIDE.test(key) && !LISTED.test(key));
  assert.deepEqual(unused, []);
});

test("every value of every closed enum has its words", () => {
  const enums = [
    ["CheckId", ["check.*.name", "check.*.fine", "check.*.attention", "check.*.failed", "check.*.not_available"]],
    ["Cause", ["cause.*.title", "cause.*.fix"]],
    ["Stop", ["stop.*"]],
    ["RowState", ["state.*", "path.*"]],
    ["EvidenceKey", ["evidence.*"]],
    ["ProblemCode", ["problem.*.what", "problem.*.did", "problem.*.can"]],
    ["Scenario", ["scenario.*"]],
    ["RequestState", ["request.state.*"]],
    ["EventKind", ["event.*"]],
    ["Deed", ["deed.*", "approval.deed.*"]],
    ["ApprovalCheck", ["approval.check.*"]],
    ["ApproverRole", ["role.*", "approval.of_role.*"]],
    ["ApprovalOutcome", ["event.approval_*_text"]],
    ["SettingKey", ["setting.*.name", "setting.*.text"]],
    ["DetailGroup", ["group.*.name", "group.*.cost"]],
    ["DeviceFact", ["fact.*"]],
    ["TriedOutcome", ["tried.*"]],
    ["SummaryKind", ["summary.*"]],
    ["GuidePhase", ["guide.phase.*"]],
    ["Health", ["device.health.*"]],
    ["Appearance", ["setting.value.*"]],
  ];
  for (const [type, keys] of enums) {
    const values = valuesOf(type);
    assert.ok(values.length > 2, type);
    for (const value of values) {
      for (const key of keys) assert.ok(stems.has(key.replace("*", value)), key.replace("*", value));
    }
  }
});

test("every word that Rust sends as text has its words", () => {
  for (const [file, key] of [
    ["ticket/src/finding_reason.rs", "word.reason_word.*"],
    ["redaction/src/kind.rs", "masked.*"],
  ]) {
    const words = wordsOf(file);
    assert.ok(words.length > 2, file);
    for (const word of words) assert.ok(stems.has(key.replace("*", word)), key.replace("*", word));
  }
});

test("the pseudo language is longer and keeps what is filled in", () => {
  const made = new Map(flatten(pseudo(messages("en"))));
  for (const [key, text] of english) {
    assert.ok(made.get(key).length >= text.length * 1.3, key);
    assert.deepEqual(placeholders(made.get(key)), placeholders(text), key);
  }
});
