//! Caches the styles of the current theme.

use crate::app::Model;
use crate::runtime::charset::TerminalCharset;
use crate::ui::theme::{ColorDepth, Styles};

/// Caches the styles of the current theme, so that the theme is parsed again only after it has changed.
#[derive(Debug)]
pub(super) struct StyleCache {
    depth: ColorDepth,
    hyperlinks: bool,
    key: (String, bool),
    styles: Styles,
}

impl StyleCache {
    pub(super) fn new(depth: ColorDepth, hyperlinks: bool) -> Self {
        let key = ("terminal".to_owned(), false);
        let styles = Styles::from_name(&key.0, depth).with_hyperlinks(hyperlinks);
        Self { depth, hyperlinks, key, styles }
    }

    pub(super) fn styles_for(&mut self, model: &Model, charset: TerminalCharset) -> &Styles {
        let no_color = model.settings.no_color;
        if self.key.0 != model.theme() || self.key.1 != no_color {
            self.key = (model.theme().to_owned(), no_color);
            let styles = if no_color {
                Styles::without_colours()
            } else {
                Styles::from_name(model.theme(), self.depth)
            };
            self.styles = styles.with_hyperlinks(self.hyperlinks);
        }
        self.styles.ascii = charset != TerminalCharset::Utf8;
        &self.styles
    }
}
