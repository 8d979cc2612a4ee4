//! The HTML of many mails as text, beside `w3m -dump` on the same files.

use super::{made, ms};
use dropmail_tui::domain::mail::Mail;
use dropmail_tui::domain::mime;
use dropmail_tui::domain::richtext::{View, render};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many mails are read in one turn.
const TURN: usize = 10;

pub(crate) fn measure(folder: Option<&str>) {
    let mut raws: Vec<Vec<u8>> = Vec::new();
    if let Some(folder) = folder {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        raws.extend(
            paths
                .iter()
                .filter(|path| path.extension().is_some_and(|end| end == "eml"))
                .map(|path| std::fs::read(path).unwrap()),
        );
    }
    let mut size = 2_000;
    while raws.len() < 200 {
        raws.push(made::html_mail(size));
        size += 500;
    }
    let temporary = tempfile::tempdir().unwrap();
    let mut pages = Vec::new();
    for (n, raw) in raws.iter().enumerate() {
        let Some(html) = mime::parse(raw).html else { continue };
        let path = temporary.path().join(format!("{n}.html"));
        std::fs::write(&path, &html).unwrap();
        pages.push((path, format!("Content-Type: text/html; charset=utf-8\n\n{html}").into_bytes()));
    }
    // By turns, so that a machine that slows down for a while does so for both.
    let (mut ours, mut found, mut theirs) = (Duration::ZERO, Duration::ZERO, Some(Duration::ZERO));
    let (mut lines, mut total) = (0, 0);
    for turn in pages.chunks(TURN) {
        let mut laid_out = |parse: fn(&[u8]) -> Mail, time: &mut Duration| {
            let started = Instant::now();
            lines = turn.iter().map(|(_, raw)| render(&parse(raw), raw, View::Html, 80).len()).sum();
            *time += started.elapsed();
        };
        laid_out(mime::parse_parts, &mut ours);
        theirs = theirs.and_then(|so_far| Some(so_far + dumped(turn)?));
        laid_out(mime::parse, &mut found);
        total += lines;
    }
    let count = pages.len();
    for (what, ours) in [("HTML to lines", ours), ("and codes and links found", found)] {
        let beside = theirs.map_or_else(
            || "w3m is not installed".to_owned(),
            |theirs| format!("w3m {:.1} ms; ratio {:.1}", ms(theirs), ms(theirs) / ms(ours)),
        );
        println!("{count} mails, {total} lines, {what}: {:.1} ms in this process; {beside}", ms(ours));
    }
}

fn dumped(pages: &[(impl AsRef<Path>, Vec<u8>)]) -> Option<Duration> {
    let started = Instant::now();
    for (path, _) in pages {
        let done = Command::new("w3m")
            .args(["-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "80"])
            .arg(path.as_ref())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        done.ok()?;
    }
    Some(started.elapsed())
}
