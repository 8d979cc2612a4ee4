//! The demo, as somebody sees it who has just heard of the program.
