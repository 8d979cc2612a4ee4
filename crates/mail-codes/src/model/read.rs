//! Parses the text of a weights file. The build script also uses this file, and writes the parsed weights as Rust
//! source code.

/// Maximum number of leaves in a tree; trees with more leaves are ignored. The limit is 16 because each leaf needs one
/// bit of a 16-bit mask.
pub(crate) const MAX_LEAVES: usize = 16;

/// The parsed weights of a scoring model.
#[derive(Debug, Default)]
pub(crate) struct ParsedModel {
    pub(crate) features: Vec<ParsedFeature>,
    pub(crate) bias: i32,
    /// For each tree, its leaf values in the order of the bits in a leaf mask, padded with zeros.
    pub(crate) leaves: Vec<[i16; MAX_LEAVES]>,
    /// Points on the curve that maps scores to confidences: scores in thousandths of a logit, each with its confidence
    /// in per mille.
    pub(crate) confidences: Vec<(i32, u16)>,
}

/// A feature of a model, with the splits that test it.
#[derive(Debug, Default)]
pub(crate) struct ParsedFeature {
    pub(crate) name: String,
    /// The median of the feature over all candidates of the training mails.
    pub(crate) usual: i16,
    /// The splits whose threshold is at most the median of the feature; the highest threshold comes first.
    pub(crate) below: Vec<ParsedSplit>,
    /// The splits whose threshold is above the median of the feature; the lowest threshold comes first.
    pub(crate) above: Vec<ParsedSplit>,
}

/// A split of a decision tree: its threshold, the index of the tree, and a bit mask of all leaves of the tree except
/// those on the same side of the split as the feature's median.
pub(crate) type ParsedSplit = (i16, u16, u16);

/// A node of a tree: a leaf with its value, or a split with its feature, its threshold and the index of its
/// right child.
#[derive(Clone, Copy)]
enum ParsedNode {
    Leaf(i16),
    Split { feature: usize, threshold: i16, right: usize },
}

/// Parses the text of a weights file; lines in an unknown format are ignored.
pub(crate) fn read(text: &str) -> ParsedModel {
    let mut model = ParsedModel::default();
    for line in text.lines() {
        match line.split_once('\t') {
            Some(("feature", feature)) => {
                let (name, usual) = feature.split_once('\t').unwrap_or((feature, "0"));
                let usual = usual.parse().unwrap_or_default();
                model.features.push(ParsedFeature {
                    name: name.to_owned(),
                    usual,
                    ..ParsedFeature::default()
                });
            }
            Some(("bias", value)) => model.bias = value.parse().unwrap_or_default(),
            Some(("tree", nodes)) => model.add_tree(nodes),
            Some(("confidence", pair)) => {
                let pair = pair
                    .split_once('\t')
                    .and_then(|(score, confidence)| Some((score.parse().ok()?, confidence.parse().ok()?)));
                model.confidences.extend(pair);
            }
            _ => {}
        }
    }
    for feature in &mut model.features {
        feature.below.sort_by_key(|(threshold, ..)| std::cmp::Reverse(*threshold));
        feature.above.sort_by_key(|(threshold, ..)| *threshold);
    }
    model
}

impl ParsedModel {
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
                let threshold = threshold.parse().unwrap_or_default();
                nodes.push(ParsedNode::Split { feature, threshold, right: usize::MAX });
                continue;
            }
            nodes.push(ParsedNode::Leaf(token.parse().unwrap_or_default()));
            let next = nodes.len();
            if let Some(ParsedNode::Split { right, .. }) = open.pop().and_then(|at| nodes.get_mut(at)) {
                *right = next;
            }
        }
        if nodes.iter().filter(|node| matches!(node, ParsedNode::Leaf(_))).count() > MAX_LEAVES {
            return;
        }
        let mut leaves = Vec::with_capacity(MAX_LEAVES);
        self.lay_out(&nodes, 0, tree, &mut leaves);
        let mut all = [0; MAX_LEAVES];
        all.iter_mut().zip(leaves).for_each(|(to, leaf)| *to = leaf);
        self.leaves.push(all);
    }

    /// Appends the leaves of a subtree to `leaves`, and adds its splits to the model. The leaves on the side of the
    /// feature's median come first. `at` is the index of the subtree's root, `tree` the index of the tree.
    fn lay_out(&mut self, nodes: &[ParsedNode], at: usize, tree: u16, leaves: &mut Vec<i16>) {
        match nodes.get(at) {
            Some(ParsedNode::Leaf(value)) => leaves.push(*value),
            Some(ParsedNode::Split { feature, threshold, right }) => {
                let usual = self.features.get(*feature).map_or(0, |feature| feature.usual);
                let is_below = *threshold <= usual;
                let (usual, other) = if is_below { (*right, at + 1) } else { (at + 1, *right) };
                let first = leaves.len();
                self.lay_out(nodes, usual, tree, leaves);
                let ruled_out = (first..leaves.len()).fold(0_u16, |mask, leaf| mask | 1 << leaf);
                self.lay_out(nodes, other, tree, leaves);
                if let Some(feature) = self.features.get_mut(*feature) {
                    let splits = if is_below { &mut feature.below } else { &mut feature.above };
                    splits.push((*threshold, tree, !ruled_out));
                }
            }
            None => {}
        }
    }
}
