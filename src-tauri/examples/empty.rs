//! The smallest window Tauri can show: one page with one field. What the real window costs beyond it is ours;
//! `cargo xtask bench` measures both.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("examples/empty/tauri.conf.json"))
}
