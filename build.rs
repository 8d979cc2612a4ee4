//! Build script: makes the linker pack the relocations of the program.

use std::{env, process::Command};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if reads_packed_relocations() {
        // 75,000 relocations take 50 KB instead of 1.8 MB. A linker that does not know the option ignores it.
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Returns whether the C library of the target reads packed relocations (`DT_RELR`): musl since 1.2.4, glibc
/// since 2.36.
///
/// For glibc, the function returns `true` only if the program is compiled for this machine and `getconf` reports
/// a recent version.
#[expect(clippy::disallowed_methods, reason = "Cargo describes the target to a build script in variables")]
fn reads_packed_relocations() -> bool {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    if variable("CARGO_CFG_TARGET_OS") != "linux" {
        return false;
    }
    match variable("CARGO_CFG_TARGET_ENV").as_str() {
        // Rust brings its own musl 1.2.5.
        "musl" => true,
        "gnu" => {
            variable("HOST") == variable("TARGET")
                && glibc_version().is_some_and(|version| version >= (2, 36))
        }
        _ => false,
    }
}

/// Returns the major and minor version of the glibc of this machine. Returns `None` if `getconf` does not report one
/// (as, for example, `glibc 2.36`).
fn glibc_version() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
