//! The candidates of a mail with their features, for the program that trains the models.

use super::features::Features;
use super::{codes, lines, links};
use mail_reader::mime;

/// A candidate for a code or link, with its features.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The code, or the URL of the link.
    pub text: String,
    /// The values of the features, in the order of their names.
    pub features: Vec<i16>,
}

/// All candidates for codes and links in a mail.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// The candidates for codes. A value that occurs several times is several candidates.
    pub codes: Vec<Sample>,
    /// The candidates for links.
    pub links: Vec<Sample>,
    /// The names of the features of codes; empty if the mail has no candidate.
    pub code_names: Vec<String>,
    /// The names of the features of links; empty if the mail has no link.
    pub link_names: Vec<String>,
}

/// Collects the candidates for codes and links in a raw mail.
pub fn samples(raw: &[u8]) -> Samples {
    let mail = mime::parse_without_attached(raw);
    let flow = mail.flow();
    let rows = lines::rows(&mail, flow);
    let mut samples = Samples::default();
    for (url, features) in links::described(&mail, flow, &rows) {
        let (features, names) = features.into_parts();
        samples.link_names = names;
        samples.links.push(Sample { text: url, features });
    }
    let links = links::find(&mail, flow, &rows);
    let places = codes::places(&rows);
    let (context, values) = codes::context(&mail, &links, &rows, &places);
    for place in &places {
        let mut features = Features::named();
        codes::add_mail_features(&mut features, &context);
        codes::add_features(&mut features, &context, &values, place);
        let (features, names) = features.into_parts();
        samples.code_names = names;
        samples.codes.push(Sample { text: place.value().to_owned(), features });
    }
    samples
}

/// Folds a text like the extraction: digits of all scripts become ASCII, and invisible characters are
/// removed.
pub fn fold(text: &str) -> String {
    lines::fold(text)
}
