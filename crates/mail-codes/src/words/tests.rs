use super::*;
use crate::lines::{fold, lower};

fn is_folded<C>(entries: &[Entry<C>]) {
    for entry in entries {
        assert_eq!(lower(&fold(entry.word)), entry.word, "the entry is not folded, so it matches no text");
        assert_ne!(LANGUAGE_SETS[usize::from(entry.languages)], 0, "{}", entry.word);
    }
}

#[test]
fn key_words_are_spelled_in_folded_form() {
    is_folded(&CODES.entries);
    is_folded(&LINKS.entries);
    is_folded(&SPANS.entries);
}

#[test]
fn a_match_has_its_topic_and_its_languages() {
    let first = |text: &str| {
        let found = about_codes(text).into_iter().next().expect(text);
        let languages = LANGUAGES.iter().enumerate().filter(|(bit, _)| found.languages >> bit & 1 == 1);
        (found.topic, languages.map(|(_, code)| *code).collect::<Vec<_>>())
    };
    assert_eq!(first("ellenőrzőkódja"), (Topic::Code, vec!["hu"]));
    assert_eq!(first("vahvistuskoodisi"), (Topic::Code, vec!["fi"]));
    assert_eq!(first("rechnungsnummer"), (Topic::Invoice, vec!["de", "lb"]));
    assert_eq!(first("числени код за потврду").0, Topic::Code);
    let purpose = |text: &str| about_links(text).into_iter().next().expect(text).topic;
    assert_eq!(purpose("śledź przesyłkę"), Topic::Track);
    assert_eq!(purpose("lås upp"), Topic::Unlock);
    assert_eq!(purpose("ce n\u{2019}était pas moi"), Topic::Secure);
}
