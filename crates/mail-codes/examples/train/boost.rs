//! Gradient-boosted decision trees with the logistic loss. All sums have a fixed order, so that the same samples
//! give the same trees.

/// A sample: its features, whether it is right, and its weight.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) features: Vec<i16>,
    pub(crate) right: bool,
    pub(crate) weight: f64,
}

/// The settings of a training.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) trees: usize,
    pub(crate) leaves: usize,
    pub(crate) depth: usize,
    pub(crate) rate: f64,
    /// Weight that is added to each leaf to keep its value small (L2 regularisation).
    pub(crate) damping: f64,
    /// Minimum sum of second derivatives in a leaf.
    pub(crate) min_leaf: f64,
    pub(crate) seed: u64,
}

/// A tree in preorder; a leaf value is in thousandths of a logit.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Node {
    Split(usize, i16),
    Leaf(i32),
}

/// A trained model.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Forest {
    pub(crate) bias: i32,
    pub(crate) trees: Vec<Vec<Node>>,
}

impl Forest {
    /// The score of a sample, in thousandths of a logit.
    pub(crate) fn score(&self, features: &[i16]) -> i32 {
        self.bias + self.trees.iter().map(|tree| walk(tree, features)).sum::<i32>()
    }
}

fn walk(tree: &[Node], features: &[i16]) -> i32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Leaf(value) => return value,
            Node::Split(feature, threshold) if features[feature] < threshold => at += 1,
            Node::Split(..) => at = after(tree, at + 1),
        }
    }
}

/// The position after the subtree that begins at `at`.
fn after(tree: &[Node], mut at: usize) -> usize {
    let mut open = 1;
    while open > 0 {
        open += match tree[at] {
            Node::Split(..) => 1,
            Node::Leaf(_) => -1,
        };
        at += 1;
    }
    at
}

/// The features of all samples by column, as indices of their values.
struct Columns {
    /// The different values of each feature, sorted.
    values: Vec<Vec<i16>>,
    /// For each feature, the index of the value of each sample.
    bins: Vec<Vec<u8>>,
}

impl Columns {
    fn of(rows: &[Row]) -> Self {
        let count = rows.first().map_or(0, |row| row.features.len());
        let mut columns = Self { values: Vec::new(), bins: Vec::new() };
        for feature in 0..count {
            let mut values: Vec<i16> = rows.iter().map(|row| row.features[feature]).collect();
            values.sort_unstable();
            values.dedup();
            values.truncate(255);
            let bin = |value: i16| values.partition_point(|known| *known <= value).saturating_sub(1);
            columns.bins.push(rows.iter().map(|row| bin(row.features[feature]) as u8).collect());
            columns.values.push(values);
        }
        columns
    }
}

/// A leaf that may still be split.
struct Leaf {
    rows: Vec<u32>,
    gradient: f64,
    curvature: f64,
    depth: usize,
    best: Option<Cut>,
    /// Index of the node in the tree.
    node: usize,
}

#[derive(Clone, Copy)]
struct Cut {
    gain: f64,
    feature: usize,
    bin: u8,
}

/// A node of a tree that grows.
enum Grown {
    Leaf(f64),
    Split { feature: usize, threshold: i16, left: usize, right: usize },
}

/// Trains a model.
pub(crate) fn train(rows: &[Row], settings: Settings) -> Forest {
    let columns = Columns::of(rows);
    let total: f64 = rows.iter().map(|row| row.weight).sum();
    let right: f64 = rows.iter().filter(|row| row.right).map(|row| row.weight).sum();
    let bias = (right.max(0.5) / (total - right).max(0.5)).ln();
    let mut forest = Forest { bias: (bias * 1000.0).round() as i32, trees: Vec::new() };
    let mut scores = vec![f64::from(forest.bias) / 1000.0; rows.len()];
    let mut random = settings.seed;
    for _ in 0..settings.trees {
        let derivatives: Vec<(f64, f64)> =
            rows.iter().zip(&scores).map(|(row, score)| derivative(row, *score)).collect();
        let features: Vec<usize> =
            (0..columns.values.len()).filter(|_| next(&mut random).is_multiple_of(2)).collect();
        let (tree, leaves) = grow(&columns, &derivatives, &features, settings);
        for (members, value) in leaves {
            for row in members {
                scores[row as usize] += f64::from(value) / 1000.0;
            }
        }
        forest.trees.push(tree);
    }
    forest
}

fn derivative(row: &Row, score: f64) -> (f64, f64) {
    let chance = 1.0 / (1.0 + (-score).exp());
    (row.weight * (chance - f64::from(u8::from(row.right))), row.weight * chance * (1.0 - chance))
}

/// The next number of a sequence (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut value = *state;
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (value ^ (value >> 31)) >> 8
}

/// Grows a tree leaf by leaf, the leaf with the largest gain first. Returns it with the samples of each leaf.
fn grow(
    columns: &Columns,
    derivatives: &[(f64, f64)],
    features: &[usize],
    settings: Settings,
) -> (Vec<Node>, Vec<(Vec<u32>, i32)>) {
    let all: Vec<u32> = (0..derivatives.len() as u32).collect();
    let make = |rows: Vec<u32>, depth: usize, node: usize| {
        let sums = rows.iter().fold((0.0, 0.0), |(g, h), row| {
            let (gradient, curvature) = derivatives[*row as usize];
            (g + gradient, h + curvature)
        });
        let mut leaf = Leaf { rows, gradient: sums.0, curvature: sums.1, depth, best: None, node };
        if depth < settings.depth {
            leaf.best = best_cut(columns, derivatives, features, &leaf, settings);
        }
        leaf
    };
    let value = |leaf: &Leaf| -leaf.gradient / (leaf.curvature + settings.damping) * settings.rate;
    let mut open = vec![make(all, 0, 0)];
    let mut tree = vec![Grown::Leaf(value(&open[0]))];
    while open.len() < settings.leaves {
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
            leaf.rows.iter().partition(|row| columns.bins[cut.feature][**row as usize] < cut.bin);
        let (first, second) = (tree.len(), tree.len() + 1);
        let left = make(left, leaf.depth + 1, first);
        let right = make(right, leaf.depth + 1, second);
        tree.push(Grown::Leaf(value(&left)));
        tree.push(Grown::Leaf(value(&right)));
        let threshold = columns.values[cut.feature][usize::from(cut.bin)];
        tree[leaf.node] = Grown::Split { feature: cut.feature, threshold, left: first, right: second };
        open.push(left);
        open.push(right);
    }
    let mut nodes = Vec::new();
    preorder(&tree, 0, &mut nodes);
    let leaves = open.into_iter().map(|leaf| {
        let value = (value(&leaf) * 1000.0).round() as i32;
        (leaf.rows, value)
    });
    (nodes, leaves.collect())
}

fn preorder(tree: &[Grown], at: usize, nodes: &mut Vec<Node>) {
    match tree[at] {
        Grown::Leaf(value) => nodes.push(Node::Leaf((value * 1000.0).round() as i32)),
        Grown::Split { feature, threshold, left, right } => {
            nodes.push(Node::Split(feature, threshold));
            preorder(tree, left, nodes);
            preorder(tree, right, nodes);
        }
    }
}

/// The split of a leaf with the largest gain.
fn best_cut(
    columns: &Columns,
    derivatives: &[(f64, f64)],
    features: &[usize],
    leaf: &Leaf,
    settings: Settings,
) -> Option<Cut> {
    let worth = |gradient: f64, curvature: f64| gradient * gradient / (curvature + settings.damping);
    let whole = worth(leaf.gradient, leaf.curvature);
    let mut best: Option<Cut> = None;
    for &feature in features {
        let count = columns.values[feature].len();
        if count < 2 {
            continue;
        }
        let bins = &columns.bins[feature];
        let mut sums = vec![(0.0, 0.0); count];
        for row in &leaf.rows {
            let (gradient, curvature) = derivatives[*row as usize];
            let sum = &mut sums[usize::from(bins[*row as usize])];
            sum.0 += gradient;
            sum.1 += curvature;
        }
        let (mut gradient, mut curvature) = (0.0, 0.0);
        for bin in 1..count {
            gradient += sums[bin - 1].0;
            curvature += sums[bin - 1].1;
            let rest = leaf.curvature - curvature;
            if curvature < settings.min_leaf || rest < settings.min_leaf {
                continue;
            }
            let gain = worth(gradient, curvature) + worth(leaf.gradient - gradient, rest) - whole;
            if best.is_none_or(|best| gain > best.gain) {
                best = Some(Cut { gain, feature, bin: bin as u8 });
            }
        }
    }
    best
}
