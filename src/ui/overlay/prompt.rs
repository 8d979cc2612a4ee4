//! A line that is typed, on the status line.

use super::{cells, draw_input};
use crate::app::hints;
use crate::app::overlay::{Prompt, Purpose};
use crate::domain::fit::columns;
use crate::ui::clear;
use crate::ui::theme::Styles;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// What can be typed to narrow the inbox, where there is room to say so.
const GRAMMAR: &str = "words  from:  subject:  to:  has:  is:  before:  after:";

pub(super) fn draw(prompt: &Prompt, styles: &Styles, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let name = match prompt.purpose {
        Purpose::SearchMessage => " search in the message: ",
        Purpose::SearchInbox => " search all mail: ",
        Purpose::Label => " name of the session: ",
        Purpose::Filter => " show only mails with: ",
        Purpose::DomainName => " name of your domain: ",
        Purpose::DomainPassword => " its password: ",
        Purpose::DomainPasswordAgain => " the password again: ",
        Purpose::Extension => " word behind the +: ",
        Purpose::Pipe(None) => " hand the mail to the command: ",
        Purpose::Pipe(Some(_)) => " hand this part to the command: ",
    };
    let wide = cells(columns(name)).min(screen.width);
    let area = Rect { y: screen.height.saturating_sub(1), height: 1, ..screen };
    clear(frame, area, styles);
    frame.render_widget(Paragraph::new(Span::styled(name, styles.key)), Rect { width: wide, ..area });
    let rest = Rect { x: area.x + wide, width: area.width - wide, ..area };
    let hint = hints::for_prompt(prompt.purpose);
    let fits = |typed: usize| typed + columns(hint) + 3 <= usize::from(rest.width);
    let empty = match prompt.purpose {
        Purpose::Filter | Purpose::SearchInbox if prompt.input.text().is_empty() => GRAMMAR,
        _ => "",
    };
    let empty = if fits(columns(empty)) { empty } else { "" };
    draw_input(&prompt.input, empty, styles, frame, rest);
    if prompt.wrong.is_none() && fits(columns(&prompt.input.shown()).max(columns(empty))) {
        let width = cells(columns(hint) + 1);
        let place = Rect { x: area.right() - width, width, ..area };
        frame.render_widget(Span::styled(hint, styles.dim), place);
    }
    if let Some(wrong) = &prompt.wrong {
        // Behind what is typed where there is room, else on the lines above it.
        let room = usize::from(screen.width).saturating_sub(2).max(1);
        let lines: Vec<Line<'_>> = textwrap::wrap(wrong, room)
            .into_iter()
            .map(|words| Line::styled(format!(" {words} "), styles.bad))
            .collect();
        let needs = cells(lines.iter().map(Line::width).max().unwrap_or(0));
        let height = cells(lines.len());
        let free = area.width.saturating_sub(wide + cells(columns(prompt.input.text())) + 2);
        let beside = height == 1 && needs <= free;
        let y = if beside { area.y } else { area.y.saturating_sub(height) };
        let place = Rect { x: screen.width.saturating_sub(needs), y, width: needs, height };
        let place = place.intersection(screen);
        clear(frame, place, styles);
        frame.render_widget(Paragraph::new(lines), place);
    }
}
