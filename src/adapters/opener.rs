//! Opens links and files with the desktop's default programs.

use dropmail_client::ports::opener::{OpenError, Opener};
use mail_reader::sanitize::SafeText;

/// Adapter that opens links and files with the desktop's default programs: through `xdg-open` or a similar program,
/// through `open` on macOS, or through `start` on Windows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DesktopOpener;

/// Converts an error from the `open` crate to a message for the user, because the crate's own messages are meant for
/// developers. Logs the original error.
fn open_error(error: &std::io::Error) -> OpenError {
    tracing::info!("nothing opened it: {}", SafeText::new(&error.to_string()));
    OpenError("no program of this desktop opens it".to_owned())
}

impl Opener for DesktopOpener {
    fn open(&self, url: &str) -> Result<(), OpenError> {
        let parsed = url::Url::parse(url).map_err(|error| OpenError(error.to_string()))?;
        // The operating system starts the program that is registered for the scheme of a link. The link comes from the
        // sender of the mail, so only the schemes of browsers and mail programs are permitted.
        if !matches!(parsed.scheme(), "http" | "https" | "mailto") {
            return Err(OpenError(format!("a link of the kind `{}:` is not opened", parsed.scheme())));
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
    fn only_web_schemes_are_opened() {
        for url in ["file:///etc/passwd", "javascript:alert(1)", "--help", "ssh://h", ""] {
            assert!(DesktopOpener.open(url).is_err(), "{url}");
        }
    }
}
