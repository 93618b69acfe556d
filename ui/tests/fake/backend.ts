/** Stands in for the Rust side: answers every command, records every call, and can tell events. */
import type { Access, ApprovalWord, DetailGroup, GuideAction, Pace, Problem, ProblemCode, ReplyAction, SettingKey } from "../../src/lib/bindings";
import * as approvals from "./approvals";
import { device } from "./device";
import * as guide from "./guide";
import * as knowledge from "./knowledge";
import { options } from "./options";
import * as requests from "./requests";
import * as settings from "./settings";

type Args = {
  access: Access;
  action: unknown;
  event: string;
  group: DetailGroup;
  handler: number;
  id: string;
  included: boolean;
  key: SettingKey;
  pace: Pace;
  query: string;
  text: string;
  unsent: string | null;
  value: string;
  word: ApprovalWord;
};

const callbacks = new Map<number, (payload: unknown) => void>();
const listeners = new Map<string, number[]>();
const calls: { command: string; args: Partial<Args> }[] = [];
let lastCallback = 0;
/** Ends the wait of a slow question. */
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));

function problem(code: ProblemCode): Problem {
  return { code, reference: "7f3a-91c2" };
}

const COMMANDS: Record<string, (args: Args) => unknown> = {
  startup: settings.startup,
  session: settings.session,
  sign_in: settings.signIn,
  sign_in_fresh: settings.signIn,
  cancel_sign_in: () => null,
  sign_out: ({ unsent }) => {
    if (unsent === null) return { type: "ask_unsent", unsent: 1 };
    settings.signOut();
    return { type: "signed_out", revoked: options().revoked };
  },
  home: () => ({
    guides: knowledge.guides(),
    popular: [
      { id: "printer-add", title: knowledge.article("").title },
      { id: "vpn-set-up-new-laptop", title: knowledge.article("").summary },
    ],
    open_requests: requests.rows().slice(0, 2),
    incidents: options().incident
      ? [{ id: 3, cause: "vpn_gateway_down", since: new Date().toISOString(), joined: false }]
      : [],
  }),
  search: async ({ query, pace }) => {
    if (pace === "pause" && query.includes("slow")) await released;
    return knowledge.search(query, pace);
  },
  article: ({ id }) => (options().access ? knowledge.access() : knowledge.article(id)),
  article_feedback: () => null,
  guide_start: guide.start,
  guide: guide.current,
  guide_act: ({ action }) => guide.act(action as GuideAction),
  guide_leave: guide.leave,
  draft_from_guide: ({ text }) => requests.begin(text),
  draft_new: ({ text }) => requests.begin(text),
  draft_access: ({ access, text }) => requests.begin(text, access.right),
  draft: requests.current,
  draft_text: ({ text }) => requests.write(text),
  draft_toggle: ({ group, included }) => requests.toggle(group, included),
  draft_document: requests.document,
  draft_send: () => {
    requests.forget();
    return { id: "sent", online: options().online };
  },
  draft_discard: requests.forget,
  device,
  device_check: device,
  device_export: () => "deskside-7KM4-Q2XD.json",
  incident_me_too: () => ({ id: "sent", online: options().online }),
  requests: requests.rows,
  request: ({ id }) => requests.request(id),
  request_retry: ({ id }) => requests.retry(id),
  request_discard: ({ id }) => requests.discard(id),
  reply: ({ id, action }) => requests.reply(id, action as ReplyAction),
  security_report: () => ({ id: "security", online: options().online }),
  security_cancel: () => null,
  settings: settings.settings,
  setting_set: ({ key, value }) => settings.set(key, value),
  own_account: settings.ownAccount,
  installations: settings.devices,
  installation_revoke: ({ id }) => settings.revoke(id) ?? Promise.reject(problem("fresh_sign_in_needed")),
  approvals: approvals.approvals,
  approval_say: ({ word }) => {
    const rest = approvals.say(word);
    return typeof rest === "string" ? Promise.reject(problem(rest)) : rest;
  },
  open_outside: () => null,
  hide_window: () => null,
};

async function invoke(command: string, args: Args): Promise<unknown> {
  if (command === "plugin:event|listen") {
    listeners.set(args.event, [...(listeners.get(args.event) ?? []), args.handler]);
    // As the app does once it has looked for the agent.
    if (args.event === "session-changed") setTimeout(() => emit(args.event, settings.session()));
    return args.handler;
  }
  calls.push({ command, args });
  const code = options().failing[command];
  if (code) throw problem(code);
  if (options().hanging.includes(command)) return new Promise(() => undefined);
  const answer = COMMANDS[command];
  if (!answer) throw new Error(`no such command: ${command}`);
  return structuredClone(await answer(args));
}

function emit(event: string, payload: unknown): void {
  for (const id of listeners.get(event) ?? []) callbacks.get(id)?.({ event, id, payload });
}

Object.assign(globalThis, {
  __TAURI_INTERNALS__: {
    invoke,
    transformCallback: (callback: (payload: unknown) => void): number => {
      lastCallback += 1;
      callbacks.set(lastCallback, callback);
      return lastCallback;
    },
    unregisterCallback: (id: number): boolean => callbacks.delete(id),
  },
  __fake: { calls, emit, release, report: requests.report, session: settings.session, guideView: guide.view, draft: requests.current },
});

// As the real window does it.
Object.freeze(Object.prototype);
