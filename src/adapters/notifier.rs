//! Shows desktop notifications, and builds the escape sequences that make a terminal show a notification.

use dropmail_client::ports::BoxFuture;
use dropmail_client::ports::notifier::{Notifier, NotifyError};
use mail_reader::sanitize::SafeText;

/// Adapter that shows notifications through the desktop's notification service.
#[derive(Debug, Default)]
pub struct DesktopNotifier;

impl Notifier for DesktopNotifier {
    fn notify<'a>(
        &'a self,
        title: &'a SafeText,
        body: &'a SafeText,
    ) -> BoxFuture<'a, Result<(), NotifyError>> {
        let mut notification = notify_rust::Notification::new();
        notification.appname("dropmail-tui").summary(title).body(&escape_markup(body));
        Box::pin(async move {
            let shown = tokio::task::spawn_blocking(move || notification.show().map(drop)).await;
            shown.map_err(|why| NotifyError(why.to_string()))?.map_err(|why| NotifyError(why.to_string()))
        })
    }
}

/// Escapes the HTML special characters in the text of a notification. The text comes from a mail, and desktops
/// interpret HTML markup in notifications.
fn escape_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns the escape sequence that makes a terminal show a notification: OSC 777 for rxvt and foot, OSC 9 for other
/// terminals. `term` is the value of `TERM`. If `tmux` is `true`, the sequence is wrapped for tmux, which passes it on
/// only if its `allow-passthrough` option is on.
pub fn osc_notify(title: &SafeText, body: &SafeText, term: &str, tmux: bool) -> Vec<u8> {
    let sequence = if term.starts_with("rxvt") || term.starts_with("foot") {
        format!("\x1b]777;notify;{};{}\x07", title.replace(';', ","), body.replace(';', ","))
    } else {
        format!("\x1b]9;{title}: {body}\x07")
    };
    if tmux { format!("\x1bPtmux;\x1b{sequence}\x1b\\").into_bytes() } else { sequence.into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notification_sequences_are_written_for_each_terminal() {
        let sequence = |title: &str, body: &str, term, tmux| {
            String::from_utf8(osc_notify(&title.into(), &body.into(), term, tmux)).unwrap()
        };
        assert_eq!(sequence("Code", "x", "xterm-256color", false), "\x1b]9;Code: x\x07");
        assert_eq!(sequence("a;b", "c", "foot", false), "\x1b]777;notify;a,b;c\x07");
        assert_eq!(sequence("a", "b", "tmux", true), "\x1bPtmux;\x1b\x1b]9;a: b\x07\x1b\\");
        let escaped = sequence("\x1b[2J\x07", "\u{9b}x\u{202e}", "xterm", false);
        assert_eq!(
            escaped.matches(char::is_control).count(),
            2,
            "only the sequence itself contains control characters: {escaped:?}"
        );
        assert_eq!(escape_markup("<b>&"), "&lt;b&gt;&amp;");
    }
}
