//! Measures the time for parsing a mail, for finding its codes and links, and for laying it out.

use mail_reader::richtext::{self, View};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Size in bytes of the HTML part in a typical mail from a large company.
const USUAL_HTML_BYTES: usize = 30_000;
/// Number of typical mails that the benchmark parses.
const MAILS: u32 = 1_000;
/// Size in bytes of the HTML part in the largest mail of the benchmark.
const HUGE_HTML_BYTES: usize = 10_000_000;

/// Creates a mail of about `bytes` bytes, with tables, styles, links and a code.
fn mail(bytes: usize, seed: u32) -> Vec<u8> {
    let mut html = String::from(
        "From: Nord <no-reply@nord.example>\r\nTo: me@dropmail.example\r\nSubject: Your Nord code\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>.a482951{color:#482951} td{padding:4px}</style></head><body>\
         <div style='display:none'>Preview</div>",
    );
    let _ = write!(
        html,
        "<p>Your verification code is</p><p style='font-size:30px'><b>{}</b></p>",
        100_000 + seed
    );
    let mut n = 0;
    while html.len() < bytes {
        n += 1;
        let _ = write!(
            html,
            "<table width=\"100%\" cellpadding=\"0\"><tr><td style=\"font-family:Arial;font-size:14px\"><p>Order {n} of 2025 for &euro;{n}.50, \
             sent to 12{n} Example Street. Enter nothing here.</p>\r\n</td><td><a href=\"https://nord.example/offer/{n}?utm_source=mail&amp;id={n}\" \
             style=\"display:inline-block;padding:8px\">See offer {n}</a></td></tr></table>\r\n"
        );
    }
    html.push_str("</body></html>\r\n");
    html.into_bytes()
}

fn parse_and_lay_out(raw: &[u8]) -> (Duration, usize) {
    let started = Instant::now();
    let mail = mail_codes::parse(raw);
    let lines = richtext::render(&mail, raw, View::Text, 80).len();
    assert!(!mail.findings.codes.is_empty() && !mail.findings.links.is_empty());
    (started.elapsed(), lines)
}

/// Returns the peak memory of this process in MB; `None` on systems other than Linux.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1000)
}

pub(crate) fn measure() {
    let mails: Vec<Vec<u8>> = (0..8).map(|seed| mail(USUAL_HTML_BYTES, seed)).collect();
    let times: Vec<Duration> = (0..MAILS).map(|n| parse_and_lay_out(&mails[(n % 8) as usize]).0).collect();
    let total: Duration = times.iter().sum();
    super::report("read, search and lay out 30 KB of HTML", times, "500 a second on one core");
    println!("  {:.0} mails per second on one core", f64::from(MAILS) / total.as_secs_f64());

    let mut before: Option<Duration> = None;
    for doubled in 0..8 {
        let bytes = 39_000 << doubled;
        let raw = mail(bytes, 1);
        let (time, lines) = (0..3).map(|_| parse_and_lay_out(&raw)).min().unwrap();
        let growth = before.map_or(0.0, |before| time.as_secs_f64() / before.as_secs_f64());
        println!(
            "  {bytes:>9} bytes  {:>8.2} ms  {lines:>6} lines  x{growth:.2} for twice the size",
            time.as_secs_f64() * 1000.0
        );
        before = Some(time);
    }

    let raw = mail(HUGE_HTML_BYTES, 1);
    let memory_before = peak();
    let (time, _) = parse_and_lay_out(&raw);
    println!("read, search and lay out 10 MB of HTML: {:.0} ms (limit 1000 ms)", time.as_secs_f64() * 1000.0);
    if let (Some(memory_before), Some(peak)) = (memory_before, peak()) {
        println!("  peak memory: {peak} MB, {memory_before} MB before (limit 200 MB)");
    }
}
