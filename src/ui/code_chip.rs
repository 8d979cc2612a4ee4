//! Renders the code chip: the code of the open mail, on the right of the message pane's title. It stays visible while
//! the user scrolls the mail.

use super::theme::Styles;
use crate::app::Model;
use crate::app::command::MailCommand;
use crate::app::message_pane::OpenMail;
use crate::app::msg::Storage;
use dropmail_client::domain::time::format_age;
use mail_codes::{Code, MAX_FRESH_AGE};
use mail_reader::text_width::display_width;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// Width in cells of the bar that represents the remaining lifetime of the code.
const BAR_CELLS: i64 = 8;

/// Returns the code chip for a title line with `max_width` free columns: the code, a bar for its remaining lifetime,
/// its age and the copy key. If there are too few columns, omits first the key, then the age, then the bar. Returns
/// `None` if the mail has no code or only an expired or old one, or if the code itself does not fit.
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
    let bar = if still { String::new() } else { lifetime_bar(model, open, code, styles.ascii) };
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

/// Returns a bar for the remaining part of the code's lifetime, followed by the remaining minutes; both are rounded
/// up. If `ascii` is `true`, the bar consists of ASCII characters.
fn lifetime_bar(model: &Model, open: &OpenMail, code: &Code, ascii: bool) -> String {
    let stated = code.life.map_or(MAX_FRESH_AGE.as_secs(), i64::from);
    let life = stated.min(MAX_FRESH_AGE.as_secs()).max(1);
    let age = model.now.duration_since(open.opened.envelope.received_at).as_secs().clamp(0, life);
    let left = life - age;
    let full = usize::try_from((left * BAR_CELLS + life - 1) / life).unwrap_or(0);
    let empty = usize::try_from(BAR_CELLS).unwrap_or(0).saturating_sub(full);
    let (on, off) = if ascii { ("#", "-") } else { ("▰", "▱") };
    let minutes = (left + 59) / 60;
    format!(" {}{} {minutes}m left", on.repeat(full), off.repeat(empty))
}
