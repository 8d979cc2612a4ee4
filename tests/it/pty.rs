//! The real program in a real terminal: a pty, with a terminal emulator reading what it writes.

mod terminal;

mod demo;
mod ending;
