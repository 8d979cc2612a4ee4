//! The HTML of many mails as text, beside `w3m -dump` on the same files.

use super::{made, ms};
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
    let (mut ours, mut theirs, mut lines) = (Duration::ZERO, Some(Duration::ZERO), 0);
    for turn in pages.chunks(TURN) {
        let started = Instant::now();
        for (_, raw) in turn {
            lines += render(&mime::parse(raw), raw, View::Html, 80).len();
        }
        ours += started.elapsed();
        theirs = theirs.and_then(|so_far| Some(so_far + dumped(turn)?));
    }
    let Some(theirs) = theirs else {
        println!("{} mails: {:.1} ms here; w3m is not installed", pages.len(), ms(ours));
        return;
    };
    println!(
        "{} mails, {lines} lines: {:.1} ms in this process (codes and links found on the way); w3m {:.1} ms; ratio {:.1}",
        pages.len(),
        ms(ours),
        ms(theirs),
        ms(theirs) / ms(ours)
    );
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
