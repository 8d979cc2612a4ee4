//! Scores code and link candidates with gradient-boosted decision trees over their features. Each score maps to a
//! confidence. `assets/models` contains the weights, which `examples/train.rs` computes. The build script converts the
//! weights to tables, so that the program need not parse them.

#[cfg(test)]
mod read;
#[cfg(test)]
mod tests;

use super::Confidence;

/// The model that scores code candidates.
pub(super) static CODES: ScoringModel = include!(concat!(env!("OUT_DIR"), "/model_codes.rs"));
/// The model that scores links.
pub(super) static LINKS: ScoringModel = include!(concat!(env!("OUT_DIR"), "/model_links.rs"));

/// An ensemble of decision trees. A score is the sum of a bias and one leaf value per tree, in thousandths of a logit.
/// The higher the score, the more likely the candidate is a code or a link to follow.
///
/// The trees are evaluated with the `QuickScorer` algorithm (Lucchese et al., 2015) instead of being traversed. Each
/// feature has lists of the splits that test it. The sides of a split are swapped if necessary, so that the feature's
/// median is on the left side. A value that is not on the same side of the threshold as the median excludes the leaves
/// on the left side of the split. The first leaf that no split excludes is the leaf that a traversal would reach.
#[derive(Debug)]
pub(super) struct ScoringModel {
    features: &'static [ModelFeature],
    bias: i32,
    /// For each tree, its leaf values from left to right, padded with zeros.
    leaves: &'static [[i16; MAX_LEAVES]],
    /// Points on the curve that maps scores to confidences, sorted by score: scores in thousandths of a logit, each
    /// with its confidence in per mille.
    confidences: &'static [(i32, u16)],
}

/// Maximum number of leaves in a tree. The limit is 16 because each leaf needs one bit of a 16-bit mask.
const MAX_LEAVES: usize = 16;
/// Maximum number of trees in a model.
const MAX_TREES: usize = 384;

/// A feature of a model, with the splits in all trees that test the feature.
#[derive(Debug)]
struct ModelFeature {
    name: &'static str,
    /// The median of the feature over all candidates of the training mails.
    usual: i16,
    /// The splits whose threshold is at most the median of the feature; the highest threshold comes first.
    below: &'static [TreeSplit],
    /// The splits whose threshold is above the median of the feature; the lowest threshold comes first.
    above: &'static [TreeSplit],
}

/// One split of a decision tree.
#[derive(Clone, Copy, Debug)]
struct TreeSplit {
    threshold: i16,
    /// Index of the split's tree.
    tree: u16,
    /// Bit mask of the leaves that remain possible if the threshold separates the value of the feature from the
    /// feature's median.
    keeps: u16,
}

impl TreeSplit {
    const fn new(threshold: i16, tree: u16, keeps: u16) -> Self {
        Self { threshold, tree, keeps }
    }
}

/// The partial score of a candidate for a code or link: the model has been applied only to the first features of the
/// candidate.
#[derive(Clone, Debug)]
pub(super) struct PartialScore {
    /// For each tree, a bit mask of the leaves that no evaluated feature has excluded.
    open: [u16; MAX_TREES],
    /// Number of features to which the model has been applied.
    features: usize,
}

impl PartialScore {
    /// Excludes the leaves on the left side of each split, which is the side with the feature's median.
    fn exclude<'a>(&mut self, splits: impl Iterator<Item = &'a TreeSplit>) {
        for split in splits {
            if let Some(leaves) = self.open.get_mut(usize::from(split.tree)) {
                *leaves &= split.keeps;
            }
        }
    }
}

impl ScoringModel {
    /// Returns the number of features that the model expects.
    pub(super) fn features(&self) -> usize {
        self.features.len()
    }

    /// Returns the score of a candidate for a code or link with these features, in thousandths of a logit.
    pub(super) fn score(&self, features: &[i16]) -> i32 {
        self.finish(self.begin(features), &[])
    }

    /// Applies the model to the first features of a candidate for a code or link. These features describe the mail, so
    /// all candidates of the mail can share the result.
    pub(super) fn begin(&self, first: &[i16]) -> PartialScore {
        let mut begun = PartialScore { open: [u16::MAX; MAX_TREES], features: 0 };
        self.evaluate(&mut begun, first);
        begun
    }

    /// Returns the score of a candidate for a code or link, in thousandths of a logit, by adding the remaining features
    /// to a partial score.
    pub(super) fn finish(&self, mut begun: PartialScore, rest: &[i16]) -> i32 {
        self.evaluate(&mut begun, rest);
        let leaf = |(open, leaves): (u16, &[i16; MAX_LEAVES])| {
            let first = usize::try_from(open.trailing_zeros()).unwrap_or_default();
            i32::from(leaves.get(first).copied().unwrap_or_default())
        };
        begun.open.into_iter().zip(self.leaves).map(leaf).fold(self.bias, |score, leaf| score + leaf)
    }

    /// Adds the next features to a partial score: excludes the leaves that a traversal with these values cannot reach.
    fn evaluate(&self, begun: &mut PartialScore, features: &[i16]) {
        let tested = self.features.get(begun.features..).unwrap_or_default();
        begun.features += features.len();
        for (value, feature) in features.iter().copied().zip(tested) {
            if value > feature.usual {
                begun.exclude(feature.above.iter().take_while(|split| split.threshold <= value));
            } else if value < feature.usual {
                begun.exclude(feature.below.iter().take_while(|split| split.threshold > value));
            }
        }
    }

    /// Returns the confidence for a score, interpolated linearly between the calibration points of the model.
    pub(super) fn confidence(&self, score: i32) -> Confidence {
        let above = self.confidences.partition_point(|(known, _)| *known <= score);
        let below = above.checked_sub(1).and_then(|at| self.confidences.get(at));
        let thousandths = match (below, self.confidences.get(above)) {
            (Some((low, from)), Some((high, to))) => {
                let (part, whole) = (i64::from(score - low), i64::from((high - low).max(1)));
                let step = (i64::from(*to) - i64::from(*from)) * part / whole;
                u16::try_from(i64::from(*from) + step).unwrap_or_default()
            }
            (Some((_, confidence)), None) | (None, Some((_, confidence))) => *confidence,
            (None, None) => 0,
        };
        Confidence::from_thousandths(thousandths)
    }

    /// Returns the value of the feature named `name`; `None` if the model has no such feature.
    pub(super) fn value(&self, features: &[i16], name: &str) -> Option<i16> {
        let at = self.at(name)?;
        features.get(at).copied()
    }

    /// Returns a copy of the feature values in which the features listed in `neutral` have their neutral values.
    /// Returns `None` if the features already have these values, or if the model lacks one of the features.
    pub(super) fn without(&self, features: &[i16], neutral: &[(&str, i16)]) -> Option<Vec<i16>> {
        let mut other = features.to_vec();
        for (name, value) in neutral {
            let at = self.at(name)?;
            *other.get_mut(at)? = *value;
        }
        (other != features).then_some(other)
    }

    /// Returns the index of the feature named `name`; `None` if the model has no such feature.
    fn at(&self, name: &str) -> Option<usize> {
        self.features.iter().position(|known| known.name == name)
    }
}
