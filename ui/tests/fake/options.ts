import type { ProblemCode } from "../../src/lib/bindings";

/** What a test chooses before the window opens. */
export type Options = {
  language: "en" | "de";
  signedIn: boolean;
  online: boolean;
  memoryOnly: boolean;
  /** Stored requests that do not leave by themselves. */
  unread: boolean;
  /** Steps of guided help begin here. */
  step: "check" | "ask" | "do" | "confirm" | "resolved" | "escalate" | "report_security";
  /** A fault that several people have. */
  incident: boolean;
  /** How this device is. */
  health: "checking" | "fine" | "attention" | "failed";
  /** The company's sign-in hears of a sign-out. */
  revoked: boolean;
  /** Requests that wait for the person's yes. */
  approvals: number;
  /** Articles are pages of the catalogue, and approvals are about access. */
  access: boolean;
  /** Nothing was asked yet. */
  empty: boolean;
  /** Commands that never answer. */
  hanging: string[];
  /** Commands that fail, with their code. */
  failing: Record<string, ProblemCode>;
};

const DEFAULTS: Options = {
  language: "en",
  signedIn: true,
  online: true,
  memoryOnly: false,
  unread: false,
  step: "check",
  incident: false,
  health: "attention",
  revoked: true,
  approvals: 0,
  access: false,
  empty: false,
  hanging: [],
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
