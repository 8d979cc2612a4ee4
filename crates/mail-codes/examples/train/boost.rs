//! Trains gradient-boosted decision trees with logistic loss. All sums are computed in a fixed order, so that the same
//! samples always yield the same trees.

/// A training sample, which is a candidate for a code or link: its features, whether it is correct, and its weight.
#[derive(Clone, Debug)]
pub(crate) struct TrainingSample {
    pub(crate) features: Vec<i16>,
    pub(crate) right: bool,
    pub(crate) weight: f64,
}

/// Hyperparameters for training a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hyperparameters {
    pub(crate) trees: usize,
    pub(crate) leaves: usize,
    pub(crate) depth: usize,
    pub(crate) rate: f64,
    /// Constant added to the sum of second derivatives in a leaf (L2 regularisation). It shrinks the value of the leaf.
    pub(crate) damping: f64,
    /// Minimum sum of second derivatives of the loss in a leaf. A split that would leave a smaller sum on either side
    /// is not made.
    pub(crate) min_leaf: f64,
    /// Share of the samples, in per mille, on which each tree is trained.
    pub(crate) sampled: u64,
    pub(crate) seed: u64,
}

/// A node of a decision tree. A tree lists its nodes in preorder; the value of a leaf is in thousandths of a
/// logit.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum TreeNode {
    Split(usize, i16),
    Leaf(i32),
}

/// A trained model: an ensemble of decision trees.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Forest {
    pub(crate) bias: i32,
    pub(crate) trees: Vec<Vec<TreeNode>>,
}

impl Forest {
    /// Returns the score of a sample with these features, in thousandths of a logit.
    pub(crate) fn score(&self, features: &[i16]) -> i32 {
        self.bias + self.trees.iter().map(|tree| walk(tree, features)).sum::<i32>()
    }
}

fn walk(tree: &[TreeNode], features: &[i16]) -> i32 {
    let mut at = 0;
    loop {
        match tree[at] {
            TreeNode::Leaf(value) => return value,
            TreeNode::Split(feature, threshold) if features[feature] < threshold => at += 1,
            TreeNode::Split(..) => at = after(tree, at + 1),
        }
    }
}

/// Returns the index of the first node after the subtree that starts at index `at`.
fn after(tree: &[TreeNode], mut at: usize) -> usize {
    let mut open = 1;
    while open > 0 {
        open += match tree[at] {
            TreeNode::Split(..) => 1,
            TreeNode::Leaf(_) => -1,
        };
        at += 1;
    }
    at
}

/// The features of all samples, stored by column. Each value is replaced by its index among the distinct
/// values of the feature.
struct FeatureColumns {
    /// For each feature, its distinct values in ascending order, at most 255. Greater values count as the last of them.
    values: Vec<Vec<i16>>,
    /// For each feature, the index of each sample's value in `values`.
    bins: Vec<Vec<u8>>,
}

impl FeatureColumns {
    fn from_samples(samples: &[TrainingSample]) -> Self {
        let count = samples.first().map_or(0, |sample| sample.features.len());
        let mut columns = Self { values: Vec::new(), bins: Vec::new() };
        for feature in 0..count {
            let mut values: Vec<i16> = samples.iter().map(|sample| sample.features[feature]).collect();
            values.sort_unstable();
            values.dedup();
            values.truncate(255);
            let bin = |value: i16| values.partition_point(|known| *known <= value).saturating_sub(1);
            columns.bins.push(samples.iter().map(|sample| bin(sample.features[feature]) as u8).collect());
            columns.values.push(values);
        }
        columns
    }
}

/// A leaf that may still be split while its tree is growing.
struct Leaf {
    samples: Vec<u32>,
    gradient: f64,
    curvature: f64,
    depth: usize,
    best: Option<LeafCut>,
    /// The sums of the derivatives over the leaf's samples, by feature and value; empty if the leaf must not
    /// be split.
    sums: DerivativeSums,
    /// Index of the leaf's node in the tree.
    node: usize,
}

/// Sums of first and second derivatives of the loss: one pair for each value of each feature.
type DerivativeSums = Vec<(f64, f64)>;

#[derive(Clone, Copy)]
struct LeafCut {
    gain: f64,
    feature: usize,
    bin: u8,
}

/// A node of a tree that is still growing.
enum GrowingNode {
    Leaf(f64),
    Split { feature: usize, threshold: i16, left: usize, right: usize },
}

/// Trains a model with these samples and hyperparameters.
pub(crate) fn train(samples: &[TrainingSample], hyperparameters: Hyperparameters) -> Forest {
    let columns = FeatureColumns::from_samples(samples);
    let total: f64 = samples.iter().map(|sample| sample.weight).sum();
    let right: f64 = samples.iter().filter(|sample| sample.right).map(|sample| sample.weight).sum();
    let bias = (right.max(0.5) / (total - right).max(0.5)).ln();
    let mut forest = Forest { bias: (bias * 1000.0).round() as i32, trees: Vec::new() };
    let mut scores = vec![f64::from(forest.bias) / 1000.0; samples.len()];
    let mut random = hyperparameters.seed;
    for _ in 0..hyperparameters.trees {
        let derivatives: Vec<(f64, f64)> =
            samples.iter().zip(&scores).map(|(sample, score)| derivative(sample, *score)).collect();
        let features: Vec<usize> =
            (0..columns.values.len()).filter(|_| next(&mut random).is_multiple_of(2)).collect();
        let sampled: Vec<u32> = (0..samples.len() as u32)
            .filter(|_| next(&mut random) % 1000 < hyperparameters.sampled)
            .collect();
        let tree = grow(&columns, &derivatives, &features, hyperparameters, sampled);
        for (sample, score) in samples.iter().zip(&mut scores) {
            *score += f64::from(walk(&tree, &sample.features)) / 1000.0;
        }
        forest.trees.push(tree);
    }
    forest
}

fn derivative(sample: &TrainingSample, score: f64) -> (f64, f64) {
    let chance = 1.0 / (1.0 + (-score).exp());
    (sample.weight * (chance - f64::from(u8::from(sample.right))), sample.weight * chance * (1.0 - chance))
}

/// Returns the next pseudo-random number, and advances the generator's state (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut value = *state;
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (value ^ (value >> 31)) >> 8
}

/// Grows a tree on the samples whose indices are in `sampled`. Each step splits the leaf whose best split has the
/// largest gain.
fn grow(
    columns: &FeatureColumns,
    derivatives: &[(f64, f64)],
    features: &[usize],
    hyperparameters: Hyperparameters,
    sampled: Vec<u32>,
) -> Vec<TreeNode> {
    let make = |samples: Vec<u32>, depth: usize, node: usize, sums: DerivativeSums| {
        let total = samples.iter().fold((0.0, 0.0), |(g, h), sample| {
            let (gradient, curvature) = derivatives[*sample as usize];
            (g + gradient, h + curvature)
        });
        let mut leaf = Leaf { samples, gradient: total.0, curvature: total.1, depth, best: None, sums, node };
        leaf.best = best_cut(columns, features, &leaf, hyperparameters);
        leaf
    };
    let value =
        |leaf: &Leaf| -leaf.gradient / (leaf.curvature + hyperparameters.damping) * hyperparameters.rate;
    let sums = sums_of(columns, derivatives, features, &sampled);
    let mut open = vec![make(sampled, 0, 0, sums)];
    let mut tree = vec![GrowingNode::Leaf(value(&open[0]))];
    while open.len() < hyperparameters.leaves {
        let gain = |leaf: &Leaf| leaf.best.map_or(0.0, |cut| cut.gain);
        let Some(at) = (0..open.len())
            .filter(|at| gain(&open[*at]) > 1e-6)
            .max_by(|a, b| gain(&open[*a]).total_cmp(&gain(&open[*b])).then(b.cmp(a)))
        else {
            break;
        };
        let leaf = open.remove(at);
        let Some(cut) = leaf.best else { break };
        let (left, right): (Vec<u32>, Vec<u32>) =
            leaf.samples.iter().partition(|sample| columns.bins[cut.feature][**sample as usize] < cut.bin);
        let (first, second) = (tree.len(), tree.len() + 1);
        let depth = leaf.depth + 1;
        let (of_left, of_right) = if depth < hyperparameters.depth {
            // Only the smaller side is summed; the sums of the larger side are the difference.
            let is_left = left.len() < right.len();
            let small = sums_of(columns, derivatives, features, if is_left { &left } else { &right });
            let rest = |(all, part): (&(f64, f64), &(f64, f64))| (all.0 - part.0, all.1 - part.1);
            let large = leaf.sums.iter().zip(&small).map(rest).collect();
            if is_left { (small, large) } else { (large, small) }
        } else {
            (Vec::new(), Vec::new())
        };
        let left = make(left, depth, first, of_left);
        let right = make(right, depth, second, of_right);
        tree.push(GrowingNode::Leaf(value(&left)));
        tree.push(GrowingNode::Leaf(value(&right)));
        let threshold = columns.values[cut.feature][usize::from(cut.bin)];
        tree[leaf.node] = GrowingNode::Split { feature: cut.feature, threshold, left: first, right: second };
        open.push(left);
        open.push(right);
    }
    let mut nodes = Vec::new();
    preorder(&tree, 0, &mut nodes);
    nodes
}

fn preorder(tree: &[GrowingNode], at: usize, nodes: &mut Vec<TreeNode>) {
    match tree[at] {
        GrowingNode::Leaf(value) => nodes.push(TreeNode::Leaf((value * 1000.0).round() as i32)),
        GrowingNode::Split { feature, threshold, left, right } => {
            nodes.push(TreeNode::Split(feature, threshold));
            preorder(tree, left, nodes);
            preorder(tree, right, nodes);
        }
    }
}

/// Returns the sums of the derivatives over the samples whose indices are in `samples`, by feature and value.
fn sums_of(
    columns: &FeatureColumns,
    derivatives: &[(f64, f64)],
    features: &[usize],
    samples: &[u32],
) -> DerivativeSums {
    let mut all = Vec::new();
    for &feature in features {
        let bins = &columns.bins[feature];
        let from = all.len();
        all.resize(from + columns.values[feature].len(), (0.0, 0.0));
        let sums = &mut all[from..];
        for sample in samples {
            let (gradient, curvature) = derivatives[*sample as usize];
            let sum = &mut sums[usize::from(bins[*sample as usize])];
            sum.0 += gradient;
            sum.1 += curvature;
        }
    }
    all
}

/// Returns the split with the largest gain for a leaf; `None` if the leaf must not be split.
fn best_cut(
    columns: &FeatureColumns,
    features: &[usize],
    leaf: &Leaf,
    hyperparameters: Hyperparameters,
) -> Option<LeafCut> {
    let worth = |gradient: f64, curvature: f64| gradient * gradient / (curvature + hyperparameters.damping);
    let whole = worth(leaf.gradient, leaf.curvature);
    let mut best: Option<LeafCut> = None;
    let mut rest_of_sums = leaf.sums.as_slice();
    for &feature in features {
        let (sums, rest) = rest_of_sums.split_at_checked(columns.values[feature].len())?;
        rest_of_sums = rest;
        let (mut gradient, mut curvature) = (0.0, 0.0);
        for (bin, sum) in sums.iter().enumerate() {
            if bin > 0 {
                let rest = leaf.curvature - curvature;
                if curvature >= hyperparameters.min_leaf && rest >= hyperparameters.min_leaf {
                    let gain = worth(gradient, curvature) + worth(leaf.gradient - gradient, rest) - whole;
                    if best.is_none_or(|best| gain > best.gain) {
                        best = Some(LeafCut { gain, feature, bin: bin as u8 });
                    }
                }
            }
            gradient += sum.0;
            curvature += sum.1;
        }
    }
    best
}
