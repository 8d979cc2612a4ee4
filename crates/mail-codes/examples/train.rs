//! Trains the models that score codes and links. Measures how well they score mails of senders that were not used for
//! training.
//!
//! `cargo run --release -p mail-codes --example train -- [OPTIONS] DIRECTORY...` reads directories of labelled mails in
//! the format of `tests/corpus`. It runs a 10-fold cross-validation; all mails of one sender family (the same brand or
//! project) are in the same fold. It calibrates the confidences on the scores of the held-out mails, and prints tables
//! of the results. The same directories always yield the same weights.
//!
//! - `--write` trains on all mails and writes `assets/models`. It requires the training date: `--date=YYYY-MM-DD`.
//! - `--check` fails if the results on held-out mails are below the required results, or if a second training run
//!   yields different weights. It also fails if the shipped weights have other features than the trained ones, or if
//!   both were trained on the same mails but differ.
//! - `--by-language` holds out languages instead of sender families.
//! - `--faults` also lists the held-out mails in which the model chose incorrectly.
//! - `--unseen DIRECTORY...` also evaluates the final models on the mails of these directories, which are not used for
//!   training.
//! - `--dump` only prints the candidates for codes and links with their features, as JSON lines.
//! - `--answers` also prints the model's choices in the held-out mails, as JSON lines.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a tool for developers stops at the first fault"
)]

#[path = "train/boost.rs"]
mod boost;
#[path = "train/check.rs"]
mod check;
#[path = "train/data.rs"]
mod data;
#[path = "train/judge.rs"]
mod judge;
#[path = "train/names.rs"]
mod names;
#[path = "train/report.rs"]
mod report;
#[path = "train/study.rs"]
mod study;
#[path = "train/weights.rs"]
mod weights;

use data::LabelledMail;
use judge::ModelChoice;
use std::path::PathBuf;
use study::{GroupFn, Study};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let date = arguments.iter().find_map(|argument| argument.strip_prefix("--date="));
    let group: GroupFn = if has("--by-language") { |mail| &mail.language } else { |mail| &mail.family };
    let unseen = arguments.iter().position(|argument| argument == "--unseen").unwrap_or(arguments.len());
    let (seen, unseen) = arguments.split_at(unseen);
    let paths = |arguments: &[String]| -> Vec<PathBuf> {
        arguments.iter().filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect()
    };
    let (mut folders, unseen) = (paths(seen), paths(unseen));
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").canonicalize().unwrap();
    if folders.is_empty() {
        folders.push(own.clone());
    }
    let is_own =
        folders.iter().all(|folder| folder.canonicalize().is_ok_and(|folder| folder.starts_with(&own)));
    let corpus = data::read(&folders);
    let unseen = data::read(&unseen);
    if has("--dump") {
        return corpus.lines().for_each(|line| println!("{line}"));
    }
    std::thread::scope(|scope| {
        let codes = scope.spawn(|| Study::new("codes", &corpus.codes, &corpus.code_names, group));
        let links = Study::new("links", &corpus.links, &corpus.link_names, group);
        let all =
            [(codes.join().unwrap(), &corpus.codes, &unseen.codes), (links, &corpus.links, &unseen.links)];
        for (study, mails, unseen) in all {
            study.report(mails);
            if has("--faults") {
                study.list_faults(mails, &study.choices);
            }
            if has("--answers") {
                study.list_choices(mails);
            }
            if !unseen.is_empty() {
                let choices: Vec<Option<ModelChoice>> =
                    unseen.iter().map(|mail| study.forest.choice(mail)).collect();
                let judged: Vec<(&LabelledMail, Option<ModelChoice>)> =
                    unseen.iter().zip(choices.iter().copied()).collect();
                println!("\nunseen {}:", study.name);
                judge::table("set", &judged, &study.points, 1, |mail| &mail.set);
                study.list_faults(unseen, &choices);
            }
            if has("--check") {
                study.check(mails, &corpus, is_own);
            }
            if has("--write") {
                let date = date.expect("--write also needs --date=YYYY-MM-DD, which the weights file names");
                std::fs::write(study.path(), study.weights(mails, &corpus, date)).unwrap();
            }
        }
    });
}
