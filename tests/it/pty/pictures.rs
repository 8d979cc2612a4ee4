//! Tests images of a mail in terminals that can display them, by checking the output to the terminal. No part of an
//! image may remain when the message is scrolled, covered, made narrower or closed.

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
/// Character that marks a terminal cell in which a pixel of an image would still be visible.
const LEFT_BEHIND: char = '▒';
/// The placeholder character that kitty replaces with a part of an image.
const PLACEHOLDER: char = '\u{10eeee}';

/// Creates a PNG image and returns it in base64.
fn png() -> String {
    let picture =
        RgbImage::from_fn(240, 120, |x, y| Rgb([u8::try_from(x).unwrap(), 200, u8::try_from(y).unwrap()]));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    BASE64_STANDARD.encode(png.into_inner())
}

/// Creates a mail with an image in its HTML part.
fn with_picture() -> String {
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
fn with_attachment() -> String {
    format!(
        "From: Shop <shop@example.com>\r\nSubject: Chart\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe chart is attached.\r\n--b\r\n\
         Content-Type: image/png; name=chart.png\r\nContent-Disposition: attachment; filename=chart.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        png()
    )
}

fn keep(home: &Path, raw: &str) {
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

/// Opens a mail with an image, in a terminal that replies to queries about its graphics with `answers`. All replies are
/// sent at once, before the program has sent all queries.
fn opened(env: &[(&str, &str)], answers: &str) -> (Terminal, TempDir) {
    opened_mail(&with_picture(), "[The chart]", env, answers)
}

/// Opens a mail in a terminal like that of [`opened`], and waits until the screen shows the text `reads`. Returns the
/// terminal and the home directory.
fn opened_mail(raw: &str, reads: &str, env: &[(&str, &str)], answers: &str) -> (Terminal, TempDir) {
    let home = tempdir().unwrap();
    keep(home.path(), raw);
    let mut terminal = Terminal::start_with(&["--base-url", BASE], home.path(), (80, 24), env);
    answer(&mut terminal, answers);
    terminal.shows("not reached");
    terminal.shows("1 unread");
    terminal.type_keys("\r");
    terminal.shows(reads);
    (terminal, home)
}

/// Replies to the cursor position query like a UTF-8 terminal, and then to the queries about graphics.
fn answer(terminal: &mut Terminal, answers: &str) {
    terminal.writes(b"\x1b[6n");
    terminal.type_keys("\x1b[1;2R");
    terminal.writes(b"\x1b[16t\x1b[c");
    terminal.type_keys(answers);
}

/// Opens the attached image by itself, in a terminal like that of [`opened`].
fn attached(env: &[(&str, &str)], answers: &str) -> (Terminal, TempDir) {
    let (mut terminal, home) = opened_mail(&with_attachment(), "The chart is attached.", env, answers);
    terminal.type_keys("S");
    terminal.shows("chart.png");
    terminal.shows_what("the list of attachments", |screen| !screen.contains("The chart is attached."));
    terminal.type_keys("\r");
    terminal.shows("240 x 120 pixels");
    (terminal, home)
}

/// Fills a terminal with [`LEFT_BEHIND`], sends these bytes to it, and returns it. Cells that were not redrawn still
/// contain that character.
fn left_behind(bytes: &[u8], (columns, rows): (u16, u16)) -> vt100::Parser {
    let mut parser = vt100::Parser::new(NonZero::new(rows).unwrap(), NonZero::new(columns).unwrap(), 0);
    for row in 1..=rows {
        let line: String = std::iter::repeat_n(LEFT_BEHIND, usize::from(columns)).collect();
        parser.process(format!("\x1b[{row};1H{line}").as_bytes());
    }
    parser.process(bytes);
    parser
}

/// Returns the screen row of the text below the image.
fn words_at(terminal: &Terminal) -> u16 {
    row_of(terminal, "[The chart]")
}

fn row_of(terminal: &Terminal, words: &str) -> u16 {
    let screen = terminal.screen();
    u16::try_from(screen.lines().position(|line| line.contains(words)).unwrap()).unwrap()
}

/// Types keys and waits for the text `brings`. Checks that all cells of the image were redrawn, so that no part of the
/// image remains.
fn covers_it(terminal: &mut Terminal, keys: &str, brings: &str) {
    terminal.shows("[The chart]");
    let below = words_at(terminal);
    covers(terminal, below, keys, brings);
}

/// Does the same as [`covers_it`] for an image that ends above the screen row `below`.
fn covers(terminal: &mut Terminal, below: u16, keys: &str, brings: &str) {
    let before = terminal.bytes().len();
    terminal.type_keys(keys);
    terminal.shows(brings);
    let after = left_behind(&terminal.bytes()[before..], (80, 24));
    for row in below.saturating_sub(ROWS)..below {
        for column in 0..COLUMNS {
            let cell = after.screen().cell(row, column).unwrap().contents().to_owned();
            assert!(!cell.contains(LEFT_BEHIND), "row {row}, column {column} after {keys:?}");
        }
    }
}

/// Returns how often the program has sent these bytes to the terminal.
fn count(terminal: &Terminal, what: &[u8]) -> usize {
    terminal.bytes().windows(what.len()).filter(|window| *window == what).count()
}

/// The replies of kitty 0.28 or later to queries about graphics.
const KITTY: &str =
    "\x1b[6;20;10t\x1b[?62;c\x1bP>|kitty(0.41.1)\x1b\\\x1b[0n\x1b_Gi=31;OK\x1b\\\x1b_Gi=32;OK\x1b\\\x1b[0n";
/// The replies of kitty before 0.28, which ignores the query about Unicode placeholders.
const OLD_KITTY: &str = "\x1b[6;20;10t\x1b[?62;c\x1bP>|kitty(0.26.5)\x1b\\\x1b[0n\x1b_Gi=31;OK\x1b\\\x1b[0n";
/// The replies of a terminal that supports sixel images and does not report its name.
const SIXELS: &str = "\x1b[6;20;10t\x1b[?62;4c\x1b[0n";

#[test]
fn kitty_receives_an_image_once_and_shows_its_visible_rows() {
    let (mut terminal, _home) = opened(&[], KITTY);
    let cells = |screen: &str| screen.matches(PLACEHOLDER).count();
    let all = usize::from(COLUMNS * ROWS);
    terminal.shows_what("the picture", |screen| cells(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1);
    // The first two rows of the screen do not belong to the message.
    let above = usize::from(words_at(&terminal) - ROWS) - 2;
    terminal.type_keys(&"j".repeat(above + 3));
    terminal.shows_what("its last rows", |screen| cells(screen) == all - 3 * usize::from(COLUMNS));
    // Three rows of the image are above the visible part; a combining character encodes the row number.
    terminal.shows_what("the row's mark", |screen| {
        screen.lines().nth(2).is_some_and(|line| line.starts_with("\u{10eeee}\u{310}\u{305}"))
    });
    terminal.type_keys("?");
    terminal.shows_what("no picture over the help", |screen| cells(screen) == 0);
    terminal.type_keys("\x1b");
    terminal.shows_what("its last rows", |screen| cells(screen) == all - 3 * usize::from(COLUMNS));
    terminal.resize((60, 24));
    terminal.type_keys("g");
    terminal.type_keys("g");
    terminal.shows_what("the picture", |screen| cells(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1, "it is the same picture");
    terminal.type_keys("\x1b");
    terminal.shows_what("the list", |screen| cells(screen) == 0 && screen.contains("Inbox"));
    terminal.quit();
}

#[test]
fn no_part_of_a_sixel_image_remains() {
    let (mut terminal, _home) = opened(&[], SIXELS);
    terminal.shows_bytes("a picture", |bytes| bytes.windows(2).any(|at| at == b"\x1bP"));
    covers_it(&mut terminal, "?", "next mail (older)");
    let before = count(&terminal, b"\x1bP");
    terminal.type_keys("\x1b");
    terminal.shows_bytes("the picture again", |bytes| {
        bytes.windows(2).filter(|at| *at == b"\x1bP").count() > before
    });
    covers_it(&mut terminal, "G", "Paragraph 39.");
    terminal.type_keys("gg");
    terminal.shows("[The chart]");
    covers_it(&mut terminal, "\x1b", "Inbox 1");
    terminal.quit();
}

#[test]
fn an_attached_image_opens_full_screen_on_kitty() {
    let (mut terminal, _home) = attached(&[], KITTY);
    let cells = |screen: &str| screen.matches(PLACEHOLDER).count();
    let all = usize::from(COLUMNS * ROWS);
    terminal.shows_what("the picture", |screen| cells(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1);
    terminal.type_keys("?");
    terminal.shows_what("no picture over the help", |screen| cells(screen) == 0);
    terminal.type_keys("\x1b");
    terminal.shows_what("the picture again", |screen| cells(screen) == all);
    assert_eq!(count(&terminal, b"a=T,U=1"), 1, "it is the same picture");
    terminal.type_keys("\x1b");
    terminal.shows_what("the mail", |screen| cells(screen) == 0 && screen.contains("The chart is attached."));
    terminal.quit();
}

#[test]
fn an_attached_image_opens_full_screen_in_sixels() {
    let (mut terminal, _home) = attached(&[], SIXELS);
    terminal.shows_bytes("a picture", |bytes| bytes.windows(2).any(|at| at == b"\x1bP"));
    let below = row_of(&terminal, "240 x 120 pixels");
    covers(&mut terminal, below, "?", "next mail (older)");
    let before = count(&terminal, b"\x1bP");
    terminal.type_keys("\x1b");
    terminal.shows_bytes("the picture again", |bytes| {
        bytes.windows(2).filter(|at| *at == b"\x1bP").count() > before
    });
    terminal.shows("240 x 120 pixels");
    covers(&mut terminal, below, "\x1b", "The chart is attached.");
    terminal.quit();
}

#[test]
fn iterm_receives_a_strip_for_each_visible_row() {
    let env = [("TERM_PROGRAM", "iTerm.app")];
    let (mut terminal, _home) = opened(&env, "\x1b[6;20;10t\x1b[?62c\x1b[0n");
    let strip: &[u8] = b"\x1b]1337;File=inline=1";
    terminal.shows_bytes("a strip for each row", |bytes| {
        bytes.windows(strip.len()).filter(|at| *at == strip).count() == usize::from(ROWS)
    });
    covers_it(&mut terminal, "G", "Paragraph 39.");
    terminal.quit();
}

#[test]
fn a_terminal_without_image_support_shows_half_blocks() {
    let (mut terminal, _home) = opened(&[("TERM", "foot")], "\x1b[6;20;10t\x1b[?62c\x1b[0n");
    let blocks = usize::from(COLUMNS * ROWS);
    terminal.shows_what("half-blocks", |screen| screen.matches('▀').count() == blocks);
    assert_eq!(count(&terminal, b"\x1bP"), 0);
    terminal.quit();
}

#[test]
fn kitty_without_placeholders_places_and_removes_the_image() {
    let (mut terminal, _home) = opened(&[], OLD_KITTY);
    let placed: &[u8] = b",x=0,y=0,w=400,h=200,c=40,r=10,C=1,q=2\x1b\\";
    terminal.writes(placed);
    assert_eq!((count(&terminal, b"a=t,t=d"), count(&terminal, b"U=1,s")), (1, 0));
    assert!(!terminal.screen().contains(PLACEHOLDER));
    // The help removes the image from the screen. Afterwards the terminal displays the image again from its memory.
    terminal.type_keys("?");
    terminal.writes(b"\x1b_Ga=d,d=i,i=");
    let before = count(&terminal, b"a=p,");
    terminal.type_keys("\x1b");
    terminal.shows_bytes("it again", |bytes| bytes.windows(4).filter(|at| *at == b"a=p,").count() > before);
    // Three rows of the image are above the visible part.
    let above = usize::from(words_at(&terminal) - ROWS) - 2;
    terminal.type_keys(&"j".repeat(above + 3));
    terminal.writes(b",x=0,y=60,w=400,h=140,c=40,r=7,C=1,q=2\x1b\\");
    assert_eq!(count(&terminal, b"a=t,t=d"), 1);
    // A resize clears the screen, including the image.
    terminal.resize((70, 24));
    terminal.shows_bytes("it anew", |bytes| bytes.windows(7).filter(|at| *at == b"a=t,t=d").count() == 2);
    let before = count(&terminal, b"\x1b_Ga=d,");
    terminal.type_keys("\x1b");
    terminal
        .shows_bytes("its removal", |bytes| bytes.windows(6).filter(|at| *at == b"_Ga=d,").count() > before);
    terminal.quit();
}

#[test]
fn an_image_keeps_its_aspect_ratio_on_cells_of_any_shape() {
    // The cell size is that of xterm's smallest font. An image with the ratio 2:1 takes 40 columns of 6 pixels and
    // 9 rows of 13 pixels.
    let (mut terminal, _home) = opened(&[], "\x1b[6;13;6t\x1b[?63;1;2;4c\x1b[0n");
    terminal.writes(b"\x1bP0;1;0q\"1;1;240;117#");
    terminal.quit();
}

#[test]
fn sixel_images_use_no_more_colours_than_the_terminal_has() {
    let (mut terminal, _home) = opened(&[], "\x1b[6;20;10t\x1b[?63;4c\x1b[?1;0;16S\x1b[0n");
    terminal.shows_bytes("a picture", |bytes| bytes.windows(2).any(|at| at == b"\x1bP"));
    assert_eq!((count(&terminal, b"#15;2;"), count(&terminal, b"#16;2;")), (1, 0));
    terminal.quit();
}

#[test]
fn keys_typed_before_the_terminal_replies_are_kept() {
    let home = tempdir().unwrap();
    keep(home.path(), &with_picture());
    let mut terminal = Terminal::start_with(&["--base-url", BASE], home.path(), (80, 24), &[]);
    answer(&mut terminal, &format!("?{SIXELS}"));
    terminal.shows("list the keys");
    terminal.type_keys("q");
    terminal.shows_what("the list", |screen| !screen.contains("list the keys"));
    terminal.quit();
}

/// Tests that the program does not query the background colour in GNU screen. GNU screen replies to the status query
/// itself but forwards the colour query to the terminal. The terminal's reply could arrive late and would then be read
/// as keys.
#[test]
fn the_background_colour_is_not_queried_in_gnu_screen() {
    let asked_in = |env: &[(&str, &str)]| {
        let home = tempdir().unwrap();
        let mut terminal = Terminal::start_with(&["--base-url", BASE], home.path(), (80, 24), env);
        answer(&mut terminal, "\x1b[?1;2c");
        terminal.writes(b"\x1b[5n");
        let asked = terminal.bytes().windows(5).any(|bytes| bytes == b"\x1b]11;");
        terminal.type_keys("\x1b[0n\x03");
        terminal.end();
        asked
    };
    assert!(asked_in(&[("TERM", "xterm-256color")]));
    assert!(!asked_in(&[("TERM", "screen"), ("STY", "1234.pts-0.host")]));
    assert!(!asked_in(&[("TERM", "screen.xterm-256color")]), "over SSH from screen");
}
