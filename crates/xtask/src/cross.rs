//! Whether the checks of the device and their command line compile for Windows and macOS. Nothing is
//! linked or run, so neither system is needed: Debian's compiler brings the sources of the standard
//! library, and a stand-in takes the place of the systems' C compilers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::Context;

use crate::process::{cargo, command, is_installed, output, step};

const TARGETS: [(&str, &str); 2] =
    [("Windows", "x86_64-pc-windows-gnu"), ("macOS", "aarch64-apple-darwin")];
const PACKAGES: [&str; 2] = ["diagnostics", "cli"];
/// Stands for a C compiler and for `ar`: what it is asked to make is there, and empty.
const STAND_IN: &str = r#"#!/bin/sh
case " $* " in *" -E "* | *" --version "*) echo clang; exit ;; esac
before=
for word; do
  case "$before:$word" in -o:* | *.a) : > "$word" ;; esac
  before=$word
done
"#;

/// Compiles for both systems, without warnings.
pub(crate) fn check() -> anyhow::Result<()> {
    if !is_installed("apt-get") {
        eprintln!("▸ Windows and macOS are not checked: that needs Debian's packages");
        return Ok(());
    }
    let folder = crate::target().join("cross");
    let compiler = folder.join("debian/usr");
    if !compiler.join("bin/rustc").is_file() {
        fetch_compiler(&folder)?;
    }
    let stand_in = folder.join("stand-in");
    fs::write(&stand_in, STAND_IN)?;
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755))?;
    for (system, target) in TARGETS {
        step(&format!("compiling for {system}"), compile(&folder, &compiler, target)?)?;
    }
    Ok(())
}

fn compile(folder: &Path, compiler: &Path, target: &str) -> anyhow::Result<std::process::Command> {
    let mut check =
        cargo(&["check", "--quiet", "-Zbuild-std=std,panic_unwind", "--target", target]);
    for package in PACKAGES {
        check.args(["--package", package]);
    }
    let path = std::env::var("PATH")?;
    check.env("RUSTC", compiler.join("bin/rustc"));
    // `build-std` is not stable yet.
    check.env("RUSTC_BOOTSTRAP", "1");
    check.env("RUSTFLAGS", "-D warnings");
    let libraries = format!("lib/{}-linux-gnu", std::env::consts::ARCH);
    check.env("LD_LIBRARY_PATH", compiler.join(libraries));
    check.env("PATH", format!("{}:{path}", compiler.join("bin").display()));
    check.env("CARGO_TARGET_DIR", folder.join("build"));
    let suffix = target.replace('-', "_");
    for tool in ["CC", "CXX", "AR"] {
        check.env(format!("{tool}_{suffix}"), folder.join("stand-in"));
    }
    check.env(format!("RANLIB_{suffix}"), "true");
    // Asking Xcode for it would fail.
    check.env("SDKROOT", "/nonexistent");
    Ok(check)
}

/// Unpacks Debian's second Rust compiler with the sources of its standard library, and `dlltool`.
/// Nothing is installed: it would stand in the way of rustup's.
fn fetch_compiler(folder: &Path) -> anyhow::Result<()> {
    let (downloads, unfinished) = (folder.join("downloads"), folder.join("unfinished"));
    for begun in [&downloads, &unfinished] {
        if begun.exists() {
            fs::remove_dir_all(begun)?;
        }
    }
    fs::create_dir_all(&downloads)?;
    let library = depends_on("libstd-rust-web-dev", "libstd-rust-web-")?;
    let generator = depends_on(&library, "libllvm")?;
    let packages = [
        "rustc-web",
        "libstd-rust-web-dev",
        "rust-web-src",
        "binutils-mingw-w64-x86-64",
        &library,
        &generator,
    ];
    let mut download = command("apt-get", &["download", "--quiet=2"]);
    download.args(packages).current_dir(&downloads);
    step("fetching a compiler for other systems", download)?;
    for package in fs::read_dir(&downloads)? {
        let package = package?.path();
        let mut unpack = command("dpkg-deb", &["--extract"]);
        unpack.arg(&package).arg(&unfinished);
        output(unpack)?;
    }
    fs::remove_dir_all(&downloads)?;
    fs::rename(unfinished, folder.join("debian")).context("moving the compiler to its place")
}

/// What a package needs whose name begins like this.
fn depends_on(package: &str, begins: &str) -> anyhow::Result<String> {
    let said = output(command("apt-cache", &["depends", package]))?;
    said.lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "))
        .find(|name| name.starts_with(begins))
        .map(str::to_owned)
        .with_context(|| format!("{package} depends on no {begins}…: run apt-get update"))
}
