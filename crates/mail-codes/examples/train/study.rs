//! Trains one model, and cross-validates it by holding out groups of mails.

use crate::boost::{self, Forest, Hyperparameters};
use crate::data::{self, LabelledMail};
use crate::judge::{self, ModelChoice};
use crate::names::FeatureNames;
use std::collections::{BTreeMap, HashMap};

/// Number of folds in the cross-validation.
const FOLDS: usize = 10;
/// Hyperparameters for training the code model and the link model.
pub(crate) const HYPERPARAMETERS: Hyperparameters = Hyperparameters {
    trees: 360,
    leaves: 16,
    depth: 6,
    rate: 0.1,
    damping: 3.0,
    min_leaf: 0.7,
    sampled: 600,
    seed: 20_261_129,
};
/// Weight of a mail without a code when the confidences of the code model are calibrated; a mail with a code has a
/// weight of 1. It is less than 1 because mails to disposable addresses contain codes more often than the training
/// mails do.
const WEIGHT_OF_NONE: f64 = 0.85;
/// Relative weight of a copy of a training sample in which the keyword features have neutral values. Such copies train
/// the model for languages whose keywords are not in the keyword lists.
pub(crate) const WEIGHT_WITHOUT_WORDS: f64 = 0.25;

/// The result of training one model: the model, its calibration, and its choices in held-out mails.
pub(crate) struct Study<'a> {
    pub(crate) name: &'static str,
    pub(crate) names: &'a [String],
    /// For each mail, the code or link chosen by a model trained without the mail; `None` if the model chose none.
    pub(crate) choices: Vec<Option<ModelChoice>>,
    /// Points on the calibration curve, sorted by score: scores in thousandths of a logit, each with its confidence in
    /// per mille.
    pub(crate) points: Vec<(i32, u16)>,
    pub(crate) forest: Forest,
}

impl<'a> Study<'a> {
    /// Cross-validates a model by holding out groups of mails, and then trains it on all mails.
    pub(crate) fn new(
        name: &'static str,
        mails: &[LabelledMail],
        names: &'a [String],
        group: GroupFn,
    ) -> Self {
        let known = FeatureNames::new(names);
        let folds = folds(mails, group);
        let mut choices = vec![None; mails.len()];
        for fold in 0..FOLDS {
            let (out, rest): (Vec<usize>, Vec<usize>) =
                (0..mails.len()).partition(|at| folds[group(&mails[*at])] == fold);
            if out.is_empty() {
                continue;
            }
            let rest: Vec<&LabelledMail> = rest.into_iter().map(|at| &mails[at]).collect();
            let forest =
                boost::train(&data::training_samples(&rest, &known, WEIGHT_WITHOUT_WORDS), HYPERPARAMETERS);
            for at in out {
                choices[at] = forest.choice(&mails[at]);
            }
        }
        let fitted: Vec<(ModelChoice, f64)> = mails
            .iter()
            .zip(&choices)
            .filter(|(mail, _)| mail.wanted.is_some())
            .filter_map(|(mail, choice)| Some(((*choice)?, weight_of(name, mail))))
            .collect();
        let points = judge::calibrate(&fitted);
        let all: Vec<&LabelledMail> = mails.iter().collect();
        let forest =
            boost::train(&data::training_samples(&all, &known, WEIGHT_WITHOUT_WORDS), HYPERPARAMETERS);
        Self { name, names, choices, points, forest }
    }
}

/// Returns the weight of a mail in the calibration of the confidences of the model named `study`.
pub(crate) fn weight_of(study: &str, mail: &LabelledMail) -> f64 {
    if study == "codes" && mail.wanted == Some(false) { WEIGHT_OF_NONE } else { 1.0 }
}

/// Function that returns the name of a mail's group: its sender family (brand or project), or its language. All mails
/// of a group are held out together.
pub(crate) type GroupFn = fn(&LabelledMail) -> &str;

/// Returns the cross-validation fold of each group of mails. Each group, starting with the largest, is
/// assigned to the fold with the fewest mails.
fn folds(mails: &[LabelledMail], group: GroupFn) -> HashMap<&str, usize> {
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

impl Forest {
    /// Returns the candidate for a code or link with the highest score in a mail; `None` if the mail has no candidate.
    pub(crate) fn choice(&self, mail: &LabelledMail) -> Option<ModelChoice> {
        let scores: Vec<i32> = mail.candidates.iter().map(|one| self.score(&one.features)).collect();
        judge::choice(mail, &scores)
    }
}
