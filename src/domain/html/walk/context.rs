//! What an element hands down, and what its style changes of it.

use crate::domain::html::css::Declared;
use crate::domain::html::flow::{Cell, Kind, Look};
use crate::domain::html::tree::Element;
use html5ever::{LocalName, local_name};

/// What an element hands down to what it holds.
#[derive(Clone, Copy, Default)]
pub(super) struct Context {
    pub(super) look: Look,
    pub(super) size_stated: bool,
    pub(super) invisible: bool,
    pub(super) pre: bool,
    pub(super) kind: Kind,
    pub(super) quote: u8,
    pub(super) list_depth: u8,
    pub(super) cell: Option<Cell>,
    pub(super) anchor: Option<usize>,
}

pub(super) fn is_hidden(element: Element<'_>, declared: &Declared) -> bool {
    declared.display_none || declared.collapsed || element.get(&local_name!("hidden")).is_some()
}

pub(super) fn inherit(outer: Context, tag: &LocalName, declared: &Declared) -> Context {
    let mut context = outer;
    match *tag {
        local_name!("b")
        | local_name!("strong")
        | local_name!("h5")
        | local_name!("h6")
        | local_name!("th") => context.look.strong = true,
        local_name!("i")
        | local_name!("em")
        | local_name!("cite")
        | local_name!("dfn")
        | local_name!("var") => context.look.emphasis = true,
        local_name!("code") | local_name!("kbd") | local_name!("samp") | local_name!("tt") => {
            context.look.mono = true;
        }
        local_name!("pre") => (context.pre, context.look.mono) = (true, true),
        local_name!("h1") | local_name!("h2") | local_name!("h3") | local_name!("h4") => {
            context.kind = Kind::Heading;
            context.look.strong = true;
            context.look.size = 24;
        }
        local_name!("blockquote") => context.quote = context.quote.saturating_add(1),
        local_name!("table") => {
            context.kind = if context.kind == Kind::Heading { Kind::Paragraph } else { context.kind }
        }
        _ => {}
    }
    if let Some(size) = declared.size {
        context.look.size = size.pixels(outer.look.size);
        context.size_stated = true;
    }
    context.look.strong = declared.strong.unwrap_or(context.look.strong);
    context.look.emphasis = declared.emphasis.unwrap_or(context.look.emphasis);
    context.look.mono = declared.mono.unwrap_or(context.look.mono);
    context.look.spaced = declared.spaced.unwrap_or(context.look.spaced);
    context.invisible = declared.invisible.unwrap_or(context.invisible);
    context.pre = declared.pre.unwrap_or(context.pre);
    context
}
