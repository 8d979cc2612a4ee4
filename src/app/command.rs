//! The table of all commands, from which key bindings, help, palette and the key table of the documentation
//! are made.

use super::key::{Code, Key};
use super::layout::Pane;

/// A command that the user runs by a key, the palette or the mouse.
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
    OwnDomains,
    CopyAddress,
    CopySubaddress,
    Delete,
    Restore,
    BringBack,
    Undo,
    CopyCode,
    ChooseCode,
    CopyLink,
    ChooseLink,
    OpenLink,
    NextView,
    FoldQuotes,
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
    Rename,
    UseAddress,
    History,
    Qr,
    Theme,
    Mark,
    MarkRange,
    ToggleScope,
    Zoom,
    Grow,
    Shrink,
    ToggleSplit,
    ToggleAddresses,
    ToggleMessage,
    ResetPanes,
    Suspend,
    Help,
    Palette,
}

/// Parts of the screen in which a command is available.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Availability {
    /// The command is available in every pane.
    Everywhere,
    /// The command is available where there is a mail: in the inbox and in the message pane.
    Mail,
    /// The command is available in the message pane only.
    Message,
    /// The command is available only during a search in the focused pane.
    Searching,
}

/// One row of the command table: the name, the default keys and the texts of a command.
#[derive(Debug)]
pub struct CommandSpec {
    /// The command that this row of the table describes.
    pub command: Command,
    /// Name of the command in the palette and in the settings.
    pub name: &'static str,
    /// Default keys of the command; texts on the screen name the first one.
    pub keys: &'static [Key],
    /// Description of the command, shown in the help and the palette.
    pub help: &'static str,
    /// Parts of the screen in which the command is available.
    pub scope: Availability,
    /// Hint for the command in the status line; `None` if the status line never names the command.
    pub hint: Option<Hint>,
}

/// A hint in the status line: the key of a command and a short label.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// Label of the hint in the status line, one or two words.
    pub word: &'static str,
    /// The hint appears in the status line while one of these panes has the focus.
    pub panes: &'static [Pane],
    /// Sort key of the hint in the status line; hints with a smaller rank come first.
    pub rank: u8,
}

impl CommandSpec {
    /// Returns the row with a hint for the status line added.
    #[must_use]
    const fn hint(self, word: &'static str, panes: &'static [Pane], rank: u8) -> Self {
        Self { hint: Some(Hint { word, panes, rank }), ..self }
    }
}

const EVERY: &[Pane] = &[Pane::Sessions, Pane::Inbox, Pane::Message];
const MAILS: &[Pane] = &[Pane::Inbox, Pane::Message];
const SESSIONS: &[Pane] = &[Pane::Sessions];
const INBOX: &[Pane] = &[Pane::Inbox];
const MESSAGE: &[Pane] = &[Pane::Message];

const fn row(
    command: Command,
    name: &'static str,
    keys: &'static [Key],
    help: &'static str,
    scope: Availability,
) -> CommandSpec {
    CommandSpec { command, name, keys, help, scope, hint: None }
}

use Availability::{Everywhere, Mail, Message, Searching};
use Command as C;

/// All commands, in the order of the help.
pub const COMMANDS: &[CommandSpec] = &[
    row(C::CopyCode, "copy-code", &[Key::char('c')], "copy the best code", Everywhere).hint("code", MAILS, 1),
    row(C::ChooseCode, "choose-code", &[Key::char('C')], "choose a code to copy", Mail),
    row(C::CopyLink, "copy-link", &[Key::char('y')], "copy the best link", Everywhere).hint("link", MAILS, 2),
    row(C::ChooseLink, "choose-link", &[Key::char('Y')], "choose a link to copy", Mail),
    row(C::OpenLink, "open-link", &[Key::char('o')], "open the best link in the browser (asks)", Mail)
        .hint("browser", MESSAGE, 12),
    row(C::CopyAddress, "copy-address", &[Key::char('a')], "copy the address", Everywhere).hint(
        "address",
        &[Pane::Sessions, Pane::Inbox],
        6,
    ),
    row(
        C::CopySubaddress,
        "copy-extended",
        &[Key::char('A')],
        "copy the address as login+word@domain",
        Everywhere,
    ),
    row(C::Watch, "watch", &[Key::char('w')], "watch: copy the next code as soon as it comes", Everywhere)
        .hint("watch", INBOX, 9),
    row(C::NewAddress, "new-address", &[Key::char('n')], "new address on a random domain", Everywhere).hint(
        "new address",
        &[Pane::Sessions, Pane::Inbox],
        8,
    ),
    row(
        C::NewAddressOn,
        "new-address-on",
        &[Key::char('N')],
        "new address on a domain of your choice",
        Everywhere,
    )
    .hint("new on domain", SESSIONS, 11),
    row(C::OwnDomains, "own-domains", &[Key::char('D')], "personal domains: add or delete one", Everywhere),
    row(C::Delete, "delete", &[Key::char('d')], "delete the address, or hide the mail (asks)", Everywhere)
        .hint("delete", EVERY, 10),
    row(C::Restore, "restore", &[Key::char('R')], "restore the addresses of a lapsed session", Everywhere)
        .hint("restore", SESSIONS, 3),
    row(
        C::BringBack,
        "bring-back",
        &[Key::char('H')],
        "show hidden mail again, restore a deleted address",
        Everywhere,
    ),
    row(C::Undo, "undo", &[Key::char('U')], "undo the last hide, delete, mark or name", Everywhere)
        .hint("undo", EVERY, 5),
    row(C::Open, "open", &[Key::plain(Code::Enter)], "open", Everywhere).hint("open", INBOX, 7),
    row(C::Back, "back", &[Key::plain(Code::Esc)], "back", Everywhere).hint("back", MESSAGE, 3),
    row(
        C::NextView,
        "next-view",
        &[Key::char('v')],
        "next view: text, HTML as text, headers, raw, parts",
        Message,
    )
    .hint("view", MESSAGE, 7),
    row(C::FoldQuotes, "fold-quotes", &[Key::char('f')], "show or fold the quoted mails", Message),
    row(C::NextMail, "next-mail", &[Key::char('J')], "next mail (older), while reading", Message),
    row(C::PreviousMail, "previous-mail", &[Key::char('K')], "previous mail (newer), while reading", Message),
    row(C::SaveMail, "save-mail", &[Key::char('s')], "save the mail as .eml", Mail).hint("save", MAILS, 10),
    row(C::SaveAttachments, "attachments", &[Key::char('S')], "attachments: view, save, open", Mail).hint(
        "attachments",
        MAILS,
        9,
    ),
    row(C::Pipe, "pipe", &[Key::char('|')], "pass the mail, or the part on the screen, to a command", Mail)
        .hint("pipe", MESSAGE, 13),
    row(C::Page, "pager", &[Key::char('p')], "read this view in $PAGER", Mail),
    row(C::Edit, "editor", &[Key::char('E')], "open this view in $EDITOR", Mail),
    row(C::Browse, "browse", &[Key::char('B')], "show the sanitised HTML in the browser", Mail),
    row(C::MarkUnread, "mark-unread", &[Key::char('u')], "mark the mail as unread", Mail)
        .hint("unread", MESSAGE, 14),
    row(C::Mark, "mark", &[Key::char(' ')], "mark the mail, to act on several; in a mail a page down", Mail)
        .hint("mark", INBOX, 13),
    row(C::MarkRange, "mark-range", &[Key::char('V')], "mark a range of mails", Mail),
    row(
        C::ToggleScope,
        "one-by-one",
        &[Key::char('.')],
        "mail of all sessions, or of the one under the cursor",
        Everywhere,
    ),
    row(C::Search, "search", &[Key::char('/')], "search the message, or all stored mail", Everywhere)
        .hint("search", MAILS, 11),
    row(C::SearchNext, "search-next", &[Key::char('n')], "next match", Searching).hint("next", MAILS, 0),
    row(C::SearchPrevious, "search-previous", &[Key::char('N')], "previous match", Searching),
    row(
        C::Filter,
        "filter",
        &[Key::char('\\')],
        "show only some mails: words, from: has:code is:unread after:2d …",
        Everywhere,
    )
    .hint("filter", INBOX, 12),
    row(C::Rename, "rename", &[Key::char('e')], "name the session", Everywhere).hint("rename", SESSIONS, 11),
    row(
        C::UseAddress,
        "use-address",
        &[Key::char('M')],
        "make the address the current one, which commands mean",
        Everywhere,
    ),
    row(C::History, "history", &[Key::char('L')], "history: what was done, and when", Everywhere),
    row(C::Qr, "qr", &[Key::char('Q')], "show the address or a link as a QR code", Everywhere)
        .hint("QR code", SESSIONS, 12),
    row(C::Refresh, "refresh", &[Key::char('r')], "check for mail now; reconnect at once", Everywhere).hint(
        "try now",
        &[],
        0,
    ),
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
    row(C::PageDown, "page-down", &[Key::plain(Code::PageDown), Key::ctrl('f')], "a page down", Everywhere),
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
    row(C::Zoom, "zoom", &[Key::char('z')], "this pane alone, or all panes", Everywhere),
    row(C::Grow, "grow", &[Key::char('>')], "make this pane larger", Everywhere),
    row(C::Shrink, "shrink", &[Key::char('<')], "make this pane smaller", Everywhere),
    row(C::ToggleSplit, "turn-split", &[Key::char('t')], "message below the inbox, or beside it", Everywhere),
    row(C::ToggleAddresses, "addresses", &[Key::char('b')], "show or hide the addresses", Everywhere),
    row(C::ToggleMessage, "message", &[Key::char('m')], "show or hide the message", Everywhere),
    row(C::ResetPanes, "reset-panes", &[Key::char('=')], "panes in their default layout", Everywhere),
    row(C::Theme, "theme", &[Key::char('T')], "choose a theme", Everywhere),
    row(C::Suspend, "suspend", &[Key::ctrl('z')], "suspend; fg resumes", Everywhere),
    row(C::Help, "help", &[Key::char('?')], "list the keys", Everywhere).hint("help", EVERY, 4),
    row(C::Palette, "palette", &[Key::char(':'), Key::ctrl('p')], "all commands", Everywhere),
    row(C::Quit, "quit", &[Key::char('q'), Key::ctrl('c')], "quit", Everywhere).hint("quit", EVERY, 6),
];

/// The state of the screen that decides which commands are available.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// Whether there is a mail to which a command can apply.
    pub mail: bool,
    /// Whether the message pane has the focus and shows a mail.
    pub message: bool,
    /// Whether a search is active in the focused pane.
    pub searching: bool,
}

impl Context {
    /// Whether a command with the availability `scope` can run in this state of the screen.
    pub fn allows(self, scope: Availability) -> bool {
        match scope {
            Everywhere => true,
            Mail => self.mail,
            Message => self.message,
            Searching => self.searching,
        }
    }
}

impl Command {
    /// Whether the command concerns addresses, sessions or the service. Such a command is not available while
    /// the program only shows mail files.
    pub fn needs_service(self) -> bool {
        matches!(
            self,
            Self::NewAddress
                | Self::NewAddressOn
                | Self::OwnDomains
                | Self::CopyAddress
                | Self::CopySubaddress
                | Self::Restore
                | Self::Rename
                | Self::UseAddress
                | Self::History
                | Self::Refresh
                | Self::SolveCaptcha
                | Self::Watch
        )
    }
}

/// Finds the row of a command in the command table.
pub fn row_of(command: Command) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|row| row.command == command)
}

/// Writes the section KEYS of the manual page, in roff.
pub fn man_section() -> String {
    let plain = |text: &str| text.replace('\\', "\\e").replace('-', "\\-");
    let mut text = String::from(".SH KEYS\n");
    for row in COMMANDS {
        let keys: Vec<String> = row.keys.iter().map(|key| plain(&key.to_string())).collect();
        let line = format!(".TP\n.B \\&{}\n{} ({})\n", keys.join(" "), plain(row.help), plain(row.name));
        text.push_str(&line);
    }
    text
}
