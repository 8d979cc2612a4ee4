//! HTML that runs nothing: no scripts, styles, frames, handlers or `javascript:` addresses, and
//! pictures only as the caller asks. It is for other people's browsers; the terminal never
//! shows HTML.
//!
//! `proxy` never fetches: a remote picture is rewritten to an address of this server that
//! answers with an empty pixel, so the sender learns nothing; a picture of the mail itself
//! (`cid:`) is rewritten to its download.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::budget::Budgeted;
use super::error::Refusal;

/// Kinds of written-in pictures that cannot hold scripts.
const DATA_PICTURES: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

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

/// Sanitises HTML. `base` is where this server is reached; `parts` has the download addresses of
/// parts by their Content-ID.
pub(super) fn clean(html: &str, policy: Policy, base: String, parts: HashMap<String, String>) -> String {
    let schemes: HashSet<&str> = ["http", "https", "mailto", "cid", "data"].into();
    Builder::default()
        .url_schemes(schemes)
        .url_relative(UrlRelative::Deny)
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("img", "src") => picture(value, policy, &base, &parts).map(Cow::Owned),
            (_, "href" | "cite" | "src" | "longdesc" | "action") => link(value),
            _ => Some(value.into()),
        })
        .clean_from_reader(Budgeted::new(html))
        // Memory can always be read: the error is for files.
        .map_or_else(|_unreadable| String::new(), |clean| clean.to_string())
}

fn link(value: &str) -> Option<Cow<'_, str>> {
    let scheme = Url::parse(value).ok()?;
    matches!(scheme.scheme(), "http" | "https" | "mailto").then_some(Cow::Borrowed(value))
}

fn picture(value: &str, policy: Policy, base: &str, parts: &HashMap<String, String>) -> Option<String> {
    let address = Url::parse(value).ok()?;
    match (address.scheme(), policy) {
        ("cid", Policy { cid: Pictures::Keep, .. })
        | ("http" | "https", Policy { http: Pictures::Keep, .. }) => Some(address.into()),
        ("data", Policy { data: Pictures::Keep, .. }) => {
            let kind = address.path().split([';', ',']).next().unwrap_or_default().to_ascii_lowercase();
            DATA_PICTURES.contains(&kind.as_str()).then(|| address.to_string())
        }
        ("cid", Policy { cid: Pictures::Proxy, .. }) => parts.get(address.path()).cloned(),
        ("http" | "https", Policy { http: Pictures::Proxy, .. }) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("url", address.as_str());
            Some(format!("{base}/proxy/image?{}", query.finish()))
        }
        _ => None,
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
