//! Converts HTML forms to text in their initial state, before the user fills them in. No form is ever submitted.

use super::Walker;
use super::context::{ElementContext, inherit};
use crate::html::css::{Declared, ScriptPosition};
use crate::html::tree::{Element, HtmlNode};
use html5ever::local_name;

/// Text that represents a form field with neither a value nor a name.
const UNNAMED_FIELD: &str = "____";
/// Maximum length in bytes of the displayed option of a `select` element; longer text is truncated.
const MAX_CHOICE_BYTES: usize = 200;

impl<'a> Walker<'a> {
    /// Adds the text of an `input` element: its value, or its name in square brackets if it has no value.
    pub(super) fn input(&mut self, element: Element<'a>, context: &ElementContext) {
        let kind = element.get(&local_name!("type")).unwrap_or("text").trim().to_ascii_lowercase();
        let value = element.get(&local_name!("value")).unwrap_or_default().trim();
        let checked = element.get(&local_name!("checked")).is_some();
        let context = &own(element, context);
        match kind.as_str() {
            "hidden" => {}
            "checkbox" => self.text(if checked { "[x] " } else { "[ ] " }, context),
            "radio" => self.text(if checked { "(x) " } else { "( ) " }, context),
            "submit" => self.button(if value.is_empty() { "Submit" } else { value }, context),
            "reset" => self.button(if value.is_empty() { "Reset" } else { value }, context),
            "button" => self.button(value, context),
            "image" => self.button(element.get(&local_name!("alt")).unwrap_or("Submit"), context),
            "file" => self.button("Choose a file", context),
            "password" => self.field(element, "", context),
            _ => self.field(element, value, context),
        }
    }

    fn button(&mut self, words: &str, context: &ElementContext) {
        if words.is_empty() || context.anchor.is_some() {
            self.text(words, context);
        } else {
            self.text(&format!("[ {words} ]"), context);
        }
    }

    fn field(&mut self, element: Element<'_>, value: &str, context: &ElementContext) {
        if value.is_empty() {
            self.text(&format!("[{}]", name(element)), context);
        } else {
            self.text(value, context);
        }
    }

    /// Adds the text of a `textarea` element: its content, or its name in square brackets if it has no content.
    pub(super) fn text_area(&mut self, element: Element<'a>, context: &ElementContext) {
        let filled = element.children().any(|child| match child {
            HtmlNode::Text(text) => !text.trim().is_empty(),
            HtmlNode::Element(_) => false,
        });
        if filled {
            self.children(element, own(element, context));
        } else {
            self.field(element, "", &own(element, context));
        }
    }

    /// Adds the text of a `select` element: its selected options in square brackets.
    pub(super) fn select(&mut self, element: Element<'a>, declared: &Declared, context: &ElementContext) {
        let context = inherit(*context, element, declared);
        let chosen = chosen(element).unwrap_or_default();
        let chosen = chosen.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        if !chosen.is_empty() {
            self.text(&format!("[{chosen} ▾]"), &context);
        }
    }
}

/// Returns the state that the content of a form field inherits. Superscript, subscript and reversed letter order are
/// not inherited.
fn own(element: Element<'_>, context: &ElementContext) -> ElementContext {
    let raised: Option<ScriptPosition> = None;
    ElementContext { raised, reversed: false, ..inherit(*context, element, &Declared::default()) }
}

/// Returns the display name of a form field, taken from the attributes of its element.
fn name(element: Element<'_>) -> &str {
    let names =
        [local_name!("placeholder"), local_name!("aria-label"), local_name!("title"), local_name!("name")];
    let mut said = names.iter().filter_map(|name| element.get(name)).map(str::trim);
    said.find(|name| !name.is_empty()).unwrap_or(UNNAMED_FIELD)
}

/// Returns the text of the selected option of a `select` element, or of the first option if none is selected. If the
/// element has the `multiple` attribute, returns the text of all selected options, or an empty string if none is
/// selected. Returns `None` if the element has no options.
fn chosen(select: Element<'_>) -> Option<String> {
    let groups = select.elements().flat_map(|inner| {
        let options = (*inner.tag == local_name!("optgroup")).then(|| inner.elements());
        std::iter::once(inner).chain(options.into_iter().flatten())
    });
    let mut options = groups.filter(|inner| *inner.tag == local_name!("option"));
    let first = options.next()?;
    let is_selected = |option: &Element<'_>| option.get(&local_name!("selected")).is_some();
    if select.get(&local_name!("multiple")).is_some() {
        let selected = std::iter::once(first).chain(options).filter(is_selected);
        let mut words = String::new();
        for option in selected {
            if words.len() >= MAX_CHOICE_BYTES {
                break;
            }
            let separator = if words.is_empty() { "" } else { ", " };
            words.push_str(separator);
            words.push_str(&option_text(option));
        }
        return Some(words);
    }
    Some(option_text(if is_selected(&first) { first } else { options.find(is_selected).unwrap_or(first) }))
}

/// Returns the text of an `option` element, truncated to [`MAX_CHOICE_BYTES`].
fn option_text(option: Element<'_>) -> String {
    if let Some(label) = option.get(&local_name!("label")) {
        return label.get(..label.floor_char_boundary(MAX_CHOICE_BYTES)).unwrap_or_default().to_owned();
    }
    let mut words = String::new();
    for child in option.children() {
        if let HtmlNode::Text(text) = child {
            let remaining = MAX_CHOICE_BYTES.saturating_sub(words.len());
            words.push_str(text.get(..text.floor_char_boundary(remaining)).unwrap_or_default());
        }
    }
    words
}
