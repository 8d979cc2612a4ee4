//! Recognises URLs that are never the purpose of a mail: files that web pages embed, and sites such as social networks.

use url::Url;

/// Returns whether a URL leads to a file that web pages embed, such as an image or a style sheet, judging by
/// the file name extension.
pub(super) fn is_file(url: &Url) -> bool {
    const FILES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "css", "svg", "ico", "js"];
    let ending = url.path().rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| FILES.iter().any(|file| ending.eq_ignore_ascii_case(file)))
}

pub(super) fn is_social(host: &str) -> bool {
    const HOSTS: [&str; 12] = [
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "tiktok.com",
        "pinterest.com",
        "apps.apple.com",
        "itunes.apple.com",
        "play.google.com",
        "t.me",
    ];
    HOSTS
        .iter()
        .any(|social| host == *social || host.strip_suffix(social).is_some_and(|rest| rest.ends_with('.')))
}
