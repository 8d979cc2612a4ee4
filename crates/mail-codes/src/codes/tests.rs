//! Tests that `docs/learned-scores.md` states the scores of the shipped model, and that ordinary words are not codes.

use super::{CODES, Features, add_features, add_mail_features, context, occurrences};
use crate::links;
use crate::mail_context::MailContext;
use mail_reader::mime;

/// Returns the value, the score and the confidence of each code candidate of a mail.
fn scores(raw: &str) -> Vec<(String, i32, f64)> {
    let mail = mime::parse_without_attached(raw.as_bytes());
    let mail = MailContext::new(&mail);
    let links = links::find(&mail);
    let occurrences = occurrences(&mail.lines);
    let (context, values) = context(&mail, &links, &occurrences);
    let scored = occurrences.iter().map(|occurrence| {
        let mut features = Features::named();
        add_mail_features(&mut features, &context);
        add_features(&mut features, &context, &values, occurrence);
        let score = CODES.score(features.values());
        (occurrence.value().to_owned(), score, CODES.confidence(score).as_f64())
    });
    scored.collect()
}

#[test]
fn the_worked_example_has_the_scores_of_the_shipped_model() {
    let text = include_str!("../../../../docs/learned-scores.md");
    let raw = "From: Ada <noreply@shop.example>\nSubject: Hello\n\nyour verification code is 482951. It expires \
               in 10 minutes.\n\nOrder 77120 is on its way.\n";
    let scores = scores(raw);
    let [(code, score, sure), (order, other, unsure)] = scores.as_slice() else { panic!("{scores:?}") };
    let rows = [
        format!("| | `{code}` | `{order}` |"),
        format!("| all 360 trees and the bias: the score | {score} | {other} |"),
        format!("| the confidence of that score | {sure} | {unsure} |"),
    ];
    let missing: Vec<&String> = rows.iter().filter(|row| !text.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "docs/learned-scores.md lacks: {missing:#?}");
}

#[test]
fn an_ordinary_word_in_capitals_is_a_candidate_only_where_a_keyword_announces_it() {
    let words = |text: &str| {
        let raw = format!("Subject: Formats\nContent-Type: text/html\n\n{text}\n");
        scores(&raw).into_iter().map(|(value, ..)| value).collect::<Vec<_>>()
    };
    assert_eq!(words("<p>This part is <b>HTML</b></p>"), [""; 0]);
    assert_eq!(words("<p>The status of the build:</p><p><b>DONE</b></p>"), [""; 0]);
    assert_eq!(words("<p>Your code:</p><p><b>FREE</b></p>"), ["FREE"]);
    assert_eq!(words("<p>This is</p><p><b>KDWMQZ</b></p>"), ["KDWMQZ"]);
}
