//! Tests that quoted mails are detected, collapsed and expanded.

use super::{html, plain, render_lines, texts};
use crate::mime;
use crate::richtext::{LayoutInput, Quotes, RenderOptions, View, render_with};
use crate::sanitize::SafeText;
use crate::text_width::display_width;
use proptest::prelude::*;

/// Lays out a mail at a width of 70 columns with collapsed quoted mails, and returns the lines.
fn folded(raw: &str) -> Vec<String> {
    let (mail, quotes) = (mime::parse(raw.as_bytes()), Quotes::Folded { key: "f".to_owned() });
    texts(&render_with(
        &mail,
        raw.as_bytes(),
        View::Text,
        70,
        RenderOptions { quotes, ..RenderOptions::default() },
    ))
}

const OWN: &str = "That works well for me and the others.";

#[test]
fn quotes_of_every_mail_program_collapse_to_one_line() {
    let blocks = "<p>Shall we meet?</p><p>At noon.</p>";
    let header =
        "<b>From:</b> Ada &lt;ada@mail.example&gt;<br><b>Sent:</b> Tuesday 10:20<br><b>To:</b> Bo<br>";
    let attribution = "On Tue, 3 Mar 2026 at 10:20, Ada wrote:";
    for (name, quote, lines) in [
        (
            "Gmail",
            format!(
                "<div class='gmail_quote gmail_quote_container'><div class=gmail_attr>{attribution}<br></div>\
            <blockquote class=gmail_quote>{blocks}</blockquote></div>"
            ),
            3,
        ),
        (
            "Outlook on the web",
            format!("<div id=appendonsend></div><hr><div id=divRplyFwdMsg>{header}</div>{blocks}"),
            5,
        ),
        ("forwarded by Outlook", format!("<div id=x_divRplyFwdMsg>{header}</div>{blocks}"), 5),
        (
            "Outlook",
            format!(
                "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>{header}</div></div>{blocks}"
            ),
            5,
        ),
        ("Exchange", format!("<div class=OutlookMessageHeader>{header}</div>{blocks}"), 5),
        ("old Outlook", format!("<p>-----Original Message-----</p><p>{header}</p>{blocks}"), 6),
        ("Apple Mail", format!("<div>{attribution}<br><blockquote type=cite>{blocks}</blockquote></div>"), 3),
        (
            "Yahoo",
            format!("<div id=ydp1yahoo_quoted class=yahoo_quoted><div>{attribution}</div>{blocks}</div>"),
            3,
        ),
        (
            "Thunderbird",
            format!(
                "<div class=moz-cite-prefix>Am 03.03.26 um 10:20 schrieb Ada:<br></div>\
            <blockquote type=cite cite='mid:1@mail.example'>{blocks}</blockquote>"
            ),
            3,
        ),
        (
            "a program without marks",
            format!(
                "<p>Ada &lt;ada@mail.example&gt; escribió el 3/3/26:</p><blockquote>{blocks}</blockquote>"
            ),
            3,
        ),
    ] {
        let raw = html(&format!("<div>{OWN}</div>{quote}"));
        let expected = format!("▸ {lines} quoted lines · f shows them");
        assert_eq!(folded(&raw), [OWN, "", &expected], "{name}");
        let open = render_lines(&raw, View::Html, 70).join(" ");
        assert!(open.contains("At noon.") && !open.contains('▸'), "{name}: {open}");
    }
}

#[test]
fn plain_text_quotes_collapse_with_their_attribution() {
    let fold = |lines: usize| format!("▸ {lines} quoted lines · f shows them");
    let raw = plain(&format!(
        "{OWN}\n\nAm 03.03.2026 um 10:20 schrieb Ada\n<ada@mail.example>:\n> Noon?\n>\n> > Deep.\n\n-- \nBo"
    ));
    assert_eq!(folded(&raw), [OWN, "", &fold(5), "", "--", "Bo"]);
    let raw = plain(&format!(
        "{OWN}\n\n________________________________\nDe : Ada <ada@mail.example>\nDate : mardi 10:20\nÀ : Bo\n\nMidi ?"
    ));
    assert_eq!(folded(&raw), [OWN, "", &fold(5)]);
    let header = "From: Ada <ada@mail.example>\nSent: Tuesday 10:20\nTo: Bo\nSubject: Lunch";
    let raw = format!("Subject: Re: Lunch\n{}", plain(&format!("{OWN}\n\n{header}\n\nNoon?")));
    assert_eq!(folded(&raw), [OWN, "", &fold(5)], "the header of the quoted mail is folded too");
    // A mail with replies between quotes. Short quotes are not collapsed, because they show what each reply refers to.
    let raw =
        plain(&format!("> One?\nYes, with pleasure indeed.\n> Two?\n> Three?\n> Four?\n> Five?\n{OWN}"));
    assert_eq!(folded(&raw), ["> One?", "Yes, with pleasure indeed.", "", &fold(4), "", OWN]);
}

#[test]
fn text_that_is_not_an_older_mail_is_not_collapsed() {
    for raw in [
        // A mail with almost no text outside the quote.
        plain(
            "FYI\n\n-----Original Message-----\nFrom: Ada <ada@mail.example>\nSent: Tuesday\n\nHere is the plan.",
        ),
        plain("> All of it\n> is quoted.\n> Three lines."),
        // A mail with a divider, but without a mail header below it.
        html(&format!(
            "<p>{OWN}</p><div style='border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0 0 0'>Our offers</div><p>Pens</p><p>Ink</p>"
        )),
        // A citation, a list of fields and a rule are not quoted mails.
        html(&format!("<p>{OWN}</p><blockquote><p>Less is more.</p><p>Always.</p></blockquote>")),
        html(&format!("<p>{OWN}</p><hr><p>Order: 12</p><p>E-mail: ada@mail.example</p><p>Date: 3 March</p>")),
        plain(&format!(
            "{OWN}\n\nRequested by\n------------\nName: Ada\nMail: ada@mail.example\nDate: 2026-03-03 10:20\n"
        )),
        plain(&format!("{OWN}\n\n----------\nTotal: 3\nPaid: 2\nLeft: 1\n")),
        plain(&format!(
            "{OWN}\n\n==================\nMy page: http://a.example/1\nMy list: http://a.example/2\n"
        )),
        format!(
            "Subject: Re: Lunch\n{}",
            plain(&format!("{OWN}\n\nOrder: 12\nMail: ada@mail.example\nSubject: Dinner\n\nThanks"))
        ),
    ] {
        assert!(!folded(&raw).iter().any(|line| line.contains('▸')), "{raw}");
    }
}

#[test]
fn a_quote_with_the_only_code_is_not_collapsed() {
    let raw = plain(&format!(
        "{OWN}\n\nAda <ada@mail.example>:\n> Hello,\n> your verification code is 482951\n> Ada"
    ));
    let mail = mime::parse(raw.as_bytes());
    for code in [None, Some(SafeText::new("482951"))] {
        let input = LayoutInput { code: code.clone(), ..LayoutInput::from(&mail) };
        let quotes = Quotes::Folded { key: "f".to_owned() };
        let options = RenderOptions { quotes, ..RenderOptions::default() };
        let lines = texts(&render_with(input, raw.as_bytes(), View::Text, 70, options));
        assert_eq!(lines.iter().any(|line| line.contains("482951")), code.is_some());
    }
}

proptest! {
    #[test]
    fn expanded_quotes_are_the_mail_with_marker_lines(
        body in "([a-z]{1,9} |On 3 Mar 2026 at 10:20 Ada wrote:|\n|\n\n|\n> |\n> > |\n-----Original Message-----\nFrom: a\nTo: b\n|-- \n\
            |<p>|<br>|<hr>|<table><tr><td>|</table>|<blockquote type=cite>|<blockquote>|</blockquote>|<div id=divRplyFwdMsg>|<div class=gmail_quote>|</div>){0,50}",
        width in 8_u16..90,
        is_html in any::<bool>(),
    ) {
        let raw = if is_html { html(&body) } else { plain(&body) };
        let mail = mime::parse(raw.as_bytes());
        let key = || "f".to_owned();
        let lines = |quotes| texts(&render_with(&mail, raw.as_bytes(), View::Text, width, RenderOptions { quotes, ..RenderOptions::default() }));
        let (open, folded) = (lines(Quotes::Open { key: key() }), lines(Quotes::Folded { key: key() }));
        for line in open.iter().chain(&folded) {
            prop_assert!(display_width(line) <= usize::from(width), "{line:?}");
        }
        let text = |lines: Vec<String>| lines.join(" ").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (all, open, folded) = (text(lines(Quotes::Plain)), text(open), text(folded));
        let signs = |words: &[String], sign: &str| words.iter().filter(|word| *word == sign).count();
        prop_assert_eq!(signs(&open, "▾"), signs(&folded, "▸"));
        // The whole quoted mail is displayed below the line with its number of lines.
        let mut rest = open.iter();
        prop_assert!(all.iter().all(|word| rest.any(|shown| shown == word)), "{all:?} in {open:?}");
    }
}
