//! `extract`: codes and links of raw mails, offline.

use super::args::ExtractArgs;
use super::{Failure, output};
use crate::domain::extract::to_json;
use crate::domain::mail::Mail;
use crate::domain::mime;
use std::io::{self, Read};
use std::path::Path;

pub(super) fn run(args: &ExtractArgs, json: bool) -> Result<u8, Failure> {
    let stdin = [Path::new("-").to_path_buf()];
    let files = if args.files.is_empty() { &stdin } else { args.files.as_slice() };
    let mut code = 0;
    for file in files {
        let name = file.display().to_string();
        match read(file) {
            Ok(raw) => {
                let mail = mime::parse(&raw);
                let text = if json { to_json(&name, &mail) } else { best(&mail) };
                output::line(&text).map_err(|why| Failure::failed(format!("standard output: {why}")))?;
            }
            // One bad file is told; the others are read all the same.
            Err(why) => {
                output::tell(&format!("{name}: {why}"));
                code = super::FAILED;
            }
        }
    }
    Ok(code)
}

pub(super) fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut raw = Vec::new();
        io::stdin().lock().read_to_end(&mut raw)?;
        return Ok(raw);
    }
    std::fs::read(file)
}

/// The best code, else the best link, else an empty line.
fn best(mail: &Mail) -> String {
    let code =
        mail.codes.first().filter(|code| code.confidence.is_claim()).map(|code| code.value.to_string());
    let link = mail.links.first().filter(|link| link.confidence.is_claim()).map(|link| link.url.to_string());
    code.or(link).unwrap_or_default()
}
