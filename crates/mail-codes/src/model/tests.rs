use super::read::{self, ParsedSplit};
use super::{CODES, LINKS, MAX_TREES, ModelFeature, ScoringModel, TreeSplit};
use crate::training;

/// Parses the text of a weights file as the build script does.
fn model(text: &str) -> ScoringModel {
    let parsed = read::read(text);
    let splits = |splits: Vec<ParsedSplit>| -> &'static [TreeSplit] {
        let split = |(threshold, tree, keeps)| TreeSplit::new(threshold, tree, keeps);
        splits.into_iter().map(split).collect::<Vec<_>>().leak()
    };
    let feature = |feature: read::ParsedFeature| ModelFeature {
        name: feature.name.leak(),
        usual: feature.usual,
        below: splits(feature.below),
        above: splits(feature.above),
    };
    ScoringModel {
        features: parsed.features.into_iter().map(feature).collect::<Vec<_>>().leak(),
        bias: parsed.bias,
        leaves: parsed.leaves.leak(),
        confidences: parsed.confidences.leak(),
    }
}

fn names(model: &ScoringModel) -> Vec<&str> {
    model.features.iter().map(|feature| feature.name).collect()
}

#[test]
fn a_model_is_parsed_and_scores() {
    let model = model(
        "# about\nfeature\tlength\t2\nfeature\tdigits\t9\nbias\t-100\ntree\t0<3 1<5 10 20 -7\ntree\t1000\n\
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

/// Traverses a tree, given as text in preorder, and returns the value of the leaf that is reached.
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
        (&CODES, include_str!("../../assets/models/codes.txt")),
        (&LINKS, include_str!("../../assets/models/links.txt")),
    ] {
        let trees: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("tree\t")).collect();
        assert_eq!(model.leaves.len(), trees.len());
        assert!(trees.len() <= MAX_TREES);
        let mut random = 1_u64;
        for _ in 0..50 {
            let mut next = || {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                i16::try_from((random >> 33) % 40).unwrap() - 4
            };
            let features: Vec<i16> = model.features.iter().map(|_| next()).collect();
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
    assert_eq!(names(&CODES), samples.code_names);
    assert_eq!(names(&LINKS), samples.link_names);
}

#[test]
fn the_models_have_trees_and_ascending_confidences() {
    for model in [&CODES, &LINKS] {
        assert!(model.leaves.len() > 50 && model.features.len() > 50);
        assert!(model.confidences.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
        assert!(model.confidences.iter().any(|point| point.1 < 50));
        assert!(model.confidences.iter().any(|point| point.1 > 950));
        assert!(model.confidences.len() > 3);
    }
}
