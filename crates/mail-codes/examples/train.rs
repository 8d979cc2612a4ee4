//! Trains the models that score codes and links, and prints how good they are on mails of other senders.
//!
//! `cargo run --release -p mail-codes --example train -- [--write] FOLDER...` reads labelled folders of the form of
//! `tests/corpus`. It holds out each family of senders once (10 folds), fits the confidence to the scores of the
//! mails held out, and prints tables of them. With `--write` it trains on all mails and writes `assets/models`.
//! With `--check` it fails if the figures of the mails held out are below those of the shipped mails, or if a second
//! training gives other weights. The same folders give the same weights. With `--dump` it only prints the candidates with their features, as
//! JSON lines.
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
#[path = "train/data.rs"]
mod data;
#[path = "train/judge.rs"]
mod judge;

use boost::{Forest, Node, Settings};
use data::Labelled;
use judge::{Answer, Counts};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;

const FOLDS: usize = 10;
const SETTINGS: Settings =
    Settings { trees: 240, leaves: 12, depth: 5, rate: 0.08, damping: 2.0, min_leaf: 0.7, seed: 20_261_129 };
/// Weight of each sample without its keywords, as in a language that the program does not know.
const WITHOUT_WORDS: f64 = 0.25;

/// The figures of the mails in `tests/corpus` and `tests/corpus/short` that `--check` demands, in percent.
#[derive(Debug)]
struct Bounds {
    name: &'static str,
    right: f64,
    alarms: f64,
    sure: f64,
}

const BOUNDS: [Bounds; 2] = [
    Bounds { name: "codes", right: 93.3, alarms: 2.3, sure: 99.3 },
    Bounds { name: "links", right: 97.7, alarms: 0.39, sure: 99.9 },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let write = arguments.iter().any(|argument| argument == "--write");
    let mut folders: Vec<PathBuf> =
        arguments.iter().filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    if folders.is_empty() {
        folders.push(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus"));
    }
    let corpus = data::read(&folders);
    if arguments.iter().any(|argument| argument == "--dump") {
        return corpus.lines().for_each(|line| println!("{line}"));
    }
    std::thread::scope(|scope| {
        let codes = scope.spawn(|| study("codes", &corpus.codes, &corpus.code_names));
        let links = study("links", &corpus.links, &corpus.link_names);
        for (study, mails) in [(codes.join().unwrap(), &corpus.codes), (links, &corpus.links)] {
            study.report(mails);
            if arguments.iter().any(|argument| argument == "--check") {
                study.check(mails);
            }
            if write {
                let path = format!("{}/assets/models/{}.txt", env!("CARGO_MANIFEST_DIR"), study.name);
                std::fs::write(path, study.weights(mails.len())).unwrap();
            }
        }
    });
}

/// The result of a training.
struct Study<'a> {
    name: &'static str,
    names: &'a [String],
    /// The answers to the mails held out.
    answers: Vec<Option<Answer>>,
    /// The confidence by score.
    points: Vec<(i32, u16)>,
    forest: Forest,
}

/// Trains with each tenth of the families held out, and then on all mails.
fn study<'a>(name: &'static str, mails: &[Labelled], names: &'a [String]) -> Study<'a> {
    let neutral: Vec<Option<i16>> = names.iter().map(|name| neutral(name)).collect();
    let folds = folds(mails);
    let mut answers = vec![None; mails.len()];
    for fold in 0..FOLDS {
        let (out, rest): (Vec<usize>, Vec<usize>) =
            (0..mails.len()).partition(|at| folds[mails[*at].family.as_str()] == fold);
        if out.is_empty() {
            continue;
        }
        let rest: Vec<&Labelled> = rest.into_iter().map(|at| &mails[at]).collect();
        let forest = boost::train(&data::rows(&rest, &neutral, WITHOUT_WORDS), SETTINGS);
        for at in out {
            let scores: Vec<i32> =
                mails[at].candidates.iter().map(|one| forest.score(&one.features)).collect();
            answers[at] = judge::answer(&mails[at], &scores);
        }
    }
    let fitted: Vec<(Answer, f64)> = mails
        .iter()
        .zip(&answers)
        .filter(|(mail, _)| mail.wanted.is_some())
        .filter_map(|(_, answer)| Some(((*answer)?, 1.0)))
        .collect();
    let points = judge::calibrate(&fitted);
    let all: Vec<&Labelled> = mails.iter().collect();
    let forest = boost::train(&data::rows(&all, &neutral, WITHOUT_WORDS), SETTINGS);
    Study { name, names, answers, points, forest }
}

/// The fold of each family: the largest families first, each to the smallest fold.
fn folds(mails: &[Labelled]) -> HashMap<&str, usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for mail in mails {
        *sizes.entry(mail.family.as_str()).or_default() += 1;
    }
    let mut sorted: Vec<(&str, usize)> = sizes.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut loads = [0; FOLDS];
    let mut folds = HashMap::new();
    for (family, size) in sorted {
        let fold = (0..FOLDS).min_by_key(|fold| loads[*fold]).unwrap();
        loads[fold] += size;
        folds.insert(family, fold);
    }
    folds
}

/// The value of a feature in a mail without keywords; `None` for a feature that no keyword changes.
fn neutral(name: &str) -> Option<i16> {
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    match name {
        "name before" | "name after" | "line above name" | "line below name" | "column head" => Some(4),
        "name before distance" | "name after distance" => Some(40),
        "line above words after name" => Some(20),
        "first keyword of the text" => Some(-1),
        _ if starts(&["words before:", "words after:"]) => Some(30),
        _ if starts(&["lines above:"]) => Some(9),
        _ if starts(&[
            "name ",
            "subject:",
            "lines with",
            "text says",
            "line says",
            "lines above say",
            "line below says",
            "subject says",
            "keywords in",
            "copula",
        ]) =>
        {
            Some(0)
        }
        _ => None,
    }
}

impl Study<'_> {
    /// Prints the tables of the mails held out.
    fn report(&self, mails: &[Labelled]) {
        println!(
            "\n=== {}: {} mails, {} features; families held out",
            self.name,
            mails.len(),
            self.names.len()
        );
        let judged: Vec<(&Labelled, Option<Answer>)> =
            mails.iter().zip(self.answers.iter().copied()).collect();
        judge::table("set", &judged, &self.points, 1, |mail| &mail.set);
        judge::table("language", &judged, &self.points, 20, |mail| &mail.language);
        judge::table("family", &judged, &self.points, 20, |mail| &mail.family);
        judge::reliability(&judged, &self.points);
        let missing =
            |mail: &&Labelled| mail.wanted == Some(true) && !mail.candidates.iter().any(|one| one.right);
        println!("\nmails whose answer is no candidate: {}", mails.iter().filter(missing).count());
    }

    /// Fails if the figures of the mails held out are below their bounds, or if a second training gives other weights.
    fn check(&self, mails: &[Labelled]) {
        let mut counts = Counts::default();
        for (mail, answer) in mails.iter().zip(&self.answers) {
            if let Some(wanted) = mail.wanted {
                counts.add(wanted, *answer, &self.points);
            }
        }
        let bounds = BOUNDS.iter().find(|bounds| bounds.name == self.name).unwrap();
        let percent = |[hits, all]: [u32; 2]| f64::from(hits) * 100.0 / f64::from(all.max(1));
        let figures = [counts.right, counts.alarms, counts.sure].map(percent);
        println!(
            "\n{} held out: right first {:.2} %, false alarms {:.2} %, right at 0.9 {:.2} %",
            self.name, figures[0], figures[1], figures[2]
        );
        let holds = figures[0] >= bounds.right && figures[1] <= bounds.alarms && figures[2] >= bounds.sure;
        assert!(holds, "the figures of {} have fallen below {bounds:?}", self.name);
        let all: Vec<&Labelled> = mails.iter().collect();
        let neutral: Vec<Option<i16>> = self.names.iter().map(|name| neutral(name)).collect();
        let again = boost::train(&data::rows(&all, &neutral, WITHOUT_WORDS), SETTINGS);
        assert!(again == self.forest, "a second training of {} gives other weights", self.name);
    }

    /// The text of the weights file.
    fn weights(&self, mails: usize) -> String {
        let mut text = format!(
            "# The model of {}: gradient-boosted decision trees. Written by examples/train.rs; do not edit.\n\
             # {mails} mails, {} trees, seed {}. docs/learned-scores.md describes the format and the features.\n",
            self.name,
            self.forest.trees.len(),
            SETTINGS.seed,
        );
        for name in self.names {
            writeln!(text, "feature\t{name}").unwrap();
        }
        for (score, confidence) in &self.points {
            writeln!(text, "confidence\t{score}\t{confidence}").unwrap();
        }
        writeln!(text, "bias\t{}", self.forest.bias).unwrap();
        for tree in &self.forest.trees {
            let nodes: Vec<String> = tree
                .iter()
                .map(|node| match node {
                    Node::Split(feature, threshold) => format!("{feature}<{threshold}"),
                    Node::Leaf(value) => value.to_string(),
                })
                .collect();
            writeln!(text, "tree\t{}", nodes.join(" ")).unwrap();
        }
        text
    }
}
