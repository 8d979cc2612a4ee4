//! Inside tmux, replaces each emoji that is a sequence of joined emoji, such as a woman with a laptop, with its first
//! emoji.
//!
//! Tmux counts such an emoji as two columns. The terminal around tmux may draw the joined emoji side by side, which
//! shifts the rest of the row and makes it wrap. Explicit cursor positions do not help, because tmux redraws the row as
//! a whole.

use mail_reader::text_width::{clusters, display_width};
use ratatui::buffer::Buffer;

/// The zero width joiner, which joins two emoji.
const JOINER: char = '\u{200d}';

/// Replaces each sequence of joined emoji in the frame with its first emoji. Leaves letters of Indic and Arabic scripts
/// unchanged, although the zero width joiner also connects them.
pub(super) fn replace_joined_emoji(frame: &mut Buffer) {
    for cell in &mut frame.content {
        if cell.symbol().contains(JOINER) {
            let replaced: String = clusters(cell.symbol()).map(first_emoji).collect();
            cell.set_symbol(&replaced);
        }
    }
}

/// Returns the first emoji of a grapheme cluster of joined emoji, padded with spaces to the width of the cluster.
/// Returns any other cluster unchanged.
fn first_emoji(cluster: &str) -> String {
    match cluster.split_once(JOINER) {
        Some((first, rest)) if rest.starts_with(|c| c >= '\u{2190}') => {
            let missing = display_width(cluster).saturating_sub(display_width(first));
            format!("{first}{}", " ".repeat(missing))
        }
        Some(_) | None => cluster.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Cell;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn joined_emoji_become_the_first_one_and_letters_do_not_change() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 12, 1));
        frame.set_string(0, 0, "a👩\u{200d}💻b🏳\u{fe0f}\u{200d}🌈क\u{94d}\u{200d}ष", Style::default());
        let widths: Vec<usize> = frame.content.iter().map(|cell| display_width(cell.symbol())).collect();
        replace_joined_emoji(&mut frame);
        let text: String = frame.content.iter().map(Cell::symbol).collect();
        assert_eq!(text.trim_end(), "a👩 b🏳\u{fe0f} क\u{94d}\u{200d}ष");
        let now: Vec<usize> = frame.content.iter().map(|cell| display_width(cell.symbol())).collect();
        assert_eq!(now, widths, "every column stays where it is");
    }

    #[test]
    fn a_hyperlink_keeps_its_escape_sequences() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 2, 1));
        let link = |text: &str| format!("\u{1b}]8;id=1;https://a.example/x\u{1b}\\{text}\u{1b}]8;;\u{1b}\\");
        frame.cell_mut((0, 0)).unwrap().set_symbol(&link("👩\u{200d}💻"));
        replace_joined_emoji(&mut frame);
        assert_eq!(frame.cell((0, 0)).unwrap().symbol(), link("👩"));
    }
}
