//! Hands links to the desktop's own opener.

use crate::domain::sanitize::SafeText;
use crate::ports::opener::{OpenError, Opener};

/// The desktop: `xdg-open` and its like, `open`, `start`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DesktopOpener;

/// What the library says of the programs that it has tried is for who has written them: it goes to the
/// log.
fn open_error(error: &std::io::Error) -> OpenError {
    tracing::info!("nothing opened it: {}", SafeText::new(&error.to_string()));
    OpenError("xdg-open, gio and the like are not here or could not do it".to_owned())
}

impl Opener for DesktopOpener {
    fn open(&self, url: &str) -> Result<(), OpenError> {
        let parsed = url::Url::parse(url).map_err(|error| OpenError(error.to_string()))?;
        // A scheme is a program that is started with the sender's words: only the browser's are let through.
        if !matches!(parsed.scheme(), "http" | "https" | "mailto") {
            return Err(OpenError(format!("links of the kind `{}:` are not opened", parsed.scheme())));
        }
        open::that_detached(parsed.as_str()).map_err(|error| open_error(&error))
    }

    fn open_file(&self, path: &std::path::Path) -> Result<(), OpenError> {
        open::that_detached(path).map_err(|error| open_error(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_browsers_schemes_are_opened() {
        for url in ["file:///etc/passwd", "javascript:alert(1)", "--help", "ssh://h", ""] {
            assert!(DesktopOpener.open(url).is_err(), "{url}");
        }
    }
}
