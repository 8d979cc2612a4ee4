//! The search in the open mail.

use super::OpenMail;
use dropmail_client::domain::search::normalise;
use mail_reader::richtext::Line;

/// The text or the words to search for in the open mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchTerm {
    /// The text, in lower case, that the user typed to search this mail.
    Typed(String),
    /// The case-folded words of the inbox search that found this mail; the message pane highlights them.
    Found(Vec<String>),
}

impl SearchTerm {
    fn is_in(&self, line: &Line) -> bool {
        let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
        match self {
            Self::Typed(needle) => text.to_lowercase().contains(needle),
            Self::Found(words) => {
                let text = normalise(&text);
                words.iter().any(|word| text.contains(word))
            }
        }
    }

    /// Returns the search text for display: the text that the user typed, or the words of the inbox search.
    pub fn text(&self) -> String {
        match self {
            Self::Typed(needle) => needle.clone(),
            Self::Found(words) => words.join(" "),
        }
    }
}

/// A search of the open mail: the search term and the matching lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The text or the words to search for in the open mail.
    pub needle: SearchTerm,
    /// Indices of the lines that match the search term.
    pub matches: Vec<usize>,
    /// Index in `matches` of the current match, from which the user can move to the next or previous match.
    pub current: usize,
}

impl OpenMail {
    /// Searches all lines for `needle`. The first match at or below the first visible line becomes the current match
    /// or, if there is none, the first match in the mail.
    pub fn find(&mut self, needle: SearchTerm) {
        let lines = self.rendered.lines.iter().enumerate();
        let matches: Vec<usize> = lines.filter(|(_, line)| needle.is_in(line)).map(|(at, _)| at).collect();
        let current = matches.iter().position(|line| *line >= self.scroll).unwrap_or(0);
        self.search = Some(Search { needle, matches, current });
    }

    /// Expands the quoted mails if the search has no match, because a collapsed quoted mail may contain one.
    pub fn expand_quotes_unless_found(&mut self) {
        let found = self.search.as_ref().is_none_or(|search| !search.matches.is_empty());
        if !found && self.rendered.is_complete && self.rendered.width > 0 {
            self.set_quotes_collapsed(false);
        }
    }

    /// Ends a search that the user started in the open mail. Returns `true` if there was such a search. The words of an
    /// inbox search stay highlighted.
    pub fn end_search(&mut self) -> bool {
        let typed = |search: &mut Search| matches!(search.needle, SearchTerm::Typed(_));
        self.search.take_if(typed).is_some()
    }

    /// Scrolls to the current match if it is not visible. `rows` is the height of the message pane.
    pub fn show_match(&mut self, rows: usize) {
        let on_screen = self.scroll..self.scroll + rows;
        let nearest = self.search.as_ref().and_then(|search| search.matches.get(search.current));
        if nearest.is_some_and(|line| !on_screen.contains(line)) {
            self.go_to_match(0, rows);
        }
    }

    /// Moves down from the current match by `by` matches (up if negative), wrapping around at the ends, and scrolls to
    /// the new current match.
    pub fn go_to_match(&mut self, by: isize, rows: usize) {
        let last = self.last_top(rows);
        let Some(search) = &mut self.search else { return };
        let count = isize::try_from(search.matches.len()).unwrap_or(0);
        if count == 0 {
            return;
        }
        let at = isize::try_from(search.current).unwrap_or(0) + by;
        search.current = usize::try_from(at.rem_euclid(count)).unwrap_or(0);
        self.scroll = search.matches.get(search.current).copied().unwrap_or(0).min(last);
    }
}
