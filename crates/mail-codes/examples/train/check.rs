//! Compares the results of a training run with the required results, and the shipped weights with the trained ones.

use crate::boost;
use crate::data::{self, Corpus, LabelledMail};
use crate::judge::ChoiceCounts;
use crate::names::FeatureNames;
use crate::study::{HYPERPARAMETERS, Study, WEIGHT_WITHOUT_WORDS};
use crate::weights;

/// Required results of a model on the held-out mails of some folders, in percent. `--check` fails if the results are
/// worse.
#[derive(Debug)]
struct RequiredResults {
    name: &'static str,
    /// Names of the folders to whose mails the required results apply.
    sets: &'static [&'static str],
    right: f64,
    alarms: f64,
    sure: f64,
}

const REQUIRED_RESULTS: [RequiredResults; 7] = [
    RequiredResults { name: "codes", sets: &["corpus", "short"], right: 93.3, alarms: 2.3, sure: 99.3 },
    RequiredResults { name: "codes", sets: &["hard"], right: 97.0, alarms: 3.9, sure: 99.0 },
    RequiredResults { name: "codes", sets: &["payments"], right: 93.0, alarms: 10.0, sure: 98.0 },
    RequiredResults { name: "codes", sets: &["varied"], right: 85.0, alarms: 3.0, sure: 97.5 },
    RequiredResults { name: "links", sets: &["corpus", "short"], right: 97.7, alarms: 0.39, sure: 99.9 },
    RequiredResults { name: "links", sets: &["hard"], right: 98.0, alarms: 0.2, sure: 99.5 },
    RequiredResults { name: "links", sets: &["varied"], right: 92.0, alarms: 2.8, sure: 97.0 },
];

impl Study<'_> {
    /// Panics if the results on held-out mails are below the required results, or if a second training run yields
    /// different weights. Also panics if the shipped weights have other features than the trained ones, or if both were
    /// trained on the same mails but differ. `is_own` is `true` if all mails are from `tests/corpus`; only then are the
    /// results compared with the required ones.
    pub(crate) fn check(&self, mails: &[LabelledMail], corpus: &Corpus, is_own: bool) {
        // With additional mails, the models learn more, so the required results do not apply.
        if is_own {
            REQUIRED_RESULTS
                .iter()
                .filter(|required| required.name == self.name)
                .for_each(|required| self.check_results(mails, required));
        } else {
            println!(
                "\nthe required results of {} do not apply to folders outside of tests/corpus",
                self.name
            );
        }
        let all: Vec<&LabelledMail> = mails.iter().collect();
        let known = FeatureNames::new(self.names);
        let again =
            boost::train(&data::training_samples(&all, &known, WEIGHT_WITHOUT_WORDS), HYPERPARAMETERS);
        assert!(again == self.forest, "a second training of {} gives other weights", self.name);
        let shipped = std::fs::read_to_string(self.path()).unwrap();
        let features = shipped.lines().filter_map(|line| line.strip_prefix("feature\t"));
        let features = features.map(|feature| feature.split('\t').next().unwrap_or_default());
        assert!(features.eq(self.names.iter()), "the shipped weights of {} have other features", self.name);
        let written = weights::WeightsHeader::read(&shipped);
        let weights = self.weights(mails, corpus, written.date);
        if weights::WeightsHeader::read(&weights).mails == written.mails {
            assert!(
                shipped == weights,
                "the shipped weights of {} are not those of this training",
                self.name
            );
            println!("the shipped weights of {} are those of this training", self.name);
        } else {
            println!("the shipped weights of {} were trained on other mails: {}", self.name, written.mails);
        }
    }

    /// Panics if the results on the held-out mails in the folders of `required` are worse than required.
    fn check_results(&self, mails: &[LabelledMail], required: &RequiredResults) {
        let mut counts = ChoiceCounts::default();
        for (mail, choice) in mails.iter().zip(&self.choices) {
            if let Some(wanted) = mail.wanted.filter(|_| required.sets.contains(&mail.set.as_str())) {
                counts.add(wanted, *choice, &self.points);
            }
        }
        let percent = |[hits, all]: [u32; 2]| f64::from(hits) * 100.0 / f64::from(all.max(1));
        let figures = [counts.right, counts.alarms, counts.sure].map(percent);
        println!(
            "\n{} held out in {}: right first {:.2} %, false alarms {:.2} %, right at 0.9 {:.2} %",
            self.name,
            required.sets.join(" and "),
            figures[0],
            figures[1],
            figures[2]
        );
        let holds =
            figures[0] >= required.right && figures[1] <= required.alarms && figures[2] >= required.sure;
        assert!(holds, "the figures of {} have fallen below {required:?}", self.name);
    }
}
