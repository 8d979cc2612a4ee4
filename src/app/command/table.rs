//! The table of all commands. The default key bindings, the help, the command palette and the key table of the
//! documentation are generated from this table.

// This file exceeds 300 lines because it is one table with a row for each command.

use super::AddressCommand::{
    CopyAddress, CopySubaddress, History, NewAddress, NewAddressOn, OwnDomains, Refresh, Rename, Restore,
    SolveCaptcha, UseAddress, Watch,
};
use super::AppCommand::{Back, BringBack, Delete, Help, Jobs, Open, Palette, Qr, Quit, Suspend, Theme, Undo};
use super::Command::{Address, App, List, Mail, MessagePane, Move};
use super::ListCommand::{Filter, Group, Mark, MarkRange, Search, SearchNext, SearchPrevious, ToggleScope};
use super::MailCommand::{
    Browse, ChooseCode, ChooseLink, CopyCode, CopyLink, Edit, MarkUnread, OpenLink, Page, Pipe,
    SaveAttachments, SaveMail, Star,
};
use super::MessagePaneCommand::{NextMail, NextView, PreviousMail, ToggleQuotes};
use super::MoveCommand::{Down, First, HalfDown, HalfUp, Last, PageDown, PageUp, Up};
use super::PaneCommand::{
    Grow, NextPane, PreviousPane, ResetPanes, Shrink, ToggleAddresses, ToggleMessage, ToggleSplit, Zoom,
};
use super::hint::rank::{AFTER_ADDRESS, AFTER_BACK, AFTER_HELP, FIRST, LAST as LAST_HINT};
use super::spec::{CommandSpec, row};
use super::{ArgumentKind, Availability as On, Command, HintState};
use crate::app::key::{Key, KeyCode};
use crate::app::layout::Pane;

const EVERY: &[Pane] = &[Pane::Sessions, Pane::Inbox, Pane::Message];
const MAILS: &[Pane] = &[Pane::Inbox, Pane::Message];
const LISTS: &[Pane] = &[Pane::Sessions, Pane::Inbox];
const SESSIONS: &[Pane] = &[Pane::Sessions];
const INBOX: &[Pane] = &[Pane::Inbox];
const MESSAGE: &[Pane] = &[Pane::Message];

/// All commands, in the order in which the help lists them.
pub const COMMANDS: &[CommandSpec] = &[
    row(Mail(CopyCode), "copy-code", &[Key::char('c')], "copy the best code", On::Everywhere)
        .hint("code", MAILS, 1)
        .hint_changes(&[
            HintState::OnlyCodeCandidates.word("choose code"),
            HintState::CodeOfOtherMail.sender(),
        ])
        .argument(ArgumentKind::CodePosition),
    row(Mail(ChooseCode), "choose-code", &[Key::char('C')], "choose a code to copy", On::Mail),
    row(Mail(CopyLink), "copy-link", &[Key::char('y')], "copy the best link", On::Everywhere)
        .hint("link", MAILS, 2)
        .hint_changes(&[
            HintState::OnlyLinkCandidates.rank(AFTER_ADDRESS),
            HintState::OnlyLinkCandidates.word("choose link"),
            HintState::LinkOfOtherMail.rank(AFTER_ADDRESS),
            HintState::LinkOfOtherMail.sender(),
        ])
        .argument(ArgumentKind::LinkPosition),
    row(Mail(ChooseLink), "choose-link", &[Key::char('Y')], "choose a link to copy", On::Mail),
    row(Mail(OpenLink), "open-link", &[Key::char('o')], "open the best link in the browser (asks)", On::Mail)
        .hint("open link", MAILS, 3),
    row(Address(CopyAddress), "copy-address", &[Key::char('a')], "copy the address", On::Everywhere)
        .hint("address", LISTS, 6),
    row(
        Address(CopySubaddress),
        "copy-extended",
        &[Key::char('A')],
        "copy the address as login+word@domain",
        On::Everywhere,
    )
    .argument(ArgumentKind::AddressWord),
    row(
        Address(Watch),
        "watch",
        &[Key::char('w')],
        "watch: copy each new code as soon as it arrives",
        On::Everywhere,
    )
    .hint("watch", INBOX, 9)
    .hint_changes(&[HintState::Watching.word("stop watching")]),
    row(
        Address(NewAddress),
        "new-address",
        &[Key::char('n')],
        "new address on a random domain",
        On::Everywhere,
    )
    .hint("new address", LISTS, 8),
    row(
        Address(NewAddressOn),
        "new-address-on",
        &[Key::char('N')],
        "new address on a domain of your choice",
        On::Everywhere,
    )
    .hint("new on domain", SESSIONS, 11),
    row(
        Address(OwnDomains),
        "own-domains",
        &[Key::char('D')],
        "personal domains: add or delete one",
        On::Everywhere,
    ),
    row(
        App(Delete),
        "delete",
        &[Key::char('d'), Key::plain(KeyCode::Delete)],
        "hide the mail; delete the address (asks)",
        On::Everywhere,
    )
    .hint("delete", EVERY, 10)
    .hint_changes(&[
        // The user marks mails in order to run a command on all of them.
        HintState::MailsMarked.rank(FIRST),
        HintState::MailsFocused.rank(LAST_HINT),
        HintState::MailsFocused.word("hide"),
        HintState::SessionLapsed.word("take out"),
    ]),
    row(
        Address(Restore),
        "restore",
        &[Key::char('R')],
        "restore a lapsed session and its addresses",
        On::Everywhere,
    )
    .hint("restore session", SESSIONS, 3),
    row(
        App(BringBack),
        "bring-back",
        &[Key::char('H')],
        "get back hidden mail and deleted addresses",
        On::Everywhere,
    )
    .hint("get back", LISTS, 18),
    row(
        App(Undo),
        "undo",
        &[Key::char('U')],
        "undo the last hide, delete, star, mark or name",
        On::Everywhere,
    )
    .hint("undo", EVERY, 5),
    row(App(Open), "open", &[Key::plain(KeyCode::Enter)], "open", On::Everywhere)
        .hint("open", INBOX, 7)
        // With one pane on the screen, the user needs to know how to reach the message.
        .hint_changes(&[HintState::OnePane.rank(AFTER_HELP)]),
    row(App(Back), "back", &[Key::plain(KeyCode::Esc)], "back", On::Everywhere).hint("back", MESSAGE, 3),
    row(
        MessagePane(NextView),
        "next-view",
        &[Key::char('v')],
        "next view: text, HTML as text, headers, raw, parts",
        On::Message,
    )
    .hint("view", MESSAGE, 7),
    row(
        MessagePane(ToggleQuotes),
        "fold-quotes",
        &[Key::char('f')],
        "show or fold the quoted mails",
        On::Message,
    ),
    row(
        MessagePane(NextMail),
        "next-mail",
        &[Key::char('J')],
        "next mail (older), while reading",
        On::Message,
    ),
    row(
        MessagePane(PreviousMail),
        "previous-mail",
        &[Key::char('K')],
        "previous mail (newer), while reading",
        On::Message,
    ),
    row(
        Mail(SaveMail),
        "save-mail",
        &[Key::char('s')],
        "save the mail as .eml, or the attachment shown",
        On::Mail,
    )
    .hint("save", MAILS, 10)
    .hint_changes(&[HintState::MailsMarked.rank(FIRST)]),
    row(Mail(SaveAttachments), "attachments", &[Key::char('S')], "attachments: view, save, open", On::Mail)
        .hint("attachments", MAILS, 3)
        .hint_changes(&[HintState::Narrow.word("files")]),
    row(
        Mail(Pipe),
        "pipe",
        &[Key::char('|')],
        "pass the mail, or the part on the screen, to a command",
        On::Mail,
    )
    .hint("pipe", MESSAGE, 13)
    .argument(ArgumentKind::ShellCommand),
    row(Mail(Page), "pager", &[Key::char('p')], "read this view in $PAGER", On::Mail),
    row(Mail(Edit), "editor", &[Key::char('E')], "open this view in $EDITOR", On::Mail),
    row(Mail(Browse), "browse", &[Key::char('B')], "show the sanitised HTML in the browser", On::Mail),
    row(Mail(MarkUnread), "mark-unread", &[Key::char('u')], "mark the mail as unread", On::Mail)
        .hint("unread", MESSAGE, 14)
        .hint_changes(&[HintState::MailsMarked.always_shown(), HintState::MailsMarked.rank(FIRST)]),
    row(Mail(Star), "star", &[Key::char('*')], "give the mail a star, or take the star away", On::Mail)
        .hint("star", MAILS, 16),
    row(
        List(Mark),
        "mark",
        &[Key::char(' ')],
        "mark the mail, to act on several; in a mail a page down",
        On::Mail,
    )
    .hint("mark", INBOX, 13),
    row(List(MarkRange), "mark-range", &[Key::char('V')], "mark a range of mails", On::Mail),
    row(
        List(ToggleScope),
        "one-by-one",
        &[Key::char('.')],
        "mail of all sessions, or of the one under the cursor",
        On::Everywhere,
    ),
    row(
        List(Group),
        "group",
        &[Key::char(',')],
        "group the list by sign-up (site of the sender) or by address",
        On::Everywhere,
    )
    .argument(ArgumentKind::Grouping),
    row(
        List(Search),
        "search",
        &[Key::char('/')],
        "search the message, or all mail and its attachment names",
        On::Everywhere,
    )
    .hint("search", MAILS, 8)
    .argument(ArgumentKind::SearchTerms),
    row(List(SearchNext), "search-next", &[Key::char('n')], "next match", On::Searching)
        .hint("next", MAILS, 0)
        .hint_changes(&[HintState::MatchesOfInbox.rank(AFTER_BACK)]),
    row(List(SearchPrevious), "search-previous", &[Key::char('N')], "previous match", On::Searching),
    row(
        List(Filter),
        "filter",
        &[Key::char('\\')],
        "show only some mails: words, from: has:code is:unread after:2d …",
        On::Everywhere,
    )
    .hint("filter", INBOX, 12)
    .argument(ArgumentKind::FilterTerms),
    row(Address(Rename), "rename", &[Key::char('e')], "name the session", On::Everywhere)
        .hint("rename", SESSIONS, 11)
        .argument(ArgumentKind::SessionName),
    row(
        Address(UseAddress),
        "use-address",
        &[Key::char('M')],
        "make the address the current one, which commands mean",
        On::Everywhere,
    ),
    row(Address(History), "history", &[Key::char('L')], "history: what was done, and when", On::Everywhere),
    row(App(Qr), "qr", &[Key::char('Q')], "show the address or a link as a QR code", On::Everywhere)
        .hint("QR code", SESSIONS, 12),
    row(
        Address(Refresh),
        "refresh",
        &[Key::char('r')],
        "check for mail now; reconnect at once",
        On::Everywhere,
    )
    .hint("try now", &[], 0)
    .hint_changes(&[HintState::Disconnected.always_shown()]),
    row(
        Address(SolveCaptcha),
        "solve-captcha",
        &[Key::char('!')],
        "solve the captcha that the service offers, for more calls",
        On::Everywhere,
    ),
    row(Move(Down), "down", &[Key::char('j'), Key::plain(KeyCode::Down)], "down", On::Everywhere),
    row(Move(Up), "up", &[Key::char('k'), Key::plain(KeyCode::Up)], "up", On::Everywhere),
    row(Move(First), "first", &[Key::char('g'), Key::plain(KeyCode::Home)], "to the start", On::Everywhere),
    row(Move(Last), "last", &[Key::char('G'), Key::plain(KeyCode::End)], "to the end", On::Everywhere),
    row(Move(HalfDown), "half-page-down", &[Key::ctrl('d')], "half a page down", On::Everywhere),
    row(Move(HalfUp), "half-page-up", &[Key::ctrl('u')], "half a page up", On::Everywhere),
    row(
        Move(PageDown),
        "page-down",
        &[Key::plain(KeyCode::PageDown), Key::ctrl('f')],
        "a page down",
        On::Everywhere,
    ),
    row(Move(PageUp), "page-up", &[Key::plain(KeyCode::PageUp), Key::ctrl('b')], "a page up", On::Everywhere),
    row(
        Command::Pane(NextPane),
        "next-pane",
        &[Key::plain(KeyCode::Tab), Key::char('l'), Key::plain(KeyCode::Right)],
        "next pane",
        On::Everywhere,
    ),
    row(
        Command::Pane(PreviousPane),
        "previous-pane",
        &[Key::plain(KeyCode::BackTab), Key::char('h'), Key::plain(KeyCode::Left)],
        "previous pane",
        On::Everywhere,
    ),
    row(Command::Pane(Zoom), "zoom", &[Key::char('z')], "this pane alone, or all panes", On::Everywhere),
    row(Command::Pane(Grow), "grow", &[Key::char('>')], "make this pane larger", On::Everywhere),
    row(Command::Pane(Shrink), "shrink", &[Key::char('<')], "make this pane smaller", On::Everywhere),
    row(
        Command::Pane(ToggleSplit),
        "turn-split",
        &[Key::char('t')],
        "message below the inbox, or beside it",
        On::Everywhere,
    ),
    row(
        Command::Pane(ToggleAddresses),
        "addresses",
        &[Key::char('b')],
        "show or hide the addresses",
        On::Everywhere,
    ),
    row(
        Command::Pane(ToggleMessage),
        "message",
        &[Key::char('m')],
        "show or hide the message",
        On::Everywhere,
    ),
    row(
        Command::Pane(ResetPanes),
        "reset-panes",
        &[Key::char('=')],
        "panes in their default layout",
        On::Everywhere,
    ),
    row(App(Theme), "theme", &[Key::char('T')], "choose a theme", On::Everywhere)
        .hint("theme", EVERY, 17)
        .argument(ArgumentKind::Theme),
    row(App(Suspend), "suspend", &[Key::ctrl('z')], "suspend; fg resumes", On::Everywhere),
    row(App(Help), "help", &[Key::char('?')], "list the keys", On::Everywhere).hint("help", EVERY, 4),
    row(App(Palette), "palette", &[Key::char(':'), Key::ctrl('p')], "all commands", On::Everywhere)
        .hint("commands", EVERY, 15),
    row(
        App(Jobs),
        "running",
        &[Key::char('P')],
        "list what runs in the background, and stop it",
        On::Everywhere,
    ),
    row(App(Quit), "quit", &[Key::char('q'), Key::ctrl('c')], "quit", On::Everywhere)
        .hint("quit", EVERY, 6)
        .hint_changes(&[HintState::SessionsFocused.rank(LAST_HINT)]),
];
