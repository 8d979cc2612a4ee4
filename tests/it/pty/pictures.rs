//! Tests images in mails by checking the output to terminals that can display images. No part of an image may remain on
//! the screen when the message is scrolled, covered, made narrower or closed.

// This file exceeds 300 lines because it contains a test for each graphics protocol.

use super::terminal::Terminal;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::archive::Archive;
use image::{Rgb, RgbImage};
use std::io::Cursor;
use std::num::NonZero;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// Base URL of a service that is not running: no server listens on the port.
const BASE: &str = "http://127.0.0.1:9/api/graphql";
/// Width in terminal columns of the image in the test mail.
const COLUMNS: u16 = 40;
const ROWS: u16 = 10;
/// Column of the left edge of the image, which follows the margin of the message pane.
const LEFT: u16 = 1;
/// Character with which a test fills the emulated terminal before a redraw. A cell that still contains this character
/// afterwards was not redrawn, so it could still show part of an image.
const LEFT_BEHIND: char = '▒';
/// The placeholder character that kitty replaces with a part of an image.
const PLACEHOLDER: char = '\u{10eeee}';

/// Creates a PNG image and returns it in base64.
fn png() -> String {
    let image =
        RgbImage::from_fn(240, 120, |x, y| Rgb([u8::try_from(x).unwrap(), 200, u8::try_from(y).unwrap()]));
    let mut png = Cursor::new(Vec::new());
    image.write_to(&mut png, image::ImageFormat::Png).unwrap();
    BASE64_STANDARD.encode(png.into_inner())
}

/// Creates a mail with an image in its HTML part.
fn mail_with_image() -> String {
    let paragraph = |n: u32| format!("<p>Paragraph {n}.</p>");
    let long = (1..40).map(paragraph).collect::<Vec<_>>().concat();
    format!(
        "From: Shop <shop@example.com>\r\nSubject: Chart\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
         <p>Above.</p><img src=\"cid:chart\" alt=\"The chart\">{long}\r\n--b\r\n\
         Content-Type: image/png; name=chart.png\r\nContent-ID: <chart>\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        png()
    )
}

/// Creates a mail with an image as an attachment.
fn mail_with_attachment() -> String {
    format!(
        "From: Shop <shop@example.com>\r\nSubject: Chart\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe chart is attached.\r\n--b\r\n\
         Content-Type: image/png; name=chart.png\r\nContent-Disposition: attachment; filename=chart.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        png()
    )
}

fn store_mail(home: &Path, raw: &str) {
    let mail = mail_codes::parse(raw.as_bytes());
    let envelope = Envelope {
        id: MailId::new("chart"),
        session: SessionId::new("s"),
        received_at: Timestamp::from_second(4_000_000_000).unwrap(),
        from: "shop@example.com".into(),
        to: "me@drop.example".into(),
        to_orig: "me@drop.example".into(),
        size: raw.len() as u64,
        oddities: Vec::new(),
    };
    let archive =
        SqliteArchive::open(&home.join(".local/share/dropmail-tui"), Timestamp::UNIX_EPOCH).unwrap().archive;
    archive.put_mail(BASE, &Summary::new(envelope, &mail), raw.as_bytes(), &mail).unwrap();
}

/// Opens a mail with an image, in a terminal that replies to graphics queries with `answers`. All replies are sent
/// together, before the program has sent all queries.
fn open_image_mail(env: &[(&str, &str)], answers: &str) -> (Terminal, TempDir) {
    open_mail(&mail_with_image(), "[The chart]", env, answers)
}

/// Opens a mail in a terminal that replies to graphics queries with `answers`, and waits until the screen shows the
/// text `expected`. Returns the terminal and the home directory.
fn open_mail(raw: &str, expected: &str, env: &[(&str, &str)], answers: &str) -> (Terminal, TempDir) {
    let home = tempdir().unwrap();
    store_mail(home.path(), raw);
    let mut terminal = Terminal::start_with(&["--base-url", BASE], home.path(), (80, 24), env);
    send_answers(&mut terminal, answers);
    terminal.wait_for_text("not reached");
    terminal.wait_for_text("1 unread");
    terminal.type_keys("\r");
    terminal.wait_for_text(expected);
    (terminal, home)
}

/// Replies to the cursor position query as a UTF-8 terminal does, and then sends `answers`, the replies to the graphics
/// queries.
fn send_answers(terminal: &mut Terminal, answers: &str) {
    terminal.wait_for_bytes(b"\x1b[6n");
    terminal.type_keys("\x1b[1;2R");
    terminal.wait_for_bytes(b"\x1b[16t\x1b[c");
    terminal.type_keys(answers);
}

/// Opens only the attached image of a mail, in a terminal that replies to graphics queries with `answers`. Returns the
/// terminal and the home directory.
fn open_attached_image(env: &[(&str, &str)], answers: &str) -> (Terminal, TempDir) {
    let (mut terminal, home) = open_mail(&mail_with_attachment(), "The chart is attached.", env, answers);
    terminal.type_keys("S");
    terminal.wait_for_text("chart.png");
    terminal.wait_for_screen("the list of attachments", |screen| !screen.contains("The chart is attached."));
    terminal.type_keys("\r");
    terminal.wait_for_text("240 x 120 pixels");
    (terminal, home)
}

/// Fills an emulated terminal with [`LEFT_BEHIND`], sends it `bytes`, and returns it. Cells that were not redrawn still
/// contain [`LEFT_BEHIND`].
fn redraw_over_marks(bytes: &[u8], (columns, rows): (u16, u16)) -> vt100::Parser {
    let mut parser = vt100::Parser::new(NonZero::new(rows).unwrap(), NonZero::new(columns).unwrap(), 0);
    for row in 1..=rows {
        let line: String = std::iter::repeat_n(LEFT_BEHIND, usize::from(columns)).collect();
        parser.process(format!("\x1b[{row};1H{line}").as_bytes());
    }
    parser.process(bytes);
    parser
}

/// Returns the screen row of the text that follows the image.
fn image_text_row(terminal: &Terminal) -> u16 {
    row_of(terminal, "[The chart]")
}

fn row_of(terminal: &Terminal, words: &str) -> u16 {
    let screen = terminal.screen();
    u16::try_from(screen.lines().position(|line| line.contains(words)).unwrap()).unwrap()
}

/// Types keys and waits for the text `expected`. Checks that all cells of the image were redrawn, so that no part of
/// the image remains.
fn assert_image_redrawn(terminal: &mut Terminal, keys: &str, expected: &str) {
    terminal.wait_for_text("[The chart]");
    let below = image_text_row(terminal);
    assert_redrawn(terminal, below, keys, expected);
}

/// Types keys and waits for the text `expected`. Checks that all cells of the image were redrawn. `below` is the screen
/// row that follows the image.
fn assert_redrawn(terminal: &mut Terminal, below: u16, keys: &str, expected: &str) {
    let before = terminal.bytes().len();
    terminal.type_keys(keys);
    terminal.wait_for_text(expected);
    let after = redraw_over_marks(&terminal.bytes()[before..], (80, 24));
    for row in below.saturating_sub(ROWS)..below {
        for column in (LEFT..).take(COLUMNS.into()) {
            let cell = after.screen().cell(row, column).unwrap().contents().to_owned();
            assert!(!cell.contains(LEFT_BEHIND), "row {row}, column {column} after {keys:?}");
        }
    }
}

/// Returns how often the bytes `what` occur in the program's output to the terminal.
fn count(terminal: &Terminal, what: &[u8]) -> usize {
    terminal.bytes().windows(what.len()).filter(|window| *window == what).count()
}

/// The replies of kitty 0.28 or later to graphics queries.
const KITTY: &str =
    "\x1b[6;20;10t\x1b[?62;c\x1bP>|kitty(0.41.1)\x1b\\\x1b[0n\x1b_Gi=31;OK\x1b\\\x1b_Gi=32;OK\x1b\\\x1b[0n";
/// The replies of a kitty version before 0.28, which ignores the query about Unicode placeholders.
const OLD_KITTY: &str = "\x1b[6;20;10t\x1b[?62;c\x1bP>|kitty(0.26.5)\x1b\\\x1b[0n\x1b_Gi=31;OK\x1b\\\x1b[0n";
/// The replies of a terminal that supports sixel images and does not report its name.
const SIXELS: &str = "\x1b[6;20;10t\x1b[?62;4c\x1b[0n";

#[test]
fn kitty_receives_an_image_once_and_shows_its_visible_rows() {
    let (mut terminal, _home) = open_image_mail(&[], KITTY);
    let placeholders = |screen: &str| screen.matches(PLACEHOLDER).count();
    let all = usize::from(COLUMNS * ROWS);
    terminal.wait_for_screen("the whole image", |screen| placeholders(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1);
    // The first two rows of the screen do not belong to the message.
    let above = usize::from(image_text_row(&terminal) - ROWS) - 2;
    terminal.type_keys(&"j".repeat(above + 3));
    terminal.wait_for_screen("the last rows of the image", |screen| {
        placeholders(screen) == all - 3 * usize::from(COLUMNS)
    });
    // Three rows of the image are above the visible part; a combining character encodes the row number.
    terminal.wait_for_screen("the number of the first visible row", |screen| {
        screen.lines().nth(2).is_some_and(|line| line.starts_with(" \u{10eeee}\u{310}\u{305}"))
    });
    terminal.type_keys("?");
    terminal.wait_for_screen("no image above the help", |screen| placeholders(screen) == 0);
    terminal.type_keys("\x1b");
    terminal.wait_for_screen("the last rows of the image", |screen| {
        placeholders(screen) == all - 3 * usize::from(COLUMNS)
    });
    terminal.resize((60, 24));
    terminal.type_keys("g");
    terminal.type_keys("g");
    terminal.wait_for_screen("the whole image", |screen| placeholders(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1, "the image is transmitted only once");
    terminal.type_keys("\x1b");
    terminal.wait_for_screen("the list", |screen| placeholders(screen) == 0 && screen.contains("Inbox"));
    terminal.quit();
}

#[test]
fn no_part_of_a_sixel_image_remains() {
    let (mut terminal, _home) = open_image_mail(&[], SIXELS);
    terminal.wait_for_output("a sixel image", |bytes| bytes.windows(2).any(|at| at == b"\x1bP"));
    assert_image_redrawn(&mut terminal, "?", "next mail (older)");
    let images_before = count(&terminal, b"\x1bP");
    terminal.type_keys("\x1b");
    terminal.wait_for_output("the image again", |bytes| {
        bytes.windows(2).filter(|at| *at == b"\x1bP").count() > images_before
    });
    assert_image_redrawn(&mut terminal, "G", "Paragraph 39.");
    terminal.type_keys("gg");
    terminal.wait_for_text("[The chart]");
    assert_image_redrawn(&mut terminal, "\x1b", "Inbox 1");
    terminal.quit();
}

#[test]
fn an_attached_image_opens_full_screen_on_kitty() {
    let (mut terminal, _home) = open_attached_image(&[], KITTY);
    let placeholders = |screen: &str| screen.matches(PLACEHOLDER).count();
    let all = usize::from(COLUMNS * ROWS);
    terminal.wait_for_screen("the whole image", |screen| placeholders(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1);
    terminal.type_keys("?");
    terminal.wait_for_screen("no image above the help", |screen| placeholders(screen) == 0);
    terminal.type_keys("\x1b");
    terminal.wait_for_screen("the image again", |screen| placeholders(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1, "the image is transmitted only once");
    terminal.type_keys("\x1b");
    terminal.wait_for_screen("the mail", |screen| {
        placeholders(screen) == 0 && screen.contains("The chart is attached.")
    });
    terminal.quit();
}

#[test]
fn an_attached_image_opens_full_screen_in_sixels() {
    let (mut terminal, _home) = open_attached_image(&[], SIXELS);
    terminal.wait_for_output("a sixel image", |bytes| bytes.windows(2).any(|at| at == b"\x1bP"));
    let below = row_of(&terminal, "240 x 120 pixels");
    assert_redrawn(&mut terminal, below, "?", "next mail (older)");
    let before = count(&terminal, b"\x1bP");
    terminal.type_keys("\x1b");
    terminal.wait_for_output("the image again", |bytes| {
        bytes.windows(2).filter(|at| *at == b"\x1bP").count() > before
    });
    terminal.wait_for_text("240 x 120 pixels");
    assert_redrawn(&mut terminal, below, "\x1b", "The chart is attached.");
    terminal.quit();
}

#[test]
fn iterm_receives_a_strip_for_each_visible_row() {
    let env = [("TERM_PROGRAM", "iTerm.app")];
    let (mut terminal, _home) = open_image_mail(&env, "\x1b[6;20;10t\x1b[?62c\x1b[0n");
    let strip: &[u8] = b"\x1b]1337;File=inline=1";
    terminal.wait_for_output("a strip for each row", |bytes| {
        bytes.windows(strip.len()).filter(|at| *at == strip).count() == usize::from(ROWS)
    });
    assert_image_redrawn(&mut terminal, "G", "Paragraph 39.");
    terminal.quit();
}

#[test]
fn a_terminal_without_image_support_shows_half_blocks() {
    let (mut terminal, _home) = open_image_mail(&[("TERM", "foot")], "\x1b[6;20;10t\x1b[?62c\x1b[0n");
    let blocks = usize::from(COLUMNS * ROWS);
    terminal.wait_for_screen("half-blocks", |screen| screen.matches('▀').count() == blocks);
    assert_eq!(count(&terminal, b"\x1bP"), 0);
    terminal.quit();
}

#[test]
fn kitty_without_placeholders_places_and_removes_the_image() {
    let (mut terminal, _home) = open_image_mail(&[], OLD_KITTY);
    let placed: &[u8] = b",x=0,y=0,w=400,h=200,c=40,r=10,C=1,q=2\x1b\\";
    terminal.wait_for_bytes(placed);
    assert_eq!((count(&terminal, b"a=t,t=d"), count(&terminal, b"U=1,s")), (1, 0));
    assert!(!terminal.screen().contains(PLACEHOLDER));
    // The help removes the image from the screen. Afterwards the terminal displays the image again from its memory.
    terminal.type_keys("?");
    terminal.wait_for_bytes(b"\x1b_Ga=d,d=i,i=");
    let before = count(&terminal, b"a=p,");
    terminal.type_keys("\x1b");
    terminal.wait_for_output("the image displayed again", |bytes| {
        bytes.windows(4).filter(|at| *at == b"a=p,").count() > before
    });
    // Three rows of the image are above the visible part.
    let above = usize::from(image_text_row(&terminal) - ROWS) - 2;
    terminal.type_keys(&"j".repeat(above + 3));
    terminal.wait_for_bytes(b",x=0,y=60,w=400,h=140,c=40,r=7,C=1,q=2\x1b\\");
    assert_eq!(count(&terminal, b"a=t,t=d"), 1);
    // A resize clears the screen, including the image.
    terminal.resize((70, 24));
    terminal.wait_for_output("the image transmitted again", |bytes| {
        bytes.windows(7).filter(|at| *at == b"a=t,t=d").count() == 2
    });
    let before = count(&terminal, b"\x1b_Ga=d,");
    terminal.type_keys("\x1b");
    terminal.wait_for_output("the removal of the image", |bytes| {
        bytes.windows(6).filter(|at| *at == b"_Ga=d,").count() > before
    });
    terminal.quit();
}

#[test]
fn an_image_keeps_its_aspect_ratio_on_cells_of_any_shape() {
    // The cell size is that of xterm's smallest font. An image with the ratio 2:1 takes 40 columns of 6 pixels and
    // 9 rows of 13 pixels.
    let (mut terminal, _home) = open_image_mail(&[], "\x1b[6;13;6t\x1b[?63;1;2;4c\x1b[0n");
    terminal.wait_for_bytes(b"\x1bP0;1;0q\"1;1;240;117#");
    terminal.quit();
}

#[test]
fn sixel_images_use_no_more_colours_than_the_terminal_has() {
    let (mut terminal, _home) = open_image_mail(&[], "\x1b[6;20;10t\x1b[?63;4c\x1b[?1;0;16S\x1b[0n");
    terminal.wait_for_output("a sixel image", |bytes| bytes.windows(2).any(|at| at == b"\x1bP"));
    assert_eq!((count(&terminal, b"#15;2;"), count(&terminal, b"#16;2;")), (1, 0));
    terminal.quit();
}

#[test]
fn keys_typed_before_the_terminal_replies_are_kept() {
    let home = tempdir().unwrap();
    store_mail(home.path(), &mail_with_image());
    let mut terminal = Terminal::start_with(&["--base-url", BASE], home.path(), (80, 24), &[]);
    send_answers(&mut terminal, &format!("?{SIXELS}"));
    terminal.wait_for_text("copy the best code");
    terminal.type_keys("q");
    terminal.wait_for_screen("the list", |screen| !screen.contains("copy the best code"));
    terminal.quit();
}

/// Tests that the program does not query the background colour in GNU screen. GNU screen itself replies to the status
/// query, which follows the colour query, but forwards the colour query to the terminal. The terminal's reply could
/// arrive so late that the program would read it as keys.
#[test]
fn the_background_colour_is_not_queried_in_gnu_screen() {
    let queries_background = |env: &[(&str, &str)]| {
        let home = tempdir().unwrap();
        let mut terminal = Terminal::start_with(&["--base-url", BASE], home.path(), (80, 24), env);
        send_answers(&mut terminal, "\x1b[?1;2c");
        terminal.wait_for_bytes(b"\x1b[5n");
        let queried = terminal.bytes().windows(5).any(|bytes| bytes == b"\x1b]11;");
        terminal.type_keys("\x1b[0n\x03");
        terminal.end();
        queried
    };
    assert!(queries_background(&[("TERM", "xterm-256color")]));
    assert!(!queries_background(&[("TERM", "screen"), ("STY", "1234.pts-0.host")]));
    assert!(
        !queries_background(&[("TERM", "screen.xterm-256color")]),
        "GNU screen is recognised over SSH by TERM"
    );
}
