//! The HTML that the API hands out: what [`crate::domain::html`] makes of it, with pictures as the caller asks.
//!
//! `proxy` never fetches: a remote picture is rewritten to an address of this server that
//! answers with an empty pixel, so the sender learns nothing; a picture of the mail itself
//! (`cid:`) is rewritten to its download.

use std::borrow::Cow;
use std::collections::HashMap;

use tokio::time::Instant;
use url::Url;

use super::error::Refusal;
use crate::domain::html::sanitizer::{self, Picture, Presentation, is_plain_picture};
use crate::domain::interrupt;

/// What becomes of one kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pictures {
    Strip,
    Keep,
    Proxy,
}

/// What becomes of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) cid: Pictures,
    pub(super) data: Pictures,
    pub(super) http: Pictures,
}

impl Default for Policy {
    /// Everything that tells the sender nothing.
    fn default() -> Self {
        Self { cid: Pictures::Keep, data: Pictures::Keep, http: Pictures::Strip }
    }
}

impl Policy {
    /// Reads the three words of the API; an absent one keeps its default.
    ///
    /// # Errors
    /// [`Refusal::InvalidSanitizerConfig`] for another word, or `proxy` for written-in pictures.
    pub(super) fn parse(cid: Option<&str>, data: Option<&str>, http: Option<&str>) -> Result<Self, Refusal> {
        let word = |word: Option<&str>, default| match word {
            None => Ok(default),
            Some("strip") => Ok(Pictures::Strip),
            Some("keep") => Ok(Pictures::Keep),
            Some("proxy") => Ok(Pictures::Proxy),
            Some(_) => Err(Refusal::InvalidSanitizerConfig),
        };
        let default = Self::default();
        let policy = Self {
            cid: word(cid, default.cid)?,
            data: word(data, default.data)?,
            http: word(http, default.http)?,
        };
        if policy.data == Pictures::Proxy { Err(Refusal::InvalidSanitizerConfig) } else { Ok(policy) }
    }

    /// The words again, for an address that remembers them.
    pub(super) fn query(self) -> String {
        let word = |pictures| match pictures {
            Pictures::Strip => "strip",
            Pictures::Keep => "keep",
            Pictures::Proxy => "proxy",
        };
        format!("img_cid={}&img_data={}&img_http={}", word(self.cid), word(self.data), word(self.http))
    }
}

/// The policy with what it needs to rewrite addresses.
struct Rewriting {
    policy: Policy,
    /// Where this server is reached.
    base: String,
    /// The download addresses of parts by their Content-ID.
    parts: HashMap<String, String>,
}

/// Sanitises HTML. `base` is where this server is reached; `parts` has the download addresses of
/// parts by their Content-ID. A document that is cut says so at its end.
pub(super) fn clean(html: &str, policy: Policy, base: String, parts: HashMap<String, String>) -> String {
    let started = Instant::now();
    let rewriting = Rewriting { policy, base, parts };
    let mut page = interrupt::with_clock(move || started.elapsed(), || sanitizer::sanitize(html, &rewriting));
    for left_out in page.left_out.iter().filter(|left_out| left_out.is_visible()) {
        page.html.push_str("<p>[");
        page.html.push_str(left_out.words());
        page.html.push_str("]</p>");
    }
    page.html
}

impl sanitizer::Policy for Rewriting {
    fn presentation(&self) -> Presentation {
        Presentation::Dropped
    }

    fn picture<'a>(&'a self, address: &'a str) -> Picture<'a> {
        let Ok(parsed) = Url::parse(address) else { return Picture::Stripped };
        let written: Option<Cow<'a, str>> = match (parsed.scheme(), self.policy) {
            ("cid", Policy { cid: Pictures::Keep, .. })
            | ("http" | "https", Policy { http: Pictures::Keep, .. }) => Some(String::from(parsed).into()),
            ("data", Policy { data: Pictures::Keep, .. }) => {
                return if is_plain_picture(address) { Picture::Within(address) } else { Picture::Stripped };
            }
            ("cid", Policy { cid: Pictures::Proxy, .. }) => {
                self.parts.get(parsed.path()).map(|address| address.as_str().into())
            }
            ("http" | "https", Policy { http: Pictures::Proxy, .. }) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("url", parsed.as_str());
                Some(format!("{}/proxy/image?{}", self.base, query.finish()).into())
            }
            _ => None,
        };
        written.map_or(Picture::Stripped, Picture::At)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(html: &str, policy: Policy) -> String {
        clean(html, policy, "http://h".into(), [("a@b".into(), "http://h/part".into())].into())
    }

    #[test]
    fn nothing_that_runs_is_left() {
        for html in [
            "<script>alert(1)</script>",
            "<p onclick='alert(1)' style='alert(1)'>x</p>",
            "<a href='javascript:alert(1)'>x</a>",
            "<a href=' java\nscript:alert(1)'>x</a>",
            "<a href='data:text/html,alert(1)'>x</a>",
            "<iframe srcdoc='alert(1)'></iframe><meta http-equiv=refresh content='0;alert(1)'>",
            "<link rel=stylesheet href='http://alert(1)'><style>@import 'alert(1)'</style>",
            "<img src='data:image/svg+xml,alert(1)'><svg onload='alert(1)'></svg>",
            "<form action='http://x/alert(1)'><input name='alert(1)'></form>",
        ] {
            let all = Policy { cid: Pictures::Keep, data: Pictures::Keep, http: Pictures::Keep };
            let clean = cleaned(html, all);
            assert!(!clean.contains("alert") || clean == "x", "{html} gave {clean}");
        }
    }

    #[test]
    fn pictures_follow_the_policy() {
        let html =
            "<img src='cid:a@b'><img src='data:image/png;base64,AA=='><img src='https://t.test/p?x=1'>";
        let of = |cid, data, http| Policy::parse(Some(cid), Some(data), Some(http)).unwrap();
        assert_eq!(cleaned(html, of("strip", "strip", "strip")), "<img><img><img>");
        assert_eq!(
            cleaned(html, of("keep", "keep", "keep")),
            "<img src=\"cid:a@b\"><img src=\"data:image/png;base64,AA==\"><img src=\"https://t.test/p?x=1\">"
        );
        assert_eq!(
            cleaned(html, of("proxy", "strip", "proxy")),
            "<img src=\"http://h/part\"><img>\
             <img src=\"http://h/proxy/image?url=https%3A%2F%2Ft.test%2Fp%3Fx%3D1\">"
        );
        assert_eq!(Policy::parse(None, Some("proxy"), None), Err(Refusal::InvalidSanitizerConfig));
        assert_eq!(Policy::parse(None, None, Some("burn")), Err(Refusal::InvalidSanitizerConfig));
    }
}
