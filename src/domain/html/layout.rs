//! The flow laid out in columns, by html2text.

use super::flow::Flow;
use super::markup;
use html2text::render::{TaggedLine, TextDecorator};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The narrowest column that html2text is asked for; narrower screens are wrapped anew.
const MIN_WIDTH: usize = 12;

/// What html2text says of a piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Mark {
    #[default]
    Plain,
    Link(usize),
    Emphasis,
    Strong,
    Heading,
    Code,
    Image,
}

/// A line of marked pieces; outer marks come first.
pub(crate) type Marked = Vec<(String, Vec<Mark>)>;

/// Lays a document out. Lines may be wider than `width` where a table or word does not fit.
pub(crate) fn lay_out(flow: &Flow, width: usize) -> Option<Vec<Marked>> {
    let document = markup::write(flow);
    let width = width.max(MIN_WIDTH);
    // Its changelog tells of panics on odd input; the document here is not odd, and still.
    let lines = catch_unwind(AssertUnwindSafe(|| {
        html2text::config::with_decorator(Marks)
            .no_table_borders()
            .unicode_strikeout(false)
            .allow_width_overflow()
            .lines_from_read(document.as_bytes(), width)
    }));
    Some(lines.ok()?.ok()?.iter().map(pieces).collect())
}

fn pieces(line: &TaggedLine<Vec<Mark>>) -> Marked {
    line.tagged_strings().map(|piece| (piece.s.clone(), piece.tag.clone())).collect()
}

/// Turns html2text's calls into [`Mark`]s and adds no characters of its own.
#[derive(Clone, Debug)]
struct Marks;

impl TextDecorator for Marks {
    type Annotation = Mark;

    fn decorate_link_start(&mut self, url: &str) -> (String, Mark) {
        (String::new(), url.parse().map_or(Mark::Plain, Mark::Link))
    }

    fn decorate_link_end(&mut self) -> String {
        String::new()
    }

    fn decorate_em_start(&self) -> (String, Mark) {
        (String::new(), Mark::Emphasis)
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, Mark) {
        (String::new(), Mark::Strong)
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, Mark) {
        (String::new(), Mark::Heading)
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, Mark) {
        (String::new(), Mark::Code)
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_superscript_start(&self) -> (String, Mark) {
        (String::new(), Mark::Image)
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) -> Mark {
        Mark::Code
    }

    fn decorate_preformat_cont(&self) -> Mark {
        Mark::Code
    }

    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, Mark) {
        (title.to_owned(), Mark::Image)
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "• ".to_owned()
    }

    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }

    fn finalise(&mut self, _urls: Vec<String>) -> Vec<TaggedLine<Mark>> {
        Vec::new()
    }
}
