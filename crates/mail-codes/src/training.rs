//! Collects the code candidates and links of a mail with their features, for the example program that trains the
//! models.

use super::features::Features;
use super::mail_context::MailContext;
use super::{codes, lines, links};
use mail_reader::mime;

/// A training sample: a code candidate or a link of a mail, with its features.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The text of the code candidate, or the URL of the link.
    pub text: String,
    /// The values of the features, in the order of the feature names.
    pub features: Vec<i16>,
}

/// All samples of a mail: its code candidates and its links.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// The code candidates; each occurrence of a value is one sample.
    pub codes: Vec<Sample>,
    /// The links; each occurrence of a URL is one sample.
    pub links: Vec<Sample>,
    /// The feature names of code candidates; empty if the mail has no code candidate.
    pub code_names: Vec<String>,
    /// The feature names of links; empty if the mail has no link.
    pub link_names: Vec<String>,
}

/// Collects the code candidates and links of a raw mail as training samples.
pub fn samples(raw: &[u8]) -> Samples {
    let mail = mime::parse_without_attached(raw);
    let context = MailContext::new(&mail);
    let mut samples = Samples::default();
    for (url, features) in links::described(&context) {
        let (features, names) = features.into_parts();
        samples.link_names = names;
        samples.links.push(Sample { text: url, features });
    }
    let links = links::find(&context);
    let occurrences = codes::occurrences(&context.lines);
    let (context, values) = codes::context(&context, &links, &occurrences);
    for occurrence in &occurrences {
        let mut features = Features::named();
        codes::add_mail_features(&mut features, &context);
        codes::add_features(&mut features, &context, &values, occurrence);
        let (features, names) = features.into_parts();
        samples.code_names = names;
        samples.codes.push(Sample { text: occurrence.value().to_owned(), features });
    }
    samples
}

/// Normalises a string in the same way as the search for codes: digits of all scripts become ASCII digits,
/// and invisible characters are removed.
pub fn fold(text: &str) -> String {
    lines::fold(text)
}
