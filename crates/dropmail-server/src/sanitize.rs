//! Sanitises HTML for the API with [`mail_reader::html`]. The caller chooses how each kind of image is treated.
//!
//! If the treatment is `proxy`, the URL of a remote image is replaced with a URL of this server that returns a
//! transparent pixel. The server does not fetch the image, so the sender does not learn that the mail was opened. The
//! URL of an image within the mail (`cid:`) is replaced with the download URL of that image.

use std::borrow::Cow;
use std::collections::HashMap;

use tokio::time::Instant;
use url::Url;

use super::error::RequestError;
use mail_reader::html::sanitizer::{self, ImageUrl, Presentation, is_plain_picture};
use mail_reader::interrupt;

/// How the sanitiser treats one kind of image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImageHandling {
    Strip,
    Keep,
    Proxy,
}

/// How the sanitiser treats each kind of image: images within the mail (`cid`), data URLs and remote images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ImagePolicy {
    pub(super) cid: ImageHandling,
    pub(super) data: ImageHandling,
    pub(super) http: ImageHandling,
}

impl Default for ImagePolicy {
    /// Returns the default policy, which keeps only images that can be shown without informing the sender.
    fn default() -> Self {
        Self { cid: ImageHandling::Keep, data: ImageHandling::Keep, http: ImageHandling::Strip }
    }
}

impl ImagePolicy {
    /// Parses the three policy values of the API, each of which is `strip`, `keep` or `proxy`. A missing value is
    /// replaced with its default.
    ///
    /// # Errors
    ///
    /// [`RequestError::InvalidSanitizerConfig`] for an unknown value, or for `proxy` with data URLs.
    pub(super) fn parse(
        cid: Option<&str>,
        data: Option<&str>,
        http: Option<&str>,
    ) -> Result<Self, RequestError> {
        let word = |word: Option<&str>, default| match word {
            None => Ok(default),
            Some("strip") => Ok(ImageHandling::Strip),
            Some("keep") => Ok(ImageHandling::Keep),
            Some("proxy") => Ok(ImageHandling::Proxy),
            Some(_) => Err(RequestError::InvalidSanitizerConfig),
        };
        let default = Self::default();
        let policy = Self {
            cid: word(cid, default.cid)?,
            data: word(data, default.data)?,
            http: word(http, default.http)?,
        };
        if policy.data == ImageHandling::Proxy {
            Err(RequestError::InvalidSanitizerConfig)
        } else {
            Ok(policy)
        }
    }

    /// Returns the image policy as the query string of a download URL.
    pub(super) fn query(self) -> String {
        let word = |handling| match handling {
            ImageHandling::Strip => "strip",
            ImageHandling::Keep => "keep",
            ImageHandling::Proxy => "proxy",
        };
        format!("img_cid={}&img_data={}&img_http={}", word(self.cid), word(self.data), word(self.http))
    }
}

/// The image policy of a request, and the data that is needed to replace image URLs.
struct Rewriting {
    policy: ImagePolicy,
    /// The base URL of this server, with which the new URLs of images start.
    base: String,
    /// The download URLs of the mail's MIME parts, by Content-ID.
    parts: HashMap<String, String>,
}

/// Sanitises the HTML of a mail. `base` is the base URL of this server; `parts` contains the download URLs of the
/// mail's MIME parts by Content-ID. If the sanitiser truncates the document, a note to this effect is appended.
pub(super) fn clean(html: &str, policy: ImagePolicy, base: String, parts: HashMap<String, String>) -> String {
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

    fn picture<'a>(&'a self, address: &'a str) -> ImageUrl<'a> {
        let Ok(parsed) = Url::parse(address) else { return ImageUrl::Stripped };
        let written: Option<Cow<'a, str>> = match (parsed.scheme(), self.policy) {
            ("cid", ImagePolicy { cid: ImageHandling::Keep, .. })
            | ("http" | "https", ImagePolicy { http: ImageHandling::Keep, .. }) => {
                Some(String::from(parsed).into())
            }
            ("data", ImagePolicy { data: ImageHandling::Keep, .. }) => {
                return if is_plain_picture(address) {
                    ImageUrl::Within(address)
                } else {
                    ImageUrl::Stripped
                };
            }
            ("cid", ImagePolicy { cid: ImageHandling::Proxy, .. }) => {
                self.parts.get(parsed.path()).map(|address| address.as_str().into())
            }
            ("http" | "https", ImagePolicy { http: ImageHandling::Proxy, .. }) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("url", parsed.as_str());
                Some(format!("{}/proxy/image?{}", self.base, query.finish()).into())
            }
            _ => None,
        };
        written.map_or(ImageUrl::Stripped, ImageUrl::At)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(html: &str, policy: ImagePolicy) -> String {
        clean(html, policy, "http://h".into(), [("a@b".into(), "http://h/part".into())].into())
    }

    #[test]
    fn no_active_content_remains() {
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
            let all = ImagePolicy {
                cid: ImageHandling::Keep,
                data: ImageHandling::Keep,
                http: ImageHandling::Keep,
            };
            let clean = cleaned(html, all);
            assert!(!clean.contains("alert") || clean == "x", "{html} was sanitised to {clean}");
        }
    }

    #[test]
    fn images_follow_the_policy() {
        let html =
            "<img src='cid:a@b'><img src='data:image/png;base64,AA=='><img src='https://t.test/p?x=1'>";
        let policy = |cid, data, http| ImagePolicy::parse(Some(cid), Some(data), Some(http)).unwrap();
        assert_eq!(cleaned(html, policy("strip", "strip", "strip")), "<img><img><img>");
        assert_eq!(
            cleaned(html, policy("keep", "keep", "keep")),
            "<img src=\"cid:a@b\"><img src=\"data:image/png;base64,AA==\"><img src=\"https://t.test/p?x=1\">"
        );
        assert_eq!(
            cleaned(html, policy("proxy", "strip", "proxy")),
            "<img src=\"http://h/part\"><img>\
             <img src=\"http://h/proxy/image?url=https%3A%2F%2Ft.test%2Fp%3Fx%3D1\">"
        );
        assert_eq!(ImagePolicy::parse(None, Some("proxy"), None), Err(RequestError::InvalidSanitizerConfig));
        assert_eq!(ImagePolicy::parse(None, None, Some("burn")), Err(RequestError::InvalidSanitizerConfig));
    }
}
