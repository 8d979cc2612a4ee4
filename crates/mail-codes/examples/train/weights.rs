//! Writes a model as the text of a weights file. The header of the file states when and on which mails the model was
//! trained, and lists the model's results on held-out mails.

use crate::boost::TreeNode;
use crate::data::{self, Corpus, LabelledMail};
use crate::judge::ChoiceCounts;
use crate::study::{HYPERPARAMETERS, Study};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Beginning of the line that states when the model was trained.
const TRAINED: &str = "# Trained on ";
/// Beginning of the line that lists the training folders, the number of mails in each, and the digest of all mails.
const MAILS: &str = "# Mails by folder: ";

/// The header of a weights file: the lines that state when and on which mails the model was trained.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WeightsHeader<'t> {
    /// The date on which the model was trained.
    pub(crate) date: &'t str,
    /// The training folders, the number of mails in each, and the digest of all mails.
    pub(crate) mails: &'t str,
}

impl<'t> WeightsHeader<'t> {
    /// Reads the header of a weights file. The fields of missing lines are empty strings.
    pub(crate) fn read(weights: &'t str) -> Self {
        let line =
            |start: &str| weights.lines().find_map(|line| line.strip_prefix(start)).unwrap_or_default();
        Self { date: line(TRAINED).trim_end_matches('.'), mails: line(MAILS) }
    }
}

impl Study<'_> {
    /// Returns the path of the model's weights file.
    pub(crate) fn path(&self) -> PathBuf {
        PathBuf::from(format!("{}/assets/models/{}.txt", env!("CARGO_MANIFEST_DIR"), self.name))
    }

    /// Serialises the model's weights to the text of a weights file. `date` is the date of the training, as
    /// `YYYY-MM-DD`.
    pub(crate) fn weights(&self, mails: &[LabelledMail], corpus: &Corpus, date: &str) -> String {
        let sets: Vec<String> = corpus.sizes.iter().map(|(set, count)| format!("{set} {count}")).collect();
        let mut text = format!(
            "# The model of {}: gradient-boosted decision trees. Written by examples/train.rs; do not edit.\n\
             {TRAINED}{date}.\n\
             {MAILS}{}; digest {:016x}. {} trees, seed {}.\n\
             # docs/learned-scores.md describes the format and the features.\n",
            self.name,
            sets.join(", "),
            corpus.digest,
            self.forest.trees.len(),
            HYPERPARAMETERS.seed,
        );
        self.write_results(mails, &mut text);
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
                    TreeNode::Split(feature, threshold) => format!("{feature}<{threshold}"),
                    TreeNode::Leaf(value) => value.to_string(),
                })
                .collect();
            writeln!(text, "tree\t{}", nodes.join(" ")).unwrap();
        }
        text
    }

    /// Writes one comment line per folder, with the model's results on the mails of the folder when their senders were
    /// held out.
    fn write_results(&self, mails: &[LabelledMail], text: &mut String) {
        let mut sets: BTreeMap<&str, ChoiceCounts> = BTreeMap::new();
        for (mail, choice) in mails.iter().zip(&self.choices) {
            if let Some(wanted) = mail.wanted {
                sets.entry(&mail.set).or_default().add(wanted, *choice, &self.points);
            }
        }
        text.push_str("# Results with senders held out (right first, false alarms, right at 0.9 or more):\n");
        for (set, counts) in sets {
            let [right, alarms, sure] = [counts.right, counts.alarms, counts.sure].map(share);
            writeln!(text, "#   {set}: {right}, {alarms}, {sure}").unwrap();
        }
    }
}

/// Formats the number of hits, the total number, and the share of hits in percent.
fn share([hits, all]: [u32; 2]) -> String {
    if all == 0 {
        "none".to_owned()
    } else {
        format!("{hits}/{all} ({:.1} %)", f64::from(hits) * 100.0 / f64::from(all))
    }
}
