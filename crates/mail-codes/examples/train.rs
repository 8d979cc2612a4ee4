//! Trains the models that score codes and links. Measures how well they score mails of senders that were not
//! used for training.
//!
//! `cargo run --release -p mail-codes --example train -- [OPTIONS] DIRECTORY...` reads directories of labelled mails in
//! the format of `tests/corpus`. It runs a 10-fold cross-validation; all mails of one sender family (the same brand or
//! project) are in the same fold. It calibrates the confidences on the scores of the held-out mails, and prints tables
//! of the results. The same directories always yield the same weights.
//!
//! - `--write` trains on all mails and writes `assets/models`.
//! - `--check` fails if the results on held-out mails are below the required bounds, if a second training yields other
//!   weights, if the shipped weights have other features, or if they differ from weights that are trained on the same
//!   mails.
//! - `--by-language` holds out languages instead of sender families.
//! - `--faults` also lists the held-out mails in which the model chose incorrectly.
//! - `--unseen DIRECTORY...` also evaluates the final models on the mails of these directories, which are not used for
//!   training.
//! - `--dump` only prints the candidates for codes and links with their features, as JSON lines.
//! - `--answers` also prints the choices in the held-out mails, as JSON lines.

// This file exceeds 300 lines because the steps of a training share their data sets.
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
use data::{Labelled, Names};
use judge::{Answer, Counts};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;

const FOLDS: usize = 10;
const SETTINGS: Settings = Settings {
    trees: 240,
    leaves: 16,
    depth: 6,
    rate: 0.1,
    damping: 3.0,
    min_leaf: 0.7,
    sampled: 600,
    seed: 20_261_129,
};
/// Weight that a mail without a code has in the calibration of the confidences; a mail with a code has weight 1. It is
/// less than 1 because mails to disposable addresses contain codes more often than the training mails do.
const WEIGHT_OF_NONE: f64 = 0.7;
/// Weight of the copy of a training sample in which the keyword features have neutral values. Such copies train the
/// model for languages whose keywords are not in the keyword lists.
const WITHOUT_WORDS: f64 = 0.25;

/// Required results of a model for the held-out mails of some folders, in percent. `--check` fails if the results are
/// worse.
#[derive(Debug)]
struct Bounds {
    name: &'static str,
    /// Names of the folders to whose mails the required results apply.
    sets: &'static [&'static str],
    right: f64,
    alarms: f64,
    sure: f64,
}

const BOUNDS: [Bounds; 5] = [
    Bounds { name: "codes", sets: &["corpus", "short"], right: 93.3, alarms: 2.3, sure: 99.3 },
    Bounds { name: "codes", sets: &["hard"], right: 97.0, alarms: 3.9, sure: 99.0 },
    Bounds { name: "codes", sets: &["payments"], right: 93.0, alarms: 10.0, sure: 98.0 },
    Bounds { name: "links", sets: &["corpus", "short"], right: 97.7, alarms: 0.39, sure: 99.9 },
    Bounds { name: "links", sets: &["hard"], right: 98.0, alarms: 0.2, sure: 99.5 },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let group: Group = if has("--by-language") { |mail| &mail.language } else { |mail| &mail.family };
    let unseen = arguments.iter().position(|argument| argument == "--unseen").unwrap_or(arguments.len());
    let (seen, unseen) = arguments.split_at(unseen);
    let paths = |arguments: &[String]| -> Vec<PathBuf> {
        arguments.iter().filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect()
    };
    let (mut folders, unseen) = (paths(seen), paths(unseen));
    if folders.is_empty() {
        folders.push(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus"));
    }
    let corpus = data::read(&folders);
    let unseen = data::read(&unseen);
    if has("--dump") {
        return corpus.lines().for_each(|line| println!("{line}"));
    }
    std::thread::scope(|scope| {
        let codes = scope.spawn(|| study("codes", &corpus.codes, &corpus.code_names, group));
        let links = study("links", &corpus.links, &corpus.link_names, group);
        let all =
            [(codes.join().unwrap(), &corpus.codes, &unseen.codes), (links, &corpus.links, &unseen.links)];
        for (study, mails, unseen) in all {
            study.report(mails);
            if has("--faults") {
                study.list_faults(mails, &study.answers);
            }
            if has("--answers") {
                study.list_answers(mails);
            }
            if !unseen.is_empty() {
                let answers: Vec<Option<Answer>> =
                    unseen.iter().map(|mail| study.forest.answer(mail)).collect();
                let judged: Vec<(&Labelled, Option<Answer>)> =
                    unseen.iter().zip(answers.iter().copied()).collect();
                println!("\nunseen {}:", study.name);
                judge::table("set", &judged, &study.points, 1, |mail| &mail.set);
                study.list_faults(unseen, &answers);
            }
            if has("--check") {
                study.check(mails, &corpus);
            }
            if has("--write") {
                std::fs::write(study.path(), study.weights(mails, &corpus)).unwrap();
            }
        }
    });
}

/// The result of training one model: the model, its calibration, and its choices in held-out mails.
struct Study<'a> {
    name: &'static str,
    names: &'a [String],
    /// For each mail, the code or link chosen by a model trained without the mail; `None` if it chose none.
    answers: Vec<Option<Answer>>,
    /// Points of the calibration curve, sorted by score: a score in thousandths of a logit, and its confidence in per
    /// mille.
    points: Vec<(i32, u16)>,
    forest: Forest,
}

/// Returns the weight of a mail in the calibration of the model named `study`.
fn weight_of(study: &str, mail: &Labelled) -> f64 {
    if study == "codes" && mail.wanted == Some(false) { WEIGHT_OF_NONE } else { 1.0 }
}

/// Function that returns the name of a mail's group: its sender family (brand or project), or its language. All mails
/// of a group are held out together.
type Group = fn(&Labelled) -> &str;

/// Cross-validates a model by holding out groups of mails, and then trains it on all mails.
fn study<'a>(name: &'static str, mails: &[Labelled], names: &'a [String], group: Group) -> Study<'a> {
    let known = Names::of(names);
    let folds = folds(mails, group);
    let mut answers = vec![None; mails.len()];
    for fold in 0..FOLDS {
        let (out, rest): (Vec<usize>, Vec<usize>) =
            (0..mails.len()).partition(|at| folds[group(&mails[*at])] == fold);
        if out.is_empty() {
            continue;
        }
        let rest: Vec<&Labelled> = rest.into_iter().map(|at| &mails[at]).collect();
        let forest = boost::train(&data::rows(&rest, &known, WITHOUT_WORDS), SETTINGS);
        for at in out {
            answers[at] = forest.answer(&mails[at]);
        }
    }
    let fitted: Vec<(Answer, f64)> = mails
        .iter()
        .zip(&answers)
        .filter(|(mail, _)| mail.wanted.is_some())
        .filter_map(|(mail, answer)| Some(((*answer)?, weight_of(name, mail))))
        .collect();
    let points = judge::calibrate(&fitted);
    let all: Vec<&Labelled> = mails.iter().collect();
    let forest = boost::train(&data::rows(&all, &known, WITHOUT_WORDS), SETTINGS);
    Study { name, names, answers, points, forest }
}

/// Returns the cross-validation fold of each group of mails. Each group, starting with the largest, is
/// assigned to the fold with the fewest mails.
fn folds(mails: &[Labelled], group: Group) -> HashMap<&str, usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for mail in mails {
        *sizes.entry(group(mail)).or_default() += 1;
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

/// Returns the value that the feature `name` has in a mail without keywords; `None` if the feature does not depend on
/// keywords.
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
            "answer",
            "another link",
            "refusals",
        ]) =>
        {
            Some(0)
        }
        _ => None,
    }
}

impl<'a> Names<'a> {
    fn of(names: &'a [String]) -> Self {
        Self { without_words: names.iter().map(|name| neutral(name)).collect(), names }
    }
}

impl Forest {
    /// Returns the candidate for a code or link with the highest score in a mail; `None` if the mail has no candidate.
    fn answer(&self, mail: &Labelled) -> Option<Answer> {
        let scores: Vec<i32> = mail.candidates.iter().map(|one| self.score(&one.features)).collect();
        judge::answer(mail, &scores)
    }
}

impl Study<'_> {
    /// Prints the tables of the model's results on the held-out mails.
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
        judge::reliability(&judged, &self.points, |mail| weight_of(self.name, mail));
        let missing =
            |mail: &&Labelled| mail.wanted == Some(true) && !mail.candidates.iter().any(|one| one.right);
        println!("\nmails whose answer is no candidate: {}", mails.iter().filter(missing).count());
    }

    /// Prints the model's choice in each held-out mail as a JSON line.
    fn list_answers(&self, mails: &[Labelled]) {
        for (mail, answer) in mails.iter().zip(&self.answers) {
            let (right, score) = answer.map(|answer| (answer.right, answer.score)).unzip();
            let (set, language, wanted) = (&mail.set, &mail.language, mail.wanted);
            println!(
                "{}",
                serde_json::json!({"what": self.name, "set": set, "language": language, "file": mail.file,
                    "wanted": wanted, "right": right, "score": score})
            );
        }
    }

    /// Prints the mails in which the model chose incorrectly. `answers` contains its choice in each mail.
    fn list_faults(&self, mails: &[Labelled], answers: &[Option<Answer>]) {
        println!("\nfaults of {}:", self.name);
        for (mail, answer) in mails.iter().zip(answers) {
            let Some(wanted) = mail.wanted else { continue };
            let confidence = answer.map_or(0, |answer| judge::confidence(&self.points, answer.score));
            let is_right = answer.is_some_and(|answer| answer.right && confidence >= 500);
            if wanted && !is_right || !wanted && confidence >= 500 {
                let text =
                    answer.and_then(|answer| mail.candidates.get(answer.at)).map(|one| one.text.as_str());
                let (set, file, language) = (&mail.set, &mail.file, &mail.language);
                let text = text.unwrap_or("-");
                println!("{set} {file} {language} wanted {wanted} answer {text} {confidence}");
            }
        }
    }

    /// Panics if the results for held-out mails are below the required bounds, or if a second training yields other
    /// weights. Also panics if the shipped weights have other features, or differ although they were trained on the
    /// same mails.
    fn check(&self, mails: &[Labelled], corpus: &data::Corpus) {
        // With more folders the models know other mails, and the folders may contain others.
        let is_own = corpus.sizes.keys().eq(["corpus", "hard", "short"]);
        for bounds in BOUNDS.iter().filter(|bounds| is_own && bounds.name == self.name) {
            self.check_bounds(mails, bounds);
        }
        let all: Vec<&Labelled> = mails.iter().collect();
        let known = Names::of(self.names);
        let again = boost::train(&data::rows(&all, &known, WITHOUT_WORDS), SETTINGS);
        assert!(again == self.forest, "a second training of {} gives other weights", self.name);
        let shipped = std::fs::read_to_string(self.path()).unwrap();
        let features = shipped.lines().filter_map(|line| line.strip_prefix("feature\t"));
        let features = features.map(|feature| feature.split('\t').next().unwrap_or_default());
        assert!(features.eq(self.names.iter()), "the shipped weights of {} have other features", self.name);
        let weights = self.weights(mails, corpus);
        let head = |text: &str| text.lines().nth(1).map(str::to_owned);
        if head(&shipped) == head(&weights) {
            assert!(
                shipped == weights,
                "the shipped weights of {} are not those of this training",
                self.name
            );
            println!("the shipped weights of {} are those of this training", self.name);
        } else {
            println!(
                "the shipped weights of {} were trained on other mails: {}",
                self.name,
                head(&shipped).unwrap()
            );
        }
    }

    /// Panics if the results for the held-out mails in the folders of `bounds` are below the required results.
    fn check_bounds(&self, mails: &[Labelled], bounds: &Bounds) {
        let mut counts = Counts::default();
        for (mail, answer) in mails.iter().zip(&self.answers) {
            if let Some(wanted) = mail.wanted.filter(|_| bounds.sets.contains(&mail.set.as_str())) {
                counts.add(wanted, *answer, &self.points);
            }
        }
        let percent = |[hits, all]: [u32; 2]| f64::from(hits) * 100.0 / f64::from(all.max(1));
        let figures = [counts.right, counts.alarms, counts.sure].map(percent);
        println!(
            "\n{} held out in {}: right first {:.2} %, false alarms {:.2} %, right at 0.9 {:.2} %",
            self.name,
            bounds.sets.join(" and "),
            figures[0],
            figures[1],
            figures[2]
        );
        let holds = figures[0] >= bounds.right && figures[1] <= bounds.alarms && figures[2] >= bounds.sure;
        assert!(holds, "the figures of {} have fallen below {bounds:?}", self.name);
    }

    /// Returns the path of the model's weights file.
    fn path(&self) -> PathBuf {
        PathBuf::from(format!("{}/assets/models/{}.txt", env!("CARGO_MANIFEST_DIR"), self.name))
    }

    /// Serialises the model's weights to the text of a weights file.
    fn weights(&self, mails: &[Labelled], corpus: &data::Corpus) -> String {
        let sets: Vec<String> = corpus.sizes.iter().map(|(set, count)| format!("{set} {count}")).collect();
        let mut text = format!(
            "# The model of {}: gradient-boosted decision trees. Written by examples/train.rs; do not edit.\n\
             # Mails by folder: {}; digest {:016x}. {} trees, seed {}.\n\
             # docs/learned-scores.md describes the format and the features.\n",
            self.name,
            sets.join(", "),
            corpus.digest,
            self.forest.trees.len(),
            SETTINGS.seed,
        );
        for (name, usual) in self.names.iter().zip(data::usual_values(mails)) {
            writeln!(text, "feature\t{name}\t{usual}").unwrap();
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
