//! Prepares what `tauri::generate_context!` reads.

fn main() {
    tauri_build::build();
}
