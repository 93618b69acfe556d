import type { ProblemCode } from "../../src/lib/bindings";

/** What a test chooses before the window opens. */
export type Options = {
  language: "en" | "de";
  signedIn: boolean;
  online: boolean;
  memoryOnly: boolean;
  /** Steps of guided help begin here. */
  step: "check" | "ask" | "do" | "confirm" | "resolved" | "escalate" | "report_security";
  /** Commands that fail, with their code. */
  failing: Record<string, ProblemCode>;
};

const DEFAULTS: Options = {
  language: "en",
  signedIn: true,
  online: true,
  memoryOnly: false,
  step: "check",
  failing: {},
};

/** The choices of this run. */
export function options(): Options {
  const chosen = (globalThis as { __options?: Partial<Options> }).__options ?? {};
  return { ...DEFAULTS, ...chosen };
}

/** The text in the language of this run. */
export function said(en: string, de: string): string {
  return options().language === "de" ? de : en;
}
