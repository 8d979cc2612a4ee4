//! Determines the page to which a link leads, after redirect URLs have been decoded.

use super::occurrence::LinkOccurrence;
use super::path::{PathKeywords, after_host};
use super::redirects;
use super::url_token::{self, UrlToken};
use std::borrow::Cow;
use url::Url;

/// The target of a link occurrence, after redirect URLs have been decoded.
pub(super) struct LinkTarget {
    /// The decoded target if the URL of the link is a redirect URL; `None` if the link leads directly to its
    /// target.
    pub(super) inner: Option<Url>,
    /// The keywords of the target's path, query and fragment.
    pub(super) path: PathKeywords,
    pub(super) token: UrlToken,
}

impl LinkTarget {
    pub(super) fn new(occurrence: &LinkOccurrence) -> Self {
        let inner = redirects::unwrap_redirect(&occurrence.url);
        let (after_host, token) = match &inner {
            Some(inner) => {
                let after_host = after_host(inner);
                let token = url_token::find_token(&after_host);
                (Cow::Owned(after_host), token)
            }
            None => (Cow::Borrowed(occurrence.after_host.as_str()), occurrence.token),
        };
        Self { path: PathKeywords::find(&after_host), inner, token }
    }

    /// Returns the target URL of `occurrence`, after redirect URLs have been decoded.
    pub(super) fn url<'a>(&'a self, occurrence: &'a LinkOccurrence) -> &'a Url {
        self.inner.as_ref().unwrap_or(&occurrence.url)
    }
}
