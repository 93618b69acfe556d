import { language, t } from "./i18n.svelte";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A number, as written in the current language. */
export function number(value: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(value);
}

/** A share between 0 and 100. */
export function percent(value: number): string {
  return new Intl.NumberFormat(language(), { style: "percent" }).format(value / 100);
}

/** A number with its unit, such as `4 ms`. */
export function unit(value: number, name: string): string {
  const options = { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language(), options as Intl.NumberFormatOptions).format(value);
}

/** A size in bytes, in the largest fitting unit. */
export function bytes(value: number): string {
  const power = Math.min(Math.floor(Math.log(Math.max(value, 1)) / Math.log(1000)), 4);
  return unit(value / 1000 ** power, BYTE_UNITS[power] ?? "byte");
}

/** A span in seconds, as its largest unit, what is left over dropped: `11 days`. */
export function duration(seconds: number, round: (amount: number) => number = Math.floor): string {
  const [name, size] =
    seconds >= DAY ? ["day", DAY] : seconds >= HOUR ? ["hour", HOUR] : ["minute", MINUTE];
  const options = { style: "unit", unit: name, unitDisplay: "long" };
  const amount = round(seconds / Number(size));
  return new Intl.NumberFormat(language(), options as Intl.NumberFormatOptions).format(amount);
}

/** A promised time, never less than was promised: `30 minutes`, `2 hours`, `1 day`. */
export function within(minutes: number): string {
  return duration(minutes * MINUTE, Math.ceil);
}

/** A day without its time, from `YYYY-MM-DD`. */
export function day(value: string): string {
  const date = new Date(`${value}T00:00:00`);
  if (Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(language(), { dateStyle: "long" }).format(date);
}

/** A month and its year, from `YYYY-MM-DD`. */
export function month(value: string): string {
  const date = new Date(`${value}T00:00:00`);
  if (Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(language(), { month: "long", year: "numeric" }).format(date);
}

/** A moment, RFC 3339, in words: the time alone when it is today. */
export function moment(value: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const time = new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(date);
  if (date.toDateString() === new Date().toDateString()) return t("time.today", { time });
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(language(), style).format(date);
}
