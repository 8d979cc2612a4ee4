//! The one table of commands: keys, help, palette and the README's rows come from here.

use super::key::{Code, Key};

/// What the reader of the screen wants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the table below holds the words for each")]
pub enum Command {
    Down,
    Up,
    First,
    Last,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    NextPane,
    PreviousPane,
    Open,
    Back,
    Quit,
    NewAddress,
    NewAddressOn,
    CopyAddress,
    Delete,
    Restore,
    BringBack,
    CopyCode,
    ChooseCode,
    CopyLink,
    ChooseLink,
    OpenLink,
    NextView,
    NextMail,
    PreviousMail,
    SaveMail,
    SaveAttachments,
    Pipe,
    Edit,
    Page,
    Browse,
    Search,
    SearchNext,
    SearchPrevious,
    Filter,
    Refresh,
    SolveCaptcha,
    Watch,
    MarkUnread,
    Help,
    Palette,
}

/// Where a command means something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// In every pane.
    Everywhere,
    /// Where there is a mail: in the inbox and in the message.
    Mail,
    /// In the message alone.
    Message,
    /// Only while a search is on, in the pane that has the focus.
    Searching,
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// What it does.
    pub command: Command,
    /// Its name in the palette.
    pub name: &'static str,
    /// The keys that it is bound to, the one to show first.
    pub keys: &'static [Key],
    /// What it does, in words.
    pub help: &'static str,
    /// Where it means something.
    pub scope: Scope,
}

const fn row(
    command: Command,
    name: &'static str,
    keys: &'static [Key],
    help: &'static str,
    scope: Scope,
) -> Row {
    Row { command, name, keys, help, scope }
}

use Command as C;
use Scope::{Everywhere, Mail, Message, Searching};

/// All commands, in the order of the help.
pub const TABLE: &[Row] = &[
    row(C::CopyCode, "copy-code", &[Key::char('c')], "copy the best code", Everywhere),
    row(C::ChooseCode, "choose-code", &[Key::char('C')], "choose a code to copy", Mail),
    row(C::CopyLink, "copy-link", &[Key::char('y')], "copy the best link", Everywhere),
    row(C::ChooseLink, "choose-link", &[Key::char('Y')], "choose a link to copy", Mail),
    row(C::OpenLink, "open-link", &[Key::char('o')], "open the best link in the browser (asks)", Mail),
    row(C::CopyAddress, "copy-address", &[Key::char('a')], "copy the address", Everywhere),
    row(C::Watch, "watch", &[Key::char('w')], "watch: copy the next code as soon as it comes", Everywhere),
    row(C::NewAddress, "new-address", &[Key::char('n')], "new address on a random domain", Everywhere),
    row(
        C::NewAddressOn,
        "new-address-on",
        &[Key::char('N')],
        "new address on a domain of your choice",
        Everywhere,
    ),
    row(C::Delete, "delete", &[Key::char('d')], "delete the address, or hide the mail (asks)", Everywhere),
    row(C::Restore, "restore", &[Key::char('R')], "restore the addresses of a lapsed session", Everywhere),
    row(
        C::BringBack,
        "bring-back",
        &[Key::char('H')],
        "bring back a hidden mail or a deleted address",
        Everywhere,
    ),
    row(C::Open, "open", &[Key::plain(Code::Enter)], "open", Everywhere),
    row(C::Back, "back", &[Key::plain(Code::Esc)], "back", Everywhere),
    row(
        C::NextView,
        "next-view",
        &[Key::char('v')],
        "next view: text, HTML as text, headers, raw, parts",
        Message,
    ),
    row(C::NextMail, "next-mail", &[Key::char('J')], "next mail (older), while reading", Message),
    row(C::PreviousMail, "previous-mail", &[Key::char('K')], "previous mail (newer), while reading", Message),
    row(C::SaveMail, "save-mail", &[Key::char('s')], "save the mail as .eml", Mail),
    row(C::SaveAttachments, "attachments", &[Key::char('S')], "attachments: view, save, open", Mail),
    row(
        C::Pipe,
        "pipe",
        &[Key::char('|')],
        "hand the mail, or the part on the screen, to a command",
        Message,
    ),
    row(C::Page, "pager", &[Key::char('p')], "read this view in $PAGER", Message),
    row(C::Edit, "editor", &[Key::char('E')], "open this view in $EDITOR", Message),
    row(C::Browse, "browse", &[Key::char('b')], "show the HTML, made harmless, in the browser", Message),
    row(C::MarkUnread, "mark-unread", &[Key::char('u')], "mark the mail as unread", Mail),
    row(C::Search, "search", &[Key::char('/')], "search in the message, or in the inbox", Everywhere),
    row(C::SearchNext, "search-next", &[Key::char('n')], "next match", Searching),
    row(C::SearchPrevious, "search-previous", &[Key::char('N')], "previous match", Searching),
    row(C::Filter, "filter", &[Key::char('\\')], "show only mails that hold these words", Everywhere),
    row(C::Refresh, "refresh", &[Key::char('r')], "look for mail now; reconnect at once", Everywhere),
    row(
        C::SolveCaptcha,
        "solve-captcha",
        &[Key::char('!')],
        "solve the captcha that the service offers, for more calls",
        Everywhere,
    ),
    row(C::Down, "down", &[Key::char('j'), Key::plain(Code::Down)], "down", Everywhere),
    row(C::Up, "up", &[Key::char('k'), Key::plain(Code::Up)], "up", Everywhere),
    row(C::First, "first", &[Key::char('g'), Key::plain(Code::Home)], "to the start", Everywhere),
    row(C::Last, "last", &[Key::char('G'), Key::plain(Code::End)], "to the end", Everywhere),
    row(C::HalfDown, "half-page-down", &[Key::ctrl('d')], "half a page down", Everywhere),
    row(C::HalfUp, "half-page-up", &[Key::ctrl('u')], "half a page up", Everywhere),
    row(
        C::PageDown,
        "page-down",
        &[Key::plain(Code::PageDown), Key::char(' '), Key::ctrl('f')],
        "a page down",
        Everywhere,
    ),
    row(C::PageUp, "page-up", &[Key::plain(Code::PageUp), Key::ctrl('b')], "a page up", Everywhere),
    row(
        C::NextPane,
        "next-pane",
        &[Key::plain(Code::Tab), Key::char('l'), Key::plain(Code::Right)],
        "next pane",
        Everywhere,
    ),
    row(
        C::PreviousPane,
        "previous-pane",
        &[Key::plain(Code::BackTab), Key::char('h'), Key::plain(Code::Left)],
        "previous pane",
        Everywhere,
    ),
    row(C::Help, "help", &[Key::char('?')], "this help", Everywhere),
    row(C::Palette, "palette", &[Key::char(':'), Key::ctrl('p')], "all commands", Everywhere),
    row(C::Quit, "quit", &[Key::char('q'), Key::ctrl('c')], "quit (all is saved)", Everywhere),
];

/// What the keys mean at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// A mail is at hand.
    pub mail: bool,
    /// The message has the focus.
    pub message: bool,
    /// A search is on in the pane that has the focus.
    pub searching: bool,
}

impl Context {
    /// Whether a command of this scope means something now.
    pub fn allows(self, scope: Scope) -> bool {
        match scope {
            Everywhere => true,
            Mail => self.mail,
            Message => self.message,
            Searching => self.searching,
        }
    }
}

/// The command that a key stands for. The narrowest scope wins, so that `n` goes to the next
/// match while a search is on and makes a new address otherwise.
pub fn lookup(key: Key, context: Context) -> Option<Command> {
    let bound = || TABLE.iter().filter(|row| row.keys.contains(&key));
    let searching = bound().find(|row| row.scope == Searching && context.allows(row.scope));
    searching.or_else(|| bound().find(|row| row.scope != Searching)).map(|row| row.command)
}

/// The key to show for a command.
pub fn key_of(command: Command) -> Option<Key> {
    TABLE.iter().find(|row| row.command == command)?.keys.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_scope() {
        for (index, row) in TABLE.iter().enumerate() {
            for other in &TABLE[index + 1..] {
                let apart = (row.scope == Searching) != (other.scope == Searching);
                for key in row.keys {
                    assert!(apart || !other.keys.contains(key), "{key} is {} and {}", row.name, other.name);
                }
            }
        }
    }

    #[test]
    fn n_is_the_next_match_only_while_a_search_is_on() {
        let context = Context { mail: true, message: true, searching: false };
        assert_eq!(lookup(Key::char('n'), context), Some(Command::NewAddress));
        let searching = Context { searching: true, ..context };
        assert_eq!(lookup(Key::char('n'), searching), Some(Command::SearchNext));
    }
}
