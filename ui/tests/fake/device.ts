import type { CheckRow, DeviceView, EvidenceKey, RowState, TileView } from "../../src/lib/bindings";
import { options } from "./options";

function row(check: CheckRow["check"], state: RowState, evidence: [EvidenceKey, string][]): CheckRow {
  return { check, state, took_ms: 12, evidence: evidence.map(([key, value]) => ({ key, value })) };
}

function tile(found: CheckRow, share: number | null, article: TileView["article"] = null): TileView {
  return { row: found, share, article };
}

const STOPS = ["device", "link", "gateway", "name_service", "internet", "vpn", "company"] as const;

function tiles(health: DeviceView["health"]): TileView[] {
  const isChecking = health === "checking";
  const due: RowState = health === "fine" ? "fine" : "attention";
  return [
    tile(row("vpn", isChecking ? "running" : "fine", [["tunnel_state", "up"], ["vpn_client", "Cisco Secure Client"]]), null),
    tile(row("disks", "fine", [["total_bytes", "476000000000"], ["free_bytes", "212000000000"], ["used_percent", "55"]]), 55),
    tile(row("memory", "fine", [["total_bytes", "16000000000"], ["free_bytes", "6000000000"], ["used_percent", "62"]]), 62),
    tile(row("battery", "fine", [["charge_percent", "81"], ["battery_state", "charging"]]), 81),
    tile(row("uptime", due, [["uptime_seconds", "950400"]]), null, { id: "updates-install-and-restart", title: "Install updates" }),
    tile(row("restart", due, [["reason_word", "restart_pending"], ["packages_waiting", "2"]]), null),
  ].map((it) => (it.row.state === "fine" ? { ...it, article: null } : it));
}

/** This device, as the test wants it. */
export function device(): DeviceView {
  const health = options().health;
  const broken = health === "failed";
  const states: RowState[] = broken
    ? ["fine", "fine", "fine", "failed", "not_reached", "not_reached", "not_reached"]
    : STOPS.map(() => (health === "checking" ? "running" : "fine"));
  return {
    name: "LO-4417",
    system: "Debian GNU/Linux 12 (bookworm)",
    health,
    checked_at: health === "checking" ? null : new Date().toISOString(),
    path: STOPS.map((stop, index) => ({ stop, state: states[index] ?? "fine" })),
    diagnosis: broken
      ? { cause: "name_service_failed", stage: "name_service", certainty: "certain", because: ["name_service"], explains: [] }
      : null,
    article: broken ? { id: "wifi-cannot-connect", title: "Wi-Fi does not connect" } : null,
    tiles: tiles(health),
    more: [
      row("device_identity", "fine", [["maker", "LENOVO"], ["model", "ThinkPad X1 Carbon Gen 10"], ["device_kind", "laptop"]]),
      row("temperature", "fine", [["sensor", "processor"], ["celsius", "52"], ["limit_celsius", "100"]]),
      row("printers", "attention", [["reason_word", "printer_stopped"], ["printers_found", "2"], ["printer_state", "stopped"]]),
      row("load", "fine", [["program_class", "browser"], ["cpu_percent", "14"], ["used_bytes", "3100000000"]]),
    ],
    support_code: "7KM4 Q2XD",
  };
}
