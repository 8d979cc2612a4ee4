//! Scores code and link candidates with gradient-boosted decision trees over their features. Each score maps to a
//! confidence. `assets/models` contains the weights, which `examples/train.rs` computes.

// This file exceeds 300 lines because parsing, evaluating and explaining a model share its tree layout.

use super::Confidence;
use std::sync::LazyLock;

/// The model that scores code candidates.
pub(super) static CODES: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_str!("../assets/models/codes.txt")));
/// The model that scores links.
pub(super) static LINKS: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_str!("../assets/models/links.txt")));

/// An ensemble of decision trees. A score is the sum of a bias and of one leaf value per tree, in thousandths of a
/// logit. The higher it is, the more likely the candidate is a code or a link to follow.
///
/// The trees are evaluated with the `QuickScorer` algorithm (Lucchese et al., 2015) instead of being
/// traversed. For each feature there is a list of the splits that test it. A value at or above the threshold
/// of a split excludes the leaves to the left of that split. The first leaf that no split excludes is the
/// leaf that a traversal would reach. If most values of a feature are high, both sides of its splits are
/// swapped, so that a usual value excludes no leaf.
#[derive(Debug, Default)]
pub(super) struct Model {
    names: Vec<&'static str>,
    bias: i32,
    /// For each feature, the splits that test it, from all trees, sorted by threshold. The threshold nearest to the
    /// feature's usual values comes first.
    splits: Vec<Vec<Split>>,
    /// For each feature, whether its usual values are high. The sides of its splits are then swapped.
    is_usually_high: Vec<bool>,
    /// For each tree, its leaf values from left to right, padded with zeros.
    leaves: Vec<[i32; MAX_LEAVES]>,
    /// Points of the function from scores to confidences, sorted by score: a score in thousandths of a logit, and its
    /// confidence in per mille.
    confidences: Vec<(i32, u16)>,
}

/// Maximum number of leaves in a tree, because each leaf needs one bit of a mask. Trees with more leaves are
/// ignored.
const MAX_LEAVES: usize = 16;

/// One split of a decision tree.
#[derive(Clone, Copy, Debug)]
struct Split {
    threshold: i16,
    /// Index of the split's tree.
    tree: u16,
    /// Bit mask of the leaves that remain possible if a value is on the unusual side of the split's
    /// threshold.
    keeps: u16,
}

/// Name prefixes of the features whose usual values are high. These features are distances to keywords, which
/// are high if there is no keyword, and properties that most links have.
const USUALLY_HIGH: [&str; 7] = [
    "words before:",
    "words after:",
    "lines above:",
    "in HTML",
    "web address",
    "URLs after it",
    "URLs of this host",
];

/// A node of a tree that is being parsed: a leaf with its value, or a split with its feature, its threshold
/// and the index of its right child.
#[derive(Clone, Copy)]
enum Node {
    Leaf(i32),
    Split { feature: usize, threshold: i16, right: usize },
}

/// The partial score of a candidate for a code or link: the model has been applied only to the first features of the
/// candidate.
#[derive(Clone, Debug)]
pub(super) struct PartialScore {
    /// For each tree, a bit mask of the leaves that no evaluated feature has excluded.
    open: Vec<u16>,
    /// Number of features to which the model has been applied.
    features: usize,
}

impl Model {
    /// Parses the text of a weights file; lines in an unknown format are ignored.
    pub(super) fn read(text: &'static str) -> Self {
        let mut model = Self::default();
        for line in text.lines() {
            match line.split_once('\t') {
                Some(("feature", name)) => {
                    model.names.push(name);
                    model.splits.push(Vec::new());
                    model.is_usually_high.push(USUALLY_HIGH.iter().any(|start| name.starts_with(start)));
                }
                Some(("bias", value)) => model.bias = value.parse().unwrap_or_default(),
                Some(("tree", nodes)) => model.add_tree(nodes),
                Some(("confidence", pair)) => {
                    let pair = pair.split_once('\t').and_then(|(score, confidence)| {
                        Some((score.parse().ok()?, confidence.parse().ok()?))
                    });
                    model.confidences.extend(pair);
                }
                _ => {}
            }
        }
        for (splits, is_usually_high) in model.splits.iter_mut().zip(&model.is_usually_high) {
            splits.sort_by_key(|split| split.threshold);
            if *is_usually_high {
                splits.reverse();
            }
        }
        model
    }

    /// Parses a tree and adds it to the model. The nodes are in preorder: a leaf is a number, and a split is
    /// `feature<threshold`. A tree with more than [`MAX_LEAVES`] leaves is ignored.
    fn add_tree(&mut self, text: &str) {
        let Ok(tree) = u16::try_from(self.leaves.len()) else { return };
        let mut nodes = Vec::new();
        // Indices of the splits whose right side has not started yet.
        let mut open: Vec<usize> = Vec::new();
        for token in text.split(' ') {
            if let Some((feature, threshold)) = token.split_once('<') {
                open.push(nodes.len());
                let feature = feature.parse().unwrap_or(usize::MAX);
                nodes.push(Node::Split {
                    feature,
                    threshold: threshold.parse().unwrap_or_default(),
                    right: usize::MAX,
                });
                continue;
            }
            nodes.push(Node::Leaf(token.parse().unwrap_or_default()));
            let next = nodes.len();
            if let Some(Node::Split { right, .. }) = open.pop().and_then(|at| nodes.get_mut(at)) {
                *right = next;
            }
        }
        if nodes.iter().filter(|node| matches!(node, Node::Leaf(_))).count() > MAX_LEAVES {
            return;
        }
        let mut leaves = Vec::with_capacity(MAX_LEAVES);
        self.lay_out(&nodes, 0, tree, &mut leaves);
        let mut all = [0; MAX_LEAVES];
        all.iter_mut().zip(leaves).for_each(|(to, leaf)| *to = leaf);
        self.leaves.push(all);
    }

    /// Appends the leaves of a subtree to `leaves`, and adds its splits to the model. The leaves on the usual
    /// side of a split come first. `at` is the index of the subtree's root, `tree` is the index of the tree.
    fn lay_out(&mut self, nodes: &[Node], at: usize, tree: u16, leaves: &mut Vec<i32>) {
        match nodes.get(at) {
            Some(Node::Leaf(value)) => leaves.push(*value),
            Some(Node::Split { feature, threshold, right }) => {
                let is_usually_high = self.is_usually_high.get(*feature).copied().unwrap_or_default();
                let (usual, other) = if is_usually_high { (*right, at + 1) } else { (at + 1, *right) };
                let first = leaves.len();
                self.lay_out(nodes, usual, tree, leaves);
                let ruled_out = (first..leaves.len()).fold(0, |mask, leaf| mask | 1 << leaf);
                self.lay_out(nodes, other, tree, leaves);
                if let Some(splits) = self.splits.get_mut(*feature) {
                    splits.push(Split { threshold: *threshold, tree, keeps: !ruled_out });
                }
            }
            None => {}
        }
    }

    /// Returns the number of features that the model expects.
    pub(super) fn features(&self) -> usize {
        self.names.len()
    }

    /// Returns the score of a candidate for a code or link with these features, in thousandths of a logit.
    pub(super) fn score(&self, features: &[i16]) -> i32 {
        self.finish(self.begin(features), &[])
    }

    /// Applies the model to the first features of a candidate for a code or link. These features describe the mail, so
    /// all candidates of the mail can share the result.
    pub(super) fn begin(&self, first: &[i16]) -> PartialScore {
        let mut begun = PartialScore { open: vec![u16::MAX; self.leaves.len()], features: 0 };
        self.evaluate(&mut begun, first);
        begun
    }

    /// Returns the score of a candidate for a code or link, in thousandths of a logit: adds the remaining features to a
    /// partial score.
    pub(super) fn finish(&self, mut begun: PartialScore, rest: &[i16]) -> i32 {
        self.evaluate(&mut begun, rest);
        let leaf = |(open, leaves): (u16, &[i32; MAX_LEAVES])| {
            let first = usize::try_from(open.trailing_zeros()).unwrap_or_default();
            leaves.get(first).copied().unwrap_or_default()
        };
        begun.open.into_iter().zip(&self.leaves).map(leaf).fold(self.bias, |score, leaf| score + leaf)
    }

    /// Adds the next features to a partial score: excludes the leaves that a traversal with these values cannot reach.
    fn evaluate(&self, begun: &mut PartialScore, features: &[i16]) {
        let splits = self.splits.get(begun.features..).unwrap_or_default();
        let is_usually_high = self.is_usually_high.get(begun.features..).unwrap_or_default();
        begun.features += features.len();
        for ((value, splits), is_usually_high) in features.iter().zip(splits).zip(is_usually_high) {
            let passed = |split: &&Split| (split.threshold <= *value) != *is_usually_high;
            for split in splits.iter().take_while(passed) {
                if let Some(leaves) = begun.open.get_mut(usize::from(split.tree)) {
                    *leaves &= split.keeps;
                }
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

    /// Returns the value of the feature `name`; `None` if the model has no such feature.
    pub(super) fn value(&self, features: &[i16], name: &str) -> Option<i16> {
        let at = self.names.iter().position(|known| *known == name)?;
        features.get(at).copied()
    }

    /// Returns a copy of the features in which some have the neutral values that `neutral` lists. `None` if
    /// the features already have these values, or if the model lacks one of the features.
    pub(super) fn without(&self, features: &[i16], neutral: &[(&str, i16)]) -> Option<Vec<i16>> {
        let mut other = features.to_vec();
        for (name, value) in neutral {
            let at = self.names.iter().position(|known| known == name)?;
            *other.get_mut(at)? = *value;
        }
        (other != features).then_some(other)
    }
}

#[cfg(test)]
mod tests {
    use super::{CODES, LINKS, Model};
    use crate::training;

    #[test]
    fn a_model_is_parsed_and_scores() {
        let model = Model::read(
            "# about\nfeature\tlength\nfeature\tdigits\nbias\t-100\ntree\t0<3 1<5 10 20 -7\ntree\t1000\n\
             confidence\t0\t100\nconfidence\t1000\t500\n",
        );
        assert_eq!(model.features(), 2);
        assert_eq!([[2, 4], [2, 5], [3, 0]].map(|features| model.score(&features)), [910, 920, 893]);
        assert_eq!(
            [-5, 0, 500, 1000, 9999].map(|score| model.confidence(score).thousandths()),
            [100, 100, 300, 500, 500]
        );
        assert_eq!(model.without(&[2, 4], &[("digits", 5)]), Some(vec![2, 5]));
        assert_eq!(model.without(&[2, 5], &[("digits", 5)]), None);
    }

    /// Returns the value of the leaf that a traversal of a tree reaches. The text of the tree is in preorder.
    fn walk(tree: &str, features: &[i16]) -> i32 {
        let nodes: Vec<&str> = tree.split(' ').collect();
        let mut at = 0;
        while let Some((feature, threshold)) = nodes[at].split_once('<') {
            at += 1;
            if features[feature.parse::<usize>().unwrap()] >= threshold.parse().unwrap() {
                // The left side ends when it contains one leaf more than splits.
                let mut open = 1;
                while open > 0 {
                    open += if nodes[at].contains('<') { 1 } else { -1 };
                    at += 1;
                }
            }
        }
        nodes[at].parse().unwrap()
    }

    #[test]
    fn a_score_is_the_sum_over_all_trees() {
        for (model, text) in [
            (&CODES, include_str!("../assets/models/codes.txt")),
            (&LINKS, include_str!("../assets/models/links.txt")),
        ] {
            let trees: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("tree\t")).collect();
            assert_eq!(model.leaves.len(), trees.len());
            let mut random = 1_u64;
            for _ in 0..50 {
                let mut next = || {
                    random = random
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    i16::try_from((random >> 33) % 40).unwrap() - 4
                };
                let features: Vec<i16> = model.names.iter().map(|_| next()).collect();
                let walked: i32 = trees.iter().map(|tree| walk(tree, &features)).sum();
                assert_eq!(model.score(&features), model.bias + walked);
                let (first, rest) = features.split_at(40);
                assert_eq!(model.finish(model.begin(first), rest), model.bias + walked);
            }
        }
    }

    #[test]
    fn the_models_use_only_computed_features() {
        let samples = training::samples(b"Subject: Your code is 482913\n\nhttps://nord.example/verify?t=1\n");
        assert_eq!(CODES.names, samples.code_names);
        assert_eq!(LINKS.names, samples.link_names);
    }

    #[test]
    fn the_models_have_trees_and_ascending_confidences() {
        for model in [&CODES, &LINKS] {
            assert!(model.leaves.len() > 50 && model.splits.len() == model.names.len());
            assert!(model.confidences.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
            assert!(model.confidences.iter().any(|point| point.1 < 50));
            assert!(model.confidences.iter().any(|point| point.1 > 950));
            assert!(model.confidences.len() > 3);
        }
    }
}
