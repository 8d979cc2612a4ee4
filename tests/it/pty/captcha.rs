//! Tests the captcha that a new user must solve between the first start of the program and the first address. The
//! program and the server are real, and the captcha image is drawn with half-block characters.

use super::terminal::Terminal;
use crate::client_captcha::{captcha_config, first_answer};
use dropmail_server::Server;
use std::path::Path;
use tempfile::tempdir;

struct Harness {
    runtime: tokio::runtime::Runtime,
    server: Server,
    answer: String,
}

impl Harness {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let answer = runtime.block_on(first_answer());
        let server = runtime.block_on(Server::start(captcha_config())).unwrap();
        Self { runtime, server, answer }
    }

    fn start(&self, args: &[&str], home: &Path) -> Terminal {
        let base = self.server.base_url();
        Terminal::start_with(args, home, (100, 30), &[("DROPMAIL_BASE_URL", &base)])
    }

    fn stop(self) {
        self.runtime.block_on(self.server.shutdown());
    }
}

/// Returns the half-block characters on a screen, which form the captcha image.
fn captcha_pixels(screen: &str) -> String {
    screen.chars().filter(|c| matches!(c, '▀' | '▄' | '█')).collect()
}

#[test]
fn a_captcha_is_shown_replaced_and_answered_and_the_address_appears() {
    let (harness, home) = (Harness::new(), tempdir().unwrap());
    let mut terminal = harness.start(&[], home.path());
    terminal.wait_for_text("The service asks for a captcha");
    terminal.wait_for_screen("the captcha image", |screen| captcha_pixels(screen).len() > 100);
    let screen_contents = |terminal: &Terminal| format!("{:?}", terminal.cells().contents_formatted());
    let first = screen_contents(&terminal);
    terminal.type_keys("wrong\r");
    terminal.wait_for_text("That was not it");
    terminal.wait_for_screen("the captcha image", |screen| captcha_pixels(screen).len() > 100);
    assert_ne!(first, screen_contents(&terminal), "a wrong answer replaces the image");
    terminal.type_keys(&harness.answer);
    terminal.type_keys("\r");
    // The client has retried the refused call, so there is a token, a session and an address.
    terminal.wait_for_text("New address");
    terminal.wait_for_text("push · WebSocket");
    terminal.quit();
    harness.stop();
}

#[test]
fn the_accessible_mode_writes_the_captcha_image_to_a_file() {
    let (harness, home) = (Harness::new(), tempdir().unwrap());
    let mut terminal = harness.start(&["--accessible"], home.path());
    terminal.wait_for_text("Control o writes it to a file");
    terminal.type_keys("\x0f");
    terminal.wait_for_output("the path of a file", |bytes| String::from_utf8_lossy(bytes).contains(".png"));
    let text = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    let before = text.split_once(".png").unwrap().0.rsplit(' ').next().unwrap();
    let path = format!("{before}.png");
    assert!(image::open(&path).unwrap().width() > 100, "{path}");
    terminal.type_keys(&harness.answer);
    terminal.type_keys("\r");
    terminal.wait_for_text("New address");
    terminal.quit();
    assert!(!Path::new(&path).exists(), "the file is deleted when the program ends");
    harness.stop();
}

#[test]
fn a_command_explains_how_to_solve_a_captcha_and_exits_with_6() {
    let (harness, home) = (Harness::new(), tempdir().unwrap());
    let mut terminal = harness.start(&["new"], home.path());
    terminal.wait_for_text("asks for a captcha");
    terminal.wait_for_text("open the mailbox");
    assert_eq!(terminal.end(), 6);
    harness.stop();
}

#[test]
fn the_captcha_dialog_explains_its_purpose_and_how_to_reopen_it() {
    let (harness, home) = (Harness::new(), tempdir().unwrap());
    let mut terminal = harness.start(&[], home.path());
    terminal.wait_for_text("The service asks for a captcha");
    let status = |screen: &str| screen.lines().last().unwrap_or_default().to_owned();
    terminal.wait_for_screen("the request for a captcha in the status line", |screen| {
        status(screen).contains("asks for a captcha")
    });
    terminal.wait_for_screen("a screen without a word about connecting", |screen| {
        !screen.contains("no answer") && !screen.contains("connecting")
    });
    terminal.type_keys("\x1b");
    terminal.wait_for_text("once its captcha is solved.");
    // The terminal may have received only a part of the frame.
    terminal.wait_for_text("captcha not solved");
    terminal.wait_for_screen("a screen without the advice to open the mailbox", |screen| {
        !screen.contains("open the mailbox")
    });
    terminal.type_keys("r");
    terminal.wait_for_text("The service asks for a captcha");
    terminal.type_keys("\x03");
    assert_eq!(terminal.end(), 0);
    harness.stop();
}
