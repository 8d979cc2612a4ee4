//! Tests the real program in a pseudo-terminal. A terminal emulator interprets the program's output.

#[expect(
    dead_code,
    clippy::disallowed_methods,
    reason = "the benchmarks and the images use parts that the tests do not use"
)]
mod terminal;

mod backlog;
mod captcha;
mod charset;
#[cfg(target_os = "linux")]
mod clipboard;
mod demo;
mod ending;
mod hooks_and_files;
mod keyboards;
mod life;
mod password;
mod pictures;
mod proxy;
mod search;
mod sharing;
mod suspend_resize_mouse;
mod terminal_integration;
#[cfg(unix)]
mod tmux;
mod two_instances;
