import type { CheckId, EvidenceKey, TileView } from "./bindings";
import * as format from "./format";
import type { IconName } from "./icons";
import { hasText, t } from "./i18n.svelte";
import { evidenceValue } from "./words";

/** The icon of a tile. */
export function tileIcon(check: CheckId): IconName {
  switch (check) {
    case "vpn":
      return "tunnel";
    case "disks":
      return "disk";
    case "memory":
      return "memory";
    case "battery":
      return "battery";
    case "restart":
      return "update";
    default:
      return "restart";
  }
}

/** What stands large on a tile and, below it, small. */
export type TileText = { large: string; small: string };

/** The words of a tile. */
export function tileText(tile: TileView): TileText {
  const { row } = tile;
  switch (row.state) {
    case "waiting":
    case "running":
      return { large: t("state.running"), small: "" };
    case "not_available":
    case "not_reached":
      return { large: t("state.not_available"), small: fact(tile, "reason_word") };
    case "fine":
    case "attention":
    case "failed":
      return known(tile);
  }
}

function known(tile: TileView): TileText {
  const { row, share } = tile;
  const reason = row.state === "fine" ? "" : fact(tile, "reason_word");
  switch (row.check) {
    case "disks":
    case "memory":
      return {
        large: t("tile.free", { amount: fact(tile, "free_bytes") }),
        small: reason || t("tile.of", { amount: fact(tile, "total_bytes") }),
      };
    case "battery": {
      const state = fact(tile, "battery_state");
      return { large: share === null ? state : format.percent(share), small: reason || state };
    }
    case "vpn": {
      const up = raw(tile, "tunnel_state") === "up";
      return { large: t(up ? "tile.connected" : "tile.not_connected"), small: reason || fact(tile, "vpn_client") };
    }
    case "uptime":
      return {
        large: t("fact.ago", { span: fact(tile, "uptime_seconds") }),
        small: t(row.state === "fine" ? "tile.recent" : "tile.restart_due"),
      };
    case "restart": {
      const waiting = Number(raw(tile, "packages_waiting") ?? 0);
      const some = waiting > 0 ? t("tile.waiting", { count: waiting }) : t("tile.some_waiting");
      return row.state === "fine"
        ? { large: t("tile.none_waiting"), small: t("tile.no_restart") }
        : { large: some, small: t("tile.finish") };
    }
    default:
      return { large: t(`state.${row.state}`), small: reason };
  }
}

/** Its heading; of a check without one of its own, the check's name. */
export function tileName(check: CheckId): string {
  const key = `tile.name.${check}`;
  return hasText(key) ? t(key) : t(`check.${check}.name`);
}

function raw(tile: TileView, key: EvidenceKey): string | undefined {
  return tile.row.evidence.find((evidence) => evidence.key === key)?.value;
}

function fact(tile: TileView, key: EvidenceKey): string {
  const evidence = tile.row.evidence.find((evidence) => evidence.key === key);
  return evidence ? evidenceValue(evidence) : "";
}
