//! Turns links into terminal hyperlinks (OSC 8). The terminal opens the URL when the user clicks the text of the link.
//!
//! In the frame, the first cell of a link contains the whole text of the link, between the escape sequences that start
//! and end the hyperlink. The width of this cell is set to that of the link. Only URLs of limited length that consist
//! of printable ASCII characters are sent to the terminal.

use crate::app::message_pane::OpenMail;
use mail_reader::text_width::display_width;
use ratatui::Frame;
use ratatui::buffer::CellDiffOption;
use ratatui::layout::{Position, Rect};
use std::num::NonZeroU16;

/// Maximum length in bytes of a URL in a terminal hyperlink. A longer URL gets no hyperlink, because VTE-based
/// terminals would ignore it.
const MAX_ADDRESS: usize = 2_000;

/// Turns the links in the message pane into terminal hyperlinks. `covered` contains the areas that notices cover. A
/// link that is even partly in such an area gets no hyperlink, because the cell that contains the whole hyperlink would
/// overwrite the notice.
pub(super) fn mark_links(open: &OpenMail, frame: &mut Frame<'_>, area: Rect, covered: &[Rect]) {
    let shown = open.rendered.lines.iter().skip(open.scroll).zip(area.y..area.bottom());
    for (line, y) in shown {
        let mut x = area.x;
        for span in &line.spans {
            let width = u16::try_from(display_width(&span.text)).unwrap_or(u16::MAX);
            let end = x.saturating_add(width);
            let link = span
                .link
                .and_then(|link| Some((link, open.opened.mail.findings.links.get(usize::from(link))?)));
            if let Some((number, link)) = link
                && end <= area.right()
                && is_safe_url(&link.url)
            {
                let link_area = Rect { x, y, width, height: 1 };
                if !covered.iter().any(|notice| notice.intersects(link_area)) {
                    mark_cells(number, &link.url, frame, link_area);
                }
            }
            x = end;
        }
    }
}

/// Returns `true` if a URL may be sent in a hyperlink escape sequence: it has a known scheme, is not too long, and
/// contains no byte that could end the sequence.
fn is_safe_url(url: &str) -> bool {
    let scheme = ["https://", "http://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
    scheme && url.len() <= MAX_ADDRESS && url.bytes().all(|byte| matches!(byte, 0x21..=0x7e))
}

fn mark_cells(number: u16, url: &str, frame: &mut Frame<'_>, area: Rect) {
    let Some(width) = NonZeroU16::new(area.width) else { return };
    let buffer = frame.buffer_mut();
    let mut words = String::new();
    let mut x = area.x;
    while x < area.right() {
        let Some(cell) = buffer.cell(Position { x, y: area.y }) else { return };
        words.push_str(cell.symbol());
        x += u16::try_from(display_width(cell.symbol()).max(1)).unwrap_or(1);
    }
    if let Some(cell) = buffer.cell_mut(Position { x: area.x, y: area.y }) {
        // The id in the escape sequence tells the terminal which cells belong to the same link.
        cell.set_symbol(&format!("\u{1b}]8;id={number};{url}\u{1b}\\{words}\u{1b}]8;;\u{1b}\\"));
        cell.set_diff_option(CellDiffOption::ForcedWidth(width));
    }
}

#[cfg(test)]
mod tests {
    use super::is_safe_url;

    #[test]
    fn only_plain_urls_become_hyperlinks() {
        assert!(is_safe_url("https://a.example/x?y=z#1"));
        for url in
            ["javascript:x", "file:///x", "https://a.example/\u{1b}\\", "https://a.example/ä", "https://a b"]
        {
            assert!(!is_safe_url(url), "{url}");
        }
        assert!(!is_safe_url(&format!("https://a.example/{}", "x".repeat(3_000))));
    }
}
