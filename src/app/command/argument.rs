//! The kinds of arguments that commands take from key bindings and from the command palette.

/// The kind of argument that a command takes, such as the name of a theme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgumentKind {
    /// The argument is the position of a code in the list of codes, counted from 1.
    CodePosition,
    /// The argument is the position of a link in the list of links, counted from 1.
    LinkPosition,
    /// The argument is the name of a theme.
    Theme,
    /// The argument is the name of an inbox grouping.
    Grouping,
    /// The argument consists of filter terms.
    FilterTerms,
    /// The argument consists of search terms.
    SearchTerms,
    /// The argument is a shell command to which the program pipes the mail.
    ShellCommand,
    /// The argument is the plus tag to add to an address, such as `word` in `login+word@domain`.
    AddressWord,
    /// The argument is the new name of a session.
    SessionName,
}
