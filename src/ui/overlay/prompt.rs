//! Renders text prompts on the status line.

use crate::app::hints;
use crate::app::overlay::{Prompt, PromptKind};
use crate::app::text_wrap::wrap_text;
use crate::ui::dialog::{draw_input, to_cells};
use crate::ui::theme::Styles;
use crate::ui::{clear, lines};
use mail_reader::text_width::display_width;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// Summary of the filter syntax, shown in an empty filter or search prompt if there is enough space.
const FILTER_SYNTAX: &str = "words  from:  subject:  to:  has:  is:  before:  after:";

/// Screen width in columns below which a text prompt shows its short name, so that more columns remain for the input.
const NARROW: u16 = 60;

/// Returns the long name and the short name of a text prompt.
fn prompt_names(purpose: &PromptKind) -> (&'static str, &'static str) {
    match purpose {
        PromptKind::SearchMessage => (" search in the message: ", " find: "),
        PromptKind::SearchInbox => (" search all mail: ", " search: "),
        PromptKind::Label(_) => (" name of the session: ", " name: "),
        PromptKind::Filter => (" show only mails with: ", " with: "),
        PromptKind::DomainName => (" name of your domain: ", " domain: "),
        PromptKind::DomainPassword => (" its password: ", " password: "),
        PromptKind::DomainPasswordAgain => (" the password again: ", " again: "),
        PromptKind::Extension => (" copy with this word behind the +: ", " word: "),
        PromptKind::Pipe(None) => (" hand the mail to the command: ", " mail to: "),
        PromptKind::Pipe(Some(_)) => (" hand this part to the command: ", " part to: "),
    }
}

pub(super) fn draw(prompt: &Prompt, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let (long, short) = prompt_names(&prompt.purpose);
    let name = if screen.width < NARROW { short } else { long };
    let wide = to_cells(display_width(name)).min(screen.width);
    let area = Rect { y: screen.height.saturating_sub(1), height: 1, ..screen };
    clear(frame, area, styles);
    frame.render_widget(Paragraph::new(Span::styled(name, styles.key)), Rect { width: wide, ..area });
    let rest = Rect { x: area.x + wide, width: area.width - wide, ..area };
    let [enter, leave] = hints::prompt_labels(&prompt.purpose);
    // An invalid filter or search cannot be accepted with Enter, so only the hint for Esc is shown.
    let refused = prompt.wrong.is_some() && prompt.purpose.applies_while_typing();
    let hint = if refused { leave.to_owned() } else { format!("{enter} · {leave}") };
    let fits = |typed: usize| typed + display_width(&hint) + 3 <= usize::from(rest.width);
    let empty = match prompt.purpose {
        PromptKind::Filter | PromptKind::SearchInbox if prompt.input.text().is_empty() => FILTER_SYNTAX,
        PromptKind::SearchMessage
        | PromptKind::SearchInbox
        | PromptKind::Filter
        | PromptKind::Label(_)
        | PromptKind::DomainName
        | PromptKind::DomainPassword
        | PromptKind::DomainPasswordAgain
        | PromptKind::Extension
        | PromptKind::Pipe(_) => "",
    };
    let empty = if fits(display_width(empty)) { empty } else { "" };
    draw_input(&prompt.input, empty, styles, frame, rest);
    let typed = display_width(&prompt.input.displayed_text()).max(display_width(empty));
    let hinted = if fits(typed) { to_cells(display_width(&hint) + 1) } else { 0 };
    if hinted > 0 {
        let place = Rect { x: area.right() - hinted, width: hinted, ..area };
        lines::draw(frame, place, [Line::styled(hint.as_str(), styles.dim)]);
    }
    if let Some(wrong) = &prompt.wrong {
        // The error is shown to the right of the input if it fits there; if not, on the lines above the prompt.
        let max_width = usize::from(screen.width).saturating_sub(2).max(1);
        let error_text = format!("! {wrong}");
        let error: Vec<Line<'_>> = wrap_text(&error_text, max_width)
            .into_iter()
            .map(|words| Line::styled(format!(" {words} "), styles.bad))
            .collect();
        let needs = to_cells(error.iter().map(lines::width).max().unwrap_or(0));
        let height = to_cells(error.len());
        let free = rest.width.saturating_sub(to_cells(typed + usize::from(hinted) + 2));
        let beside = height == 1 && needs < free;
        let (y, right) = if beside { (area.y, hinted + 1) } else { (area.y.saturating_sub(height), 0) };
        let place = Rect { x: screen.width.saturating_sub(needs + right), y, width: needs, height };
        let place = place.intersection(screen);
        clear(frame, place, styles);
        lines::draw(frame, place, error);
    }
}
