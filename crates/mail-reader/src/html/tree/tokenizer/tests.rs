//! Compares the tokenizer of this crate with that of html5ever.

use super::*;
use crate::html::tree::names::{raw_kind, raw_text_kind};
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer as reference;
use html5ever::tokenizer::states::RawKind;
use std::cell::RefCell;

/// The tokens of an HTML document as text, one token per line.
#[derive(Default)]
struct Tokens {
    all: Vec<String>,
    is_text: bool,
    has_dropped: bool,
}

impl Tokens {
    fn tag(&mut self, name: &str, attributes: &[(String, String)], self_closing: bool) -> Option<RawText> {
        self.all.push(format!("<{name} {attributes:?} {self_closing}>"));
        self.is_text = false;
        let name = LocalName::from(name);
        raw_kind(&name).or_else(|| raw_text_kind(&name))
    }
}

impl TokenSink for Tokens {
    fn text(&mut self, text: &str) {
        if !self.is_text {
            self.all.push(String::new());
        }
        self.is_text = true;
        self.all.last_mut().expect("a token").push_str(text);
    }

    fn start(&mut self, tag: &StartTag<'_>) -> Option<RawText> {
        let decoded = |attribute: &RawAttribute<'_>| {
            let mut value = String::new();
            decode(attribute.value, TextContext::Attribute, |piece| value.push_str(piece));
            (attribute.local_name().to_string(), value)
        };
        let attributes: Vec<_> = tag.attributes.iter().map(decoded).collect();
        self.tag(&tag.name, &attributes, tag.self_closing)
    }

    fn end(&mut self, name: &LocalName) {
        self.all.push(format!("</{name}>"));
        self.is_text = false;
    }

    fn attributes_dropped(&mut self) {
        self.has_dropped = true;
    }
}

struct ReferenceSink(RefCell<Tokens>);

impl reference::TokenSink for ReferenceSink {
    type Handle = ();

    fn process_token(&self, token: reference::Token, _line: u64) -> reference::TokenSinkResult<()> {
        let mut tokens = self.0.borrow_mut();
        match token {
            reference::Token::CharacterTokens(text) => tokens.text(&text),
            reference::Token::TagToken(tag) if tag.kind == reference::TagKind::StartTag => {
                let attributes = tag.attrs.iter();
                let attributes: Vec<_> =
                    attributes.map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
                return match tokens.tag(&tag.name, &attributes, tag.self_closing) {
                    Some(RawText::Plain) => reference::TokenSinkResult::RawData(RawKind::Rawtext),
                    Some(RawText::WithReferences) => reference::TokenSinkResult::RawData(RawKind::Rcdata),
                    Some(RawText::Script) => reference::TokenSinkResult::RawData(RawKind::ScriptData),
                    None => reference::TokenSinkResult::Continue,
                };
            }
            reference::Token::TagToken(tag) => tokens.end(&tag.name),
            reference::Token::DoctypeToken(_)
            | reference::Token::CommentToken(_)
            | reference::Token::NullCharacterToken
            | reference::Token::EOFToken
            | reference::Token::ParseError(_) => {}
        }
        reference::TokenSinkResult::Continue
    }
}

fn tokens(html: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    let mut tokenizer = Tokenizer::new(html);
    while tokenizer.position() < html.len() {
        let before = tokenizer.position();
        tokenizer.step(&mut tokens);
        assert!(tokenizer.position() > before || tokenizer.raw.is_none(), "{html:?}");
    }
    assert!(!tokens.has_dropped, "{html:?}");
    tokens.all
}

fn reference_tokens(html: &str) -> Vec<String> {
    let sink = ReferenceSink(RefCell::new(Tokens::default()));
    let tokenizer = reference::Tokenizer::new(sink, reference::TokenizerOpts::default());
    let queue = reference::BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    while let TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
    tokenizer.end();
    tokenizer.sink.0.into_inner().all
}

/// Fragments from which random test documents are assembled. Many of them are malformed, or affect how the following
/// fragments are parsed.
const PARTS: &[&str] = &[
    "<p>",
    "</p>",
    "<",
    ">",
    "</",
    "/>",
    "<a href=",
    "<a href='x&amp;y' class=\"b c\">",
    " title='",
    "\" ",
    "'",
    "=",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\x0c",
    "\0",
    "a",
    "Z",
    "9",
    "é",
    "字",
    "&",
    "&amp;",
    "&amp",
    "&nbsp;",
    "&notit;",
    "&not",
    "&noti=",
    "&copy=1",
    "&copy1",
    "&lt",
    "&#",
    "&#x",
    "&#65;",
    "&#x41",
    "&#0;",
    "&#128;",
    "&#x81;",
    "&#xd800;",
    "&#1114112;",
    "&#99999999999;",
    "&#13;",
    "&NotEqualTilde;",
    "&unknown;",
    "&unknown",
    "&;",
    "<!--",
    "-->",
    "--!>",
    "-",
    "--",
    "!",
    "<!-->",
    "<!--->",
    "<!---->",
    "<!",
    "<!doctype html>",
    "<!DOCTYPE a \"b>c\">",
    "<![CDATA[",
    "]]>",
    "<?xml a?>",
    "<style>",
    "</style>",
    "</STYLE >",
    "</style",
    "</styles>",
    "<script>",
    "<script type='a'>",
    "</script>",
    "</Script/",
    "</script",
    "<script",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea\t",
    "<xmp>",
    "</xmp>",
    "<iframe>",
    "</iframe>",
    "<br/>",
    "<br / >",
    "<br/ a>",
    "<IMG SRC=a ALT>",
    "<td\nwidth = 10%\r\n>",
    "<o:p>",
    "<p/a/b=c/>",
    "<p =a==b>",
    "<p a a=1 A=2>",
    "<p a\"b<c>",
    "<p a=b\"c'd`e<f=g>",
    "\u{feff}",
    "<x-1_\u{e9}>",
    ";",
];

#[test]
fn tokens_are_those_of_html5ever() {
    // Pseudo-random numbers with a fixed start (Knuth, MMIX), so that each run tests the same documents.
    let mut random: u64 = 17;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).expect("31 bits fit") % below
    };
    for _ in 0..DOCUMENTS {
        let count = 1 + next(12);
        let html: String = (0..count).map(|_| PARTS[next(PARTS.len())]).collect();
        assert_eq!(tokens(&html), reference_tokens(&html), "{html:?}");
    }
}

/// Number of random HTML documents for which a test compares the tokens of this tokenizer with those of html5ever.
const DOCUMENTS: usize = 20_000;
