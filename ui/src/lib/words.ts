import type { AccessView, CheckRow, DeviceFact, DraftView, Evidence, SummaryLine } from "./bindings";
import * as format from "./format";
import { hasText, t } from "./i18n.svelte";

/** Access as the catalogue calls it, with how much of it. */
export function accessText({ name, right }: AccessView): string {
  return t("access.text", { name, right: t(`access.right.${right}`) });
}

/** The sentence of a check: its result when it ended, its name before. */
export function checkSentence(row: CheckRow): string {
  if (row.check === "internet" && reasonOf(row) === "captive_portal") return t("check.internet.portal");
  switch (row.state) {
    case "fine":
    case "attention":
    case "failed":
    case "not_available":
      return t(`check.${row.check}.${row.state}`);
    case "waiting":
    case "running":
    case "not_reached":
      return t(`check.${row.check}.name`);
  }
}

function reasonOf(row: CheckRow): string | undefined {
  return row.evidence.find(({ key }) => key === "reason_word")?.value;
}

/** What stands at the end of a row: the time it took when all is well, else the state in a word. */
export function checkEnd(row: CheckRow): string {
  if (row.state === "fine" && row.took_ms !== null) return format.unit(row.took_ms, "millisecond");
  return t(`state.${row.state}`);
}

/** The value of a piece of evidence, in the units and words of the language. */
export function evidenceValue({ key, value }: Evidence): string {
  const amount = Number(value);
  if (value.trim() !== "" && Number.isFinite(amount)) {
    switch (key) {
      case "uptime_seconds":
        return format.duration(amount);
      case "total_bytes":
      case "free_bytes":
      case "used_bytes":
        return format.bytes(amount);
      case "used_percent":
      case "pressure_percent":
      case "lost_percent":
      case "charge_percent":
      case "battery_health_percent":
      case "drive_wear_percent":
      case "cpu_percent":
        return format.percent(amount);
      case "milliseconds":
      case "name_milliseconds":
      case "connect_milliseconds":
        return format.unit(amount, "millisecond");
      case "celsius":
      case "limit_celsius":
        return format.unit(amount, "celsius");
      case "clock_skew_seconds":
        return format.unit(amount, "second");
      default:
        return value;
    }
  }
  const word = `word.${key}.${value}`;
  return hasText(word) ? t(word) : value;
}

/** The value of a fact about the device. */
export function factValue(fact: DeviceFact, value: string | null): string {
  if (value === null) return t("fact.unknown");
  return fact === "uptime" && value.trim() !== "" && Number.isFinite(Number(value))
    ? t("fact.ago", { span: format.duration(Number(value)) })
    : value;
}

/** One of the five lines IT reads first. */
export function summaryText(line: SummaryLine, view: DraftView): string {
  if (line.diagnosis) return t(`cause.${line.diagnosis.cause}.title`);
  if (line.text !== "") return line.text;
  if (line.kind === "who") return view.signed_in ? t("session.signed_in") : t("summary.nobody");
  if (line.kind !== "cause") return t("summary.none");
  return view.checking ? t("summary.checking") : t("summary.no_cause");
}

/** What kind of private value was found in a text. */
export function maskedKind(kind: string): string {
  const key = `masked.${kind.replace(/[ -]/g, "_")}`;
  return hasText(key) ? t(key) : kind;
}
