//! Writes the weights of a scoring model as Rust source code. Only the build script uses this file.

#[path = "read.rs"]
mod read;

use read::ParsedSplit;
use std::fmt::{Error, Write as _};

/// Returns the weights in the text of a weights file as Rust source code: an expression of the type `ScoringModel`.
pub(crate) fn rust(text: &str) -> Result<String, Error> {
    let model = read::read(text);
    let mut rust = String::from("ScoringModel { features: &[\n");
    for feature in &model.features {
        let (name, usual) = (&feature.name, feature.usual);
        let (below, above) = (splits(&feature.below)?, splits(&feature.above)?);
        writeln!(rust, "ModelFeature {{ name: {name:?}, usual: {usual}, below: {below}, above: {above} }},")?;
    }
    let (bias, leaves, confidences) = (model.bias, &model.leaves, &model.confidences);
    writeln!(rust, "], bias: {bias}, leaves: &{leaves:?}, confidences: &{confidences:?} }}")?;
    Ok(rust)
}

fn splits(splits: &[ParsedSplit]) -> Result<String, Error> {
    let mut rust = String::from("&[");
    for (threshold, tree, keeps) in splits {
        write!(rust, "TreeSplit::new({threshold}, {tree}, {keeps}), ")?;
    }
    rust.push(']');
    Ok(rust)
}
