//! Decodes redirect URLs, with which many mail filters and mailing services replace the links in a mail. The target is
//! read from the redirect URL without a request. A redirect URL that does not contain its target is not decoded.

use percent::decode;
use url::Url;

/// Maximum number of nested redirect URLs that are decoded; deeper redirect URLs remain unchanged.
const MAX_LAYERS: usize = 4;

/// The known redirect URLs: for each, the host (subdomains also match), the start of the path, and the names of the
/// query parameters that may contain the target.
const FIELDS: [(&str, &str, &[&str]); 16] = [
    ("safelinks.protection.outlook.com", "/", &["url"]),
    ("safelinks.protection.office365.us", "/", &["url"]),
    ("statics.teams.cdn.office.net", "/evergreen-assets/safelinks", &["url"]),
    ("google.com", "/url", &["q", "url"]),
    ("l.facebook.com", "/l.php", &["u"]),
    ("lm.facebook.com", "/l.php", &["u"]),
    ("l.instagram.com", "/", &["u"]),
    ("linkedin.com", "/redir/redirect", &["url"]),
    ("linkedin.com", "/safety/go", &["url"]),
    ("youtube.com", "/redirect", &["q"]),
    ("slack-redir.net", "/link", &["url"]),
    ("steamcommunity.com", "/linkfilter", &["u", "url"]),
    ("linkprotect.cudasvc.com", "/url", &["a"]),
    ("vk.com", "/away.php", &["to"]),
    ("away.vk.com", "/away.php", &["to"]),
    ("deref-mail.com", "/", &["redirectUrl"]),
];

/// Returns the target of a redirect URL; `None` if the URL is not a known redirect URL.
pub(crate) fn unwrap_redirect(address: &Url) -> Option<Url> {
    let mut inner = layer(address)?;
    for _ in 1..MAX_LAYERS {
        let Some(next) = layer(&inner) else { break };
        inner = next;
    }
    Some(inner)
}

fn layer(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let below =
        |known: &str| host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    let text = if below("urldefense.com") || below("urldefense.proofpoint.com") {
        proofpoint(url)?
    } else {
        let (.., fields) =
            FIELDS.iter().find(|(known, path, _)| below(known) && url.path().starts_with(path))?;
        fields
            .iter()
            .find_map(|field| url.query_pairs().take(40).find(|(name, _)| name == field))?
            .1
            .into_owned()
    };
    Url::parse(&text)
        .ok()
        .filter(|inner| matches!(inner.scheme(), "http" | "https") && inner.host_str().is_some())
}

/// Returns the target of a Proofpoint URL Defense redirect URL, versions 1 to 3. In version 3, the target is between
/// `__` and `__;`, and each `*` stands for removed characters; returns `None` if there is a `*`. In version 2, the
/// target is in the `u` parameter, with `-` for `%` and `_` for `/`. In version 1, it is in the `u` parameter without
/// additional encoding.
fn proofpoint(url: &Url) -> Option<String> {
    if let Some(rest) = url.path().strip_prefix("/v3/__") {
        let whole = match url.query() {
            Some(query) => format!("{rest}?{query}"),
            None => rest.to_owned(),
        };
        let (address, _) = whole.rsplit_once("__;")?;
        // A server that normalised the path may have replaced `//` with `/`.
        let fixed = match address.split_once(":/") {
            Some((scheme, rest)) if !rest.starts_with('/') => format!("{scheme}://{rest}"),
            _ => address.to_owned(),
        };
        return (!fixed.contains('*')).then_some(fixed);
    }
    let (_, field) = url.query_pairs().take(40).find(|(name, _)| name == "u")?;
    Some(if url.path().starts_with("/v2/") {
        decode(&field.replace('-', "%").replace('_', "/"))
    } else {
        field.into_owned()
    })
}

mod percent {
    /// Decodes percent-encoding (RFC 3986, section 2.1); invalid sequences are left unchanged.
    pub(super) fn decode(text: &str) -> String {
        url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B").replace('&', "%26")).as_bytes())
            .next()
            .map_or_else(|| text.to_owned(), |(_, value)| value.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    fn unwrap_redirect(address: &str) -> Option<Url> {
        super::unwrap_redirect(&Url::parse(address).unwrap())
    }

    #[test]
    fn redirect_targets_are_found() {
        let cases = [
            (
                "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnord.example%2Freset%3Ft%3D1&data=05",
                "https://nord.example/reset?t=1",
            ),
            ("https://urldefense.com/v3/__https://nord.example/a/9f__;!!Ab!Xy$", "https://nord.example/a/9f"),
            (
                "https://urldefense.com/v3/__https://nord.example/a?t=9__;!!Ab!Xy$",
                "https://nord.example/a?t=9",
            ),
            (
                "https://urldefense.proofpoint.com/v2/url?u=https-3A__nord.example_a-3Ft-3D1&d=Dw",
                "https://nord.example/a?t=1",
            ),
            ("https://www.google.com/url?q=https://nord.example/x&sa=D", "https://nord.example/x"),
            (
                "https://slack-redir.net/link?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fnord.example%2Fx",
                "https://nord.example/x",
            ),
        ];
        for (wrapped, expected) in cases {
            assert_eq!(unwrap_redirect(wrapped).map(String::from).as_deref(), Some(expected), "{wrapped}");
        }
        for plain in [
            "https://nord.example/?url=https://x.example",
            "https://www.google.com/url?q=javascript:1",
            "mailto:a@b.example",
        ] {
            assert_eq!(unwrap_redirect(plain), None, "{plain}");
        }
    }
}
