//! The models that score candidates: gradient-boosted decision trees over the features, and the confidence
//! that belongs to a score. `assets/models` contains their weights, which `examples/train.rs` computes.

use super::Confidence;
use std::sync::LazyLock;

/// The model of codes.
pub(super) static CODES: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_str!("../assets/models/codes.txt")));
/// The model of links.
pub(super) static LINKS: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_str!("../assets/models/links.txt")));

/// A sum of decision trees. A score is in thousandths of a logit.
#[derive(Debug, Default)]
pub(super) struct Model {
    names: Vec<&'static str>,
    bias: i32,
    /// The nodes of all trees, each tree in preorder.
    nodes: Vec<Node>,
    /// The first node of each tree.
    roots: Vec<usize>,
    /// Scores with the confidence that belongs to them, in ascending order.
    confidences: Vec<(i32, u16)>,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    /// Goes to the next node if the feature is below the threshold, otherwise to the node `right`.
    Split { feature: u16, threshold: i16, right: u32 },
    /// The end of a tree and what it adds to the score.
    Leaf(i32),
}

impl Model {
    /// Reads the text of a weights file. Lines that it does not understand are left out.
    pub(super) fn read(text: &'static str) -> Self {
        let mut model = Self::default();
        for line in text.lines() {
            match line.split_once('\t') {
                Some(("feature", name)) => model.names.push(name),
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
        model
    }

    /// Adds a tree in preorder: a leaf is a number, and a split is `feature<threshold`.
    fn add_tree(&mut self, text: &str) {
        self.roots.push(self.nodes.len());
        // The splits whose right side has not begun.
        let mut open = Vec::new();
        for token in text.split(' ') {
            if let Some((feature, threshold)) = token.split_once('<') {
                open.push(self.nodes.len());
                self.nodes.push(Node::Split {
                    feature: feature.parse().unwrap_or_default(),
                    threshold: threshold.parse().unwrap_or_default(),
                    right: 0,
                });
                continue;
            }
            self.nodes.push(Node::Leaf(token.parse().unwrap_or_default()));
            let next = u32::try_from(self.nodes.len()).unwrap_or_default();
            if let Some(Node::Split { right, .. }) = open.pop().and_then(|at| self.nodes.get_mut(at)) {
                *right = next;
            }
        }
    }

    /// Number of features.
    pub(super) fn features(&self) -> usize {
        self.names.len()
    }

    /// The score of a candidate.
    pub(super) fn score(&self, features: &[i16]) -> i32 {
        self.roots.iter().fold(self.bias, |score, root| score + self.leaf(*root, features))
    }

    fn leaf(&self, root: usize, features: &[i16]) -> i32 {
        let mut at = root;
        // A damaged weights file cannot lead in a circle, because each step goes forward.
        loop {
            match self.nodes.get(at) {
                Some(Node::Leaf(value)) => return *value,
                Some(Node::Split { feature, threshold, right }) => {
                    let value = features.get(usize::from(*feature)).copied().unwrap_or_default();
                    let right = usize::try_from(*right).unwrap_or_default();
                    at = if value < *threshold { at + 1 } else { right.max(at + 1) };
                }
                None => return 0,
            }
        }
    }

    /// The confidence that belongs to a score, interpolated between the known ones.
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

    /// The value of a feature by its name.
    pub(super) fn value(&self, features: &[i16], name: &str) -> Option<i16> {
        let at = self.names.iter().position(|known| *known == name)?;
        features.get(at).copied()
    }

    /// The features with other values for some of them; `None` if they have these values already.
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
    fn a_model_is_read_and_scores() {
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

    #[test]
    fn the_models_have_the_features_that_are_computed() {
        let samples = training::samples(b"Subject: Your code is 482913\n\nhttps://nord.example/verify?t=1\n");
        assert_eq!(CODES.names, samples.code_names);
        assert_eq!(LINKS.names, samples.link_names);
    }

    #[test]
    fn the_models_have_trees_and_ascending_confidences() {
        for model in [&CODES, &LINKS] {
            assert!(model.roots.len() > 50 && model.nodes.len() > model.roots.len());
            assert!(model.confidences.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
            assert!(model.confidences.len() > 3);
        }
    }
}
