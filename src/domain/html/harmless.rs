//! The HTML of a mail for a browser: no script, no form, nothing that is loaded from elsewhere.

use crate::domain::mail::Mail;
use crate::domain::mime;
use ammonia::{Builder, UrlRelative};
use base64::Engine;
use std::borrow::Cow;
use std::collections::HashMap;

/// How much of pictures that came along is put into the page, in bytes.
const MAX_PICTURES: u64 = 8 << 20;

/// What the browser is told: pictures of the page itself and styles, and nothing else.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";

/// A whole document. `raw` is where the pictures are taken from that came along.
pub(crate) fn document(mail: &Mail, raw: &[u8]) -> String {
    let pictures = pictures(mail, raw);
    let mut builder = Builder::default();
    let _configured = builder
        .add_generic_attributes(["style", "align", "dir", "bgcolor", "width", "height"])
        .add_tags(["font", "center"])
        .add_tag_attributes("font", ["color", "face", "size"])
        .add_url_schemes(["cid", "data"])
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder.attribute_filter(move |element, attribute, value| match (element, attribute) {
        ("img", "src") => pictures.get(value.trim().strip_prefix("cid:")?).map(|data| data.clone().into()),
        (_, "style") => is_plain_style(value).then_some(value.into()),
        (_, "background" | "poster" | "srcset") => None,
        (_, "href" | "cite") => is_outward(value).then_some(value.into()),
        _ => Some(value.into()),
    });
    let source = mail.html.as_deref().map(Cow::Borrowed).or_else(|| mime::html_source(raw).map(Cow::Owned));
    let body = builder.clean(&source.unwrap_or_default()).to_string();
    let mut title = String::new();
    super::push_escaped(&mut title, &mail.subject);
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
         <meta name=\"referrer\" content=\"no-referrer\"><title>{title}</title></head><body>{body}</body></html>\n"
    )
}

fn is_outward(value: &str) -> bool {
    let value = value.trim_start().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| value.starts_with(scheme))
}

/// A style that can load nothing and hides nothing behind escapes.
fn is_plain_style(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    !["url", "@", "\\", "expression", "image", "/*", "position", "behavior"]
        .iter()
        .any(|word| lower.contains(word))
}

/// The pictures that came along, as addresses that hold them.
fn pictures(mail: &Mail, raw: &[u8]) -> HashMap<String, String> {
    let mut room = MAX_PICTURES;
    let mut found = HashMap::new();
    let named = mail.attachments.iter().filter(|part| !part.content_id.is_empty());
    for part in named {
        let Some(kind @ ("image/png" | "image/jpeg" | "image/gif" | "image/webp")) = part.found else {
            continue;
        };
        if part.size > room {
            continue;
        }
        room -= part.size;
        if let Some(bytes) = mime::attachment_bytes(raw, part.part) {
            let data = base64::engine::general_purpose::STANDARD.encode(bytes);
            found.insert(part.content_id.to_string(), format!("data:{kind};base64,{data}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_and_nothing_is_loaded() {
        let html = "<script>x()</script><p style=\"color:red\" onclick=\"x()\">Hi <a href=\"javascript:x()\">a</a>\
                    <a href=\"https://a.example/\">b</a><img src=\"https://t.example/p.png\" srcset=\"https://t.example/q 2x\">\
                    <div style=\"background:url(https://t.example)\">c</div><iframe src=\"https://t.example\"></iframe>\
                    <form action=\"https://t.example\"><input></form><link rel=stylesheet href=\"https://t.example\">\
                    <meta http-equiv=refresh content=\"0;url=https://t.example\"><base href=\"https://t.example\">";
        let mail = Mail { html: Some(html.to_owned()), subject: "</title><b>".into(), ..Mail::default() };
        let page = document(&mail, b"");
        assert!(
            !page.contains("t.example") && !page.contains("x()") && !page.contains("</title><b>"),
            "{page}"
        );
        assert!(page.contains("color:red") && page.contains("href=\"https://a.example/\""), "{page}");
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn the_source_is_taken_from_the_mail_where_it_was_let_go() {
        let raw = b"Subject: Hi\r\nContent-Type: text/html\r\n\r\n<p>Hi <b>you</b></p>";
        let whole = mime::parse(raw);
        let shown = mime::parse_to_show(raw);
        assert!(whole.html.is_some() && shown.html.is_none() && shown.has_html());
        assert_eq!(document(&shown, raw), document(&whole, raw));
    }
}
