//! Reads directories of labelled mails, and converts the mails to training samples.

// This file exceeds 300 lines because the file format and its conversion to samples change together.

use crate::boost::TrainingSample;
use crate::names::FeatureNames;
use mail_codes::training::{self, Sample};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Maximum number of negative examples (incorrect candidates for a code or link) per mail in the training data. If a
/// mail has more, an evenly spaced selection is used.
const MAX_WRONG_CANDIDATES: usize = 16;
/// Maximum total weight of the negative examples (incorrect candidates) of one mail in the training data, before the
/// weight of the mail itself is applied. Each example has a weight of 1, or less if the mail has more negative examples
/// than this number.
const MAX_WRONG_WEIGHT: f64 = 6.0;
/// Total weight of the correct codes or links of one mail in the training data, before the weight of the mail itself is
/// applied.
const RIGHT_WEIGHT: f64 = 1.5;

/// A candidate for a code or link in a labelled mail: its normalised text, its features, and whether it is correct
/// according to the label.
#[derive(Clone, Debug)]
pub(crate) struct LabelledCandidate {
    pub(crate) text: String,
    pub(crate) features: Vec<i16>,
    pub(crate) right: bool,
    /// Whether the code or link is acceptable but not expected. In the evaluation, such a code or link counts as
    /// neither correct nor incorrect. In the training, it is a negative example with half the weight.
    pub(crate) neutral: bool,
}

/// A training mail with its code candidates or links, each labelled as correct, incorrect or neutral.
#[derive(Clone, Debug)]
pub(crate) struct LabelledMail {
    pub(crate) file: String,
    pub(crate) set: String,
    pub(crate) family: String,
    pub(crate) language: String,
    /// The kind of the mail according to its label: `code`, `link`, `both` or `none`.
    pub(crate) kind: String,
    /// Whether the mail contains what the model must find, that is, a code or a link to follow; `None` if the label
    /// does not say.
    pub(crate) wanted: Option<bool>,
    pub(crate) candidates: Vec<LabelledCandidate>,
}

/// The labelled mails, once with their code candidates and once with their links.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    pub(crate) codes: Vec<LabelledMail>,
    pub(crate) links: Vec<LabelledMail>,
    pub(crate) code_names: Vec<String>,
    pub(crate) link_names: Vec<String>,
    /// Number of mails in each directory, keyed by directory name.
    pub(crate) sizes: BTreeMap<String, usize>,
    /// Digest of all labels and mails, used for detecting changes to them.
    pub(crate) digest: u64,
}

/// The initial value of a digest (FNV-1a, 64 bits).
const EMPTY_DIGEST: u64 = 0xcbf2_9ce4_8422_2325;

/// Returns the digest `so_far`, updated with `bytes`.
fn digest(so_far: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(so_far, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Reads directories that contain a `labels.jsonl` file, and parses their mails in several threads. Leaves out mails of
/// the set `heldout`. Panics if a file cannot be read.
pub(crate) fn read(folders: &[PathBuf]) -> Corpus {
    let mut jobs: Vec<(String, Vec<u8>, Value)> = Vec::new();
    let mut all = Corpus { digest: EMPTY_DIGEST, ..Corpus::default() };
    for folder in folders {
        let text = std::fs::read_to_string(folder.join("labels.jsonl")).expect("labels.jsonl can be read");
        for line in text.lines().filter(|line| !line.is_empty()) {
            let label: Value = serde_json::from_str(line).expect("a label is a JSON object");
            let raw = inline(&label).unwrap_or_else(|| file(folder, text_of(&label, "file")));
            // These mails are only for measuring the final result, so no model is trained on them.
            if text_of(&label, "set") == "heldout" {
                continue;
            }
            all.digest = digest(digest(all.digest, line.as_bytes()), &raw);
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            *all.sizes.entry(name.clone()).or_default() += 1;
            jobs.push((name, raw, label));
        }
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let size = jobs.len().div_ceil(threads).max(1);
    let parts: Vec<Corpus> = std::thread::scope(|scope| {
        let workers: Vec<_> = jobs.chunks(size).map(|jobs| scope.spawn(|| part(jobs))).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker ends")).collect()
    });
    for part in parts {
        all.codes.extend(part.codes);
        all.links.extend(part.links);
        if all.code_names.is_empty() {
            all.code_names = part.code_names;
        }
        if all.link_names.is_empty() {
            all.link_names = part.link_names;
        }
    }
    all
}

/// Builds the raw mail from a label that contains the subject and the body; returns `None` if the label names a mail
/// file instead.
fn inline(label: &Value) -> Option<Vec<u8>> {
    let (kind, body) = [("plain", "text"), ("html", "html")]
        .into_iter()
        .find_map(|(kind, field)| Some((kind, label[field].as_str()?)))?;
    let subject = text_of(label, "subject");
    Some(
        format!(
            "From: Nord <no-reply@nord.example>\nTo: q7x2@box.example\nSubject: {subject}\n\
             Content-Type: text/{kind}; charset=utf-8\n\n{body}\n"
        )
        .into_bytes(),
    )
}

/// Reads the mail file `name` in a directory. If there is no such path in the directory, uses only the last component
/// of `name`, because `name` may start with the name of the directory itself.
fn file(folder: &Path, name: &str) -> Vec<u8> {
    let whole = folder.join(name);
    let path = if whole.exists() { whole } else { folder.join(name.rsplit('/').next().unwrap_or(name)) };
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn part(jobs: &[(String, Vec<u8>, Value)]) -> Corpus {
    let mut corpus = Corpus::default();
    for (set, raw, label) in jobs {
        let samples = training::samples(raw);
        if !samples.code_names.is_empty() {
            corpus.code_names = samples.code_names;
        }
        if !samples.link_names.is_empty() {
            corpus.link_names = samples.link_names;
        }
        corpus.codes.push(codes(set, label, samples.codes));
        corpus.links.push(links(set, label, samples.links));
    }
    corpus
}

fn codes(set: &str, label: &Value, samples: Vec<Sample>) -> LabelledMail {
    let keep = text_of(label, "code_sep") == "matters";
    let case = label["case_sensitive"].as_bool() == Some(true);
    let plain = |code: &str| {
        let folded = training::fold(code);
        let code: String = folded.chars().filter(|&c| !c.is_whitespace() && (keep || c != '-')).collect();
        if case { code } else { code.to_lowercase() }
    };
    let alternatives = label["code_alts"].as_object().into_iter().flatten().flat_map(|(_, alts)| list(alts));
    let right: HashSet<String> = list(&label["codes"]).chain(alternatives).map(plain).collect();
    let optional: HashSet<String> = list(&label["optional_codes"]).map(plain).collect();
    let candidates = samples.into_iter().map(|sample| {
        let text = plain(&sample.text);
        let (right, neutral) = (right.contains(&text), optional.contains(&text));
        LabelledCandidate { text, features: sample.features, right, neutral: neutral && !right }
    });
    labelled(set, label, Some(!right.is_empty()), candidates.collect())
}

fn links(set: &str, label: &Value, samples: Vec<Sample>) -> LabelledMail {
    let plain = |url: &str| url::Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
    let primary = label["primary_link"].as_str().map(plain);
    let fine: HashSet<String> = list(&label["acceptable_links"]).map(plain).collect();
    let leave = label["unsubscribe_link"].as_str().map(plain);
    let candidates = samples.into_iter().map(|sample| {
        let text = plain(&sample.text);
        let right = primary.as_ref().is_some_and(|primary| *primary == text || fine.contains(&text));
        let neutral = !right && (fine.contains(&text) || leave.as_ref() == Some(&text));
        LabelledCandidate { text, features: sample.features, right, neutral }
    });
    // Mails without a labelled link rarely ask for an action, so all their links count as wrong.
    labelled(set, label, Some(primary.is_some()), candidates.collect())
}

fn labelled(
    set: &str,
    label: &Value,
    wanted: Option<bool>,
    candidates: Vec<LabelledCandidate>,
) -> LabelledMail {
    let file = text_of(label, "file").to_owned();
    let family =
        ["family", "project", "brand"].iter().map(|name| text_of(label, name)).find(|name| !name.is_empty());
    LabelledMail {
        family: format!("{set}:{}", family.unwrap_or(&file)),
        set: set.to_owned(),
        language: text_of(label, "lang").to_owned(),
        kind: text_of(label, "kind").to_owned(),
        file,
        wanted,
        candidates,
    }
}

fn text_of<'a>(label: &'a Value, name: &str) -> &'a str {
    label[name].as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

impl LabelledMail {
    /// Returns the writing system in which the language of the mail is usually written.
    pub(crate) fn script(&self) -> &str {
        match self.language.split('-').next().unwrap_or_default() {
            "ar" | "ckb" | "fa" | "ps" | "ug" | "ur" => "Arabic",
            "be" | "bg" | "kk" | "ky" | "mk" | "mn" | "ru" | "sr" | "tg" | "tt" | "uk" => "Cyrillic",
            "hi" | "mr" | "ne" => "Devanagari",
            "as" | "bn" | "gu" | "kn" | "ml" | "or" | "pa" | "si" | "ta" | "te" => "other Indic",
            "km" | "lo" | "my" | "th" => "South-East Asian",
            "am" | "el" | "hy" | "ka" => "Greek, Armenian, ...",
            "he" | "yi" => "Hebrew",
            "ja" => "Japanese",
            "ko" => "Korean",
            "zh" => "Chinese",
            _ => "Latin",
        }
    }
}

impl Corpus {
    /// Returns the JSON lines that `--dump` prints: the names of the features, then all mails with their candidates for
    /// a code or link.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Value> {
        let names = [("codes", &self.code_names), ("links", &self.link_names)];
        let heads = names.map(|(what, names)| json!({"what": what, "names": names}));
        let mails = [("codes", &self.codes), ("links", &self.links)];
        let mails = mails.into_iter().flat_map(|(what, mails)| mails.iter().map(move |mail| {
            let list = |one: &LabelledCandidate| json!([one.text, one.right, one.neutral, one.features]);
            let candidates: Vec<Value> = mail.candidates.iter().map(list).collect();
            json!({
                "what": what, "file": mail.file, "set": mail.set, "family": mail.family, "language": mail.language,
                "wanted": mail.wanted, "candidates": candidates,
            })
        }));
        heads.into_iter().chain(mails)
    }
}

/// Converts mails to weighted training samples. The total weight of a sender family (the mails of one brand or project)
/// increases with the square root of its size, so that a large family does not dominate. Each sample, except a correct
/// one that is not set off from the surrounding text, is also added as a copy whose keyword features have neutral
/// values. `without_words` is the relative weight of these copies.
pub(crate) fn training_samples(
    mails: &[&LabelledMail],
    names: &FeatureNames<'_>,
    without_words: f64,
) -> Vec<TrainingSample> {
    let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
    for mail in mails {
        *sizes.entry(&mail.family).or_default() += 1.0;
    }
    let mut samples = Vec::new();
    for mail in mails.iter().filter(|mail| mail.wanted.is_some()) {
        let size = sizes.get(mail.family.as_str()).copied().unwrap_or(1.0);
        // A mail of a small family teaches the model more than one of many similar mails.
        let weight = (2.5 / size.sqrt()).clamp(0.25, 2.0);
        let right = mail.candidates.iter().filter(|one| one.right).count() as f64;
        let wrong: Vec<&LabelledCandidate> = mail.candidates.iter().filter(|one| !one.right).collect();
        let step = wrong.len().div_ceil(MAX_WRONG_CANDIDATES).max(1);
        let wrong: Vec<&LabelledCandidate> = wrong.into_iter().step_by(step).collect();
        let share = (MAX_WRONG_WEIGHT / wrong.len().max(1) as f64).min(1.0);
        let good = mail.candidates.iter().filter(|one| one.right).map(|one| (one, RIGHT_WEIGHT / right));
        let bad = wrong.into_iter().map(|one| (one, if one.neutral { share / 2.0 } else { share }));
        for (one, share) in good.chain(bad) {
            let sample =
                TrainingSample { features: one.features.clone(), right: one.right, weight: weight * share };
            // A code inside a sentence is recognisable only by the words of the sentence.
            if !one.right || names.is_set_off(one) {
                let mut other = TrainingSample { weight: sample.weight * without_words, ..sample.clone() };
                for (value, neutral) in other.features.iter_mut().zip(&names.without_words) {
                    *value = neutral.unwrap_or(*value);
                }
                samples.push(other);
            }
            samples.push(sample);
        }
    }
    samples
}

/// Returns the median of each feature over all candidates. The model can be evaluated quickly if most values are close
/// to the median.
pub(crate) fn usual_values(mails: &[LabelledMail]) -> Vec<i16> {
    let mut columns: Vec<Vec<i16>> = Vec::new();
    for candidate in mails.iter().flat_map(|mail| &mail.candidates) {
        columns.resize(candidate.features.len(), Vec::new());
        columns.iter_mut().zip(&candidate.features).for_each(|(column, value)| column.push(*value));
    }
    for column in &mut columns {
        column.sort_unstable();
    }
    columns.iter().map(|column| column.get(column.len() / 2).copied().unwrap_or_default()).collect()
}
