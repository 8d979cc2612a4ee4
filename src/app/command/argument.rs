//! The kinds of arguments that commands take from key bindings and from the palette.

/// The kind of argument that a command takes, such as the name of a theme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgumentKind {
    /// The argument is the position of a code in the list of codes, counted from 1.
    CodePosition,
    /// The argument is the position of a link in the list of links, counted from 1.
    LinkPosition,
    /// The argument is the name of a theme.
    Theme,
    /// The argument is the name of a grouping of the list.
    Grouping,
    /// The argument consists of the terms of a filter.
    FilterTerms,
    /// The argument consists of the terms of a search.
    SearchTerms,
    /// The argument is a shell command that receives the mail.
    ShellCommand,
    /// The argument is the word that extends an address.
    AddressWord,
    /// The argument is the name of a session.
    SessionName,
}
