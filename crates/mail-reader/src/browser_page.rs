//! Converts the HTML of a mail to a page for a web browser. The page contains neither scripts nor forms, and loads
//! nothing from the network.

use super::html::image_url::content_id;
use super::html::sanitizer::{ImageUrl, Policy, Presentation, Sanitized, is_plain_picture, sanitize};
use crate::mail::Mail;
use crate::mime;
use base64::Engine;
use std::borrow::Cow;
use std::collections::HashMap;

/// Maximum total size in bytes of the decoded inline images in the page. An image that would exceed this size is left
/// out.
const MAX_PICTURE_BYTES: u64 = 8 << 20;

/// Content security policy of the page: allows only embedded images and inline styles.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";

/// Sanitiser policy for the page: keeps styles, and embeds the inline images of the mail.
struct BrowserPolicy {
    /// The inline images of the mail as `data:` URLs, keyed by `Content-ID`.
    pictures: HashMap<String, String>,
}

impl Policy for BrowserPolicy {
    fn presentation(&self) -> Presentation {
        Presentation::Kept
    }

    fn picture<'a>(&'a self, address: &'a str) -> ImageUrl<'a> {
        match content_id(address).and_then(|cid| self.pictures.get(cid)) {
            Some(data) => ImageUrl::Within(data),
            None if is_plain_picture(address) => ImageUrl::Within(address),
            None => ImageUrl::Stripped,
        }
    }
}

/// Converts the HTML part of a mail to a page that a browser can display safely. The page runs no script and loads
/// nothing from the network; a content security policy also enforces this.
///
/// `raw` is the raw mail, from which the inline images are decoded.
pub fn browser_page(mail: &Mail, raw: &[u8]) -> Sanitized {
    let source = mail.html.as_deref().map(Cow::Borrowed).or_else(|| mime::html_source(raw).map(Cow::Owned));
    let policy = BrowserPolicy { pictures: pictures(mail, raw) };
    let mut page = sanitize(source.unwrap_or_default(), &policy);
    let mut head = String::from(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"",
    );
    head.push_str(POLICY);
    head.push_str("\"><meta name=\"referrer\" content=\"no-referrer\"><title>");
    super::html::push_escaped(&mut head, &mail.subject);
    head.push_str("</title></head><body>");
    for note in page.notes() {
        head.push_str("<p><em>");
        super::html::push_escaped(&mut head, note);
        head.push_str("</em></p>");
    }
    // The page may be large, so the head is inserted without a second copy of the page.
    page.html.insert_str(0, &head);
    page.html.push_str("</body></html>\n");
    page
}

/// Converts the inline images of a mail to `data:` URLs, keyed by `Content-ID`.
fn pictures(mail: &Mail, raw: &[u8]) -> HashMap<String, String> {
    let mut remaining = MAX_PICTURE_BYTES;
    let mut data_urls = HashMap::new();
    let named = mail.attachments.iter().filter(|part| !part.content_id.is_empty());
    for part in named {
        let Some(kind @ ("image/png" | "image/jpeg" | "image/gif" | "image/webp")) = part.detected_type
        else {
            continue;
        };
        if part.size > remaining {
            continue;
        }
        remaining -= part.size;
        if let Some(bytes) = mime::attachment_bytes(raw, part.part) {
            let data = base64::engine::general_purpose::STANDARD.encode(bytes);
            data_urls.insert(part.content_id.to_string(), format!("data:{kind};base64,{data}"));
        }
    }
    data_urls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_script_runs_and_nothing_is_loaded() {
        let html = "<script>x()</script><p style=\"color:red\" onclick=\"x()\">Hi <a href=\"javascript:x()\">a</a>\
                    <a href=\"https://a.example/\">b</a><img src=\"https://t.example/p.png\" srcset=\"https://t.example/q 2x\">\
                    <div style=\"background:url(https://t.example)\">c</div><iframe src=\"https://t.example\"></iframe>\
                    <form action=\"https://t.example\"><input></form><link rel=stylesheet href=\"https://t.example\">\
                    <meta http-equiv=refresh content=\"0;url=https://t.example\"><base href=\"https://t.example\">";
        let mail = Mail { html: Some(html.to_owned()), subject: "</title><b>".into(), ..Mail::default() };
        let page = browser_page(&mail, b"").html;
        assert!(
            !page.contains("t.example") && !page.contains("x()") && !page.contains("</title><b>"),
            "{page}"
        );
        assert!(page.contains("color:red") && page.contains("href=\"https://a.example/\""), "{page}");
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn the_html_source_is_decoded_again_after_it_is_freed() {
        let raw = b"Subject: Hi\r\nContent-Type: text/html\r\n\r\n<p>Hi <b>you</b></p>";
        let whole = mime::parse(raw);
        let shown = mime::parse_without_html_source(raw);
        assert!(whole.html.is_some() && shown.html.is_none() && shown.has_html());
        assert_eq!(browser_page(&shown, raw), browser_page(&whole, raw));
    }

    #[test]
    fn inline_images_are_embedded_whatever_the_case_of_the_scheme() {
        let policy = BrowserPolicy {
            pictures: HashMap::from([("Logo@x".to_owned(), "data:image/png;base64,AA==".to_owned())]),
        };
        let embedded = ImageUrl::Within("data:image/png;base64,AA==");
        for address in ["cid:Logo@x", "CID:Logo@x", " Cid:Logo@x"] {
            assert_eq!(policy.picture(address), embedded, "{address}");
        }
        assert_eq!(policy.picture("cid:logo@x"), ImageUrl::Stripped, "an identifier is case-sensitive");
    }
}
