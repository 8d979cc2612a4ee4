//! Renders the code chip: the code of the open mail, on the right of the message pane's title. It stays visible while
//! the user scrolls the mail.

use super::theme::Styles;
use crate::app::Model;
use crate::app::command::MailCommand;
use crate::app::message_pane::OpenMail;
use crate::app::msg::Storage;
use dropmail_client::domain::time::{Timestamp, format_age};
use mail_reader::text_width::display_width;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Width in cells of the bar that represents the remaining lifetime of the code.
const BAR_CELLS: i64 = 8;

/// Returns the code chip for a title line with `max_width` free columns: the code, its age and the copy key. If the
/// mail states how long the code is valid, the chip also has a bar for the remaining lifetime.
///
/// If there are too few columns, omits first the key, then the age, then the bar. Returns `None` if the mail has no
/// code or only an expired or old one, or if the code itself does not fit.
pub(super) fn chip<'a>(
    model: &Model,
    open: &OpenMail,
    styles: &Styles,
    max_width: usize,
) -> Option<Line<'a>> {
    let code = open.opened.mail.findings.confident_code()?;
    let came = open.opened.envelope.received_at;
    if code.stale(came, model.now).is_some() {
        return None;
    }
    // The frame behind the chip may be dim.
    let bright = |style: Style| style.remove_modifier(Modifier::DIM);
    let value = Span::styled(
        format!(" {} ", code.value),
        bright(styles.code.add_modifier(Modifier::REVERSED | Modifier::BOLD)),
    );
    let key = format!(" · {} copies", model.key_of(MailCommand::CopyCode));
    let age = format!(" · {}", format_age(came, model.now));
    // With reduced motion, no bar is shown, because it shrinks on its own. For a mail file, the remaining
    // lifetime is meaningless, because the mail can be of any age.
    let still = model.settings.reduced_motion || model.storage() == Storage::MailFiles;
    let life = code.life.filter(|_| !still);
    let bar = life.map(|life| lifetime_bar(life.into(), came, model.now, styles.ascii)).unwrap_or_default();
    let parts = [
        Span::styled(bar, bright(styles.good)),
        Span::styled(age, styles.dim),
        Span::styled(key, bright(styles.key)),
    ];
    let mut spans = vec![value];
    let mut used = display_width(&spans.first()?.content);
    if used > max_width {
        return None;
    }
    for part in parts.into_iter().filter(|part| !part.content.is_empty()) {
        let wide = display_width(&part.content);
        if used + wide + 1 > max_width {
            break;
        }
        used += wide;
        spans.push(part);
    }
    if spans.len() > 1 {
        spans.push(Span::raw(" "));
    }
    Some(Line::from(spans).right_aligned())
}

/// Returns a bar for the remaining part of a code's lifetime, followed by the remaining time; both are rounded up.
/// `life` is the lifetime in seconds, as the mail states it, and `came` is when the mail arrived. If `ascii` is `true`,
/// the bar consists of ASCII characters.
fn lifetime_bar(life: i64, came: Timestamp, now: Timestamp, ascii: bool) -> String {
    let life = life.max(1);
    let age = now.duration_since(came).as_secs().clamp(0, life);
    let left = life - age;
    let full = usize::try_from((left * BAR_CELLS + life - 1) / life).unwrap_or(0);
    let empty = usize::try_from(BAR_CELLS).unwrap_or(0).saturating_sub(full);
    let (on, off) = if ascii { ("#", "-") } else { ("▰", "▱") };
    format!(" {}{} {} left", on.repeat(full), off.repeat(empty), rounded_up(left))
}

/// Formats a number of seconds, rounded up: in minutes up to one hour (`15m`), in hours up to two days (`24h`),
/// otherwise in days (`3d`).
fn rounded_up(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const HOURS_TO: i64 = 2 * DAY;
    let (unit, letter) = if seconds <= HOUR {
        (MINUTE, 'm')
    } else if seconds <= HOURS_TO {
        (HOUR, 'h')
    } else {
        (DAY, 'd')
    };
    format!("{}{letter}", (seconds + unit - 1) / unit)
}

#[cfg(test)]
mod tests {
    use super::lifetime_bar;
    use dropmail_client::domain::time::{SignedDuration, Timestamp};

    #[test]
    fn the_bar_shrinks_over_the_stated_lifetime() {
        let bar = |life, age| {
            let came = Timestamp::UNIX_EPOCH;
            lifetime_bar(life, came, came + SignedDuration::from_secs(age), true)
        };
        assert_eq!(bar(900, 0), " ######## 15m left");
        assert_eq!(bar(900, 1), " ######## 15m left");
        assert_eq!(bar(900, 450), " ####---- 8m left");
        assert_eq!(bar(900, 899), " #------- 1m left");
        assert_eq!(bar(900, 900), " -------- 0m left");
        // The clock of the service may be ahead.
        assert_eq!(bar(30, -5), " ######## 1m left");
    }

    #[test]
    fn a_long_lifetime_is_shown_in_hours_or_days() {
        let left = |seconds| super::rounded_up(seconds);
        let cases = [(3600, "60m"), (3601, "2h"), (86_400, "24h"), (172_801, "3d"), (259_200, "3d")];
        for (seconds, expected) in cases {
            assert_eq!(left(seconds), expected);
        }
    }
}
