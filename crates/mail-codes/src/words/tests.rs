use super::*;
use crate::lines::{fold, lower};

fn is_folded<C>(list: &KeywordBlocks<C>) {
    for (word, languages) in all(list) {
        assert_eq!(lower(&fold(&word)), word, "the keyword is not folded, so it matches no text");
        assert_ne!(LANGUAGE_SETS[usize::from(languages)], 0, "{word}");
    }
}

/// Returns all keywords in a list, each with the index of its set of languages.
fn all<C>(list: &KeywordBlocks<C>) -> Vec<(String, u16)> {
    let mut all = Vec::new();
    for (at, key) in list.keys.iter().enumerate() {
        let mut word: Vec<u8> = key.to_be_bytes().into_iter().filter(|byte| *byte != 0).collect();
        let mut rest = list.block(at).unwrap();
        while let Some((shared, own, keyword, after)) = packed::next(rest) {
            rest = after;
            word.truncate(shared);
            word.extend(own);
            all.push((String::from_utf8(word.clone()).unwrap(), keyword.languages));
        }
    }
    all
}

#[test]
fn key_words_are_spelled_in_folded_form() {
    is_folded(&CODES_BLOCKS);
    is_folded(&LINKS_BLOCKS);
    is_folded(&SPANS_BLOCKS);
}

#[test]
fn both_lists_are_searched_in_one_pass() {
    for (word, _) in all(&CODES_BLOCKS).into_iter().chain(all(&LINKS_BLOCKS)) {
        for text in [format!("{word} {word}"), format!("ab{word}\u{2019}{word}s")] {
            let (codes, links) = about_codes_and_links(&text);
            let of_codes: Vec<_> = codes.into_iter().map(|found| found.range).collect();
            let of_links: Vec<_> = links.into_iter().map(|found| found.range).collect();
            let alone: Vec<_> = about_codes(&text).into_iter().map(|found| found.range).collect();
            assert_eq!(of_codes, alone, "{text}");
            let alone: Vec<_> = about_links(&text).into_iter().map(|found| found.range).collect();
            assert_eq!(of_links, alone, "{text}");
        }
    }
}

#[test]
fn every_keyword_is_found_as_the_longest() {
    let words = all(&CODES_BLOCKS);
    assert!(words.len() > 5_000 && words.is_sorted());
    for (word, _) in words {
        assert_eq!(
            about_codes(&word).first().map(|found| found.range.clone()),
            Some(0..word.len()),
            "{word}"
        );
    }
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
