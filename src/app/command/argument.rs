//! The kinds of arguments that commands take. The user specifies arguments in key bindings and in the command palette.

/// The kind of argument that a command takes, such as the name of a theme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgumentKind {
    /// The argument is the position of a code in the mail's list of codes, counted from 1.
    CodePosition,
    /// The argument is the position of a link in the mail's list of links, counted from 1.
    LinkPosition,
    /// The argument is the name of a theme.
    Theme,
    /// The argument is the name of an inbox grouping.
    Grouping,
    /// The argument is the text of an inbox filter.
    FilterTerms,
    /// The argument is the text to search for.
    SearchTerms,
    /// The argument is a shell command to which the program pipes the mail.
    ShellCommand,
    /// The argument is the plus tag to add to an address, such as `word` in `login+word@domain`.
    AddressWord,
    /// The argument is the new name of a session.
    SessionName,
}
