//! Words with which users look for a command, in addition to the words of its name and description.

use super::{
    AddressCommand, AppCommand, Command, ListCommand, MailCommand, MessagePaneCommand, MoveCommand,
    PaneCommand,
};

impl Command {
    /// Returns words with which users look for the command, separated by spaces. The filter of the help and the command
    /// palette finds them; the screen does not show them.
    pub fn synonyms(self) -> &'static str {
        match self {
            Self::Move(command) => of_move(command),
            Self::Pane(command) => of_pane(command),
            Self::Address(command) => of_address(command),
            Self::Mail(command) => of_mail(command),
            Self::MessagePane(command) => match command {
                MessagePaneCommand::NextView => "source plain markup",
                MessagePaneCommand::ToggleQuotes => "reply replies collapse expand",
                MessagePaneCommand::NextMail | MessagePaneCommand::PreviousMail => "message",
            },
            Self::List(command) => of_list(command),
            Self::App(command) => of_app(command),
        }
    }
}

fn of_move(command: MoveCommand) -> &'static str {
    match command {
        MoveCommand::Down | MoveCommand::Up => "move cursor scroll arrow",
        MoveCommand::First => "top beginning first",
        MoveCommand::Last => "bottom last",
        MoveCommand::HalfDown | MoveCommand::HalfUp | MoveCommand::PageDown | MoveCommand::PageUp => "scroll",
    }
}

fn of_pane(command: PaneCommand) -> &'static str {
    match command {
        PaneCommand::NextPane | PaneCommand::PreviousPane => "switch focus window",
        PaneCommand::Zoom => "fullscreen maximise maximize",
        PaneCommand::Grow | PaneCommand::Shrink => "resize size width height",
        PaneCommand::ToggleSplit => "layout horizontal vertical",
        PaneCommand::ToggleAddresses => "sidebar toggle sessions",
        PaneCommand::ToggleMessage => "preview toggle",
        PaneCommand::ResetPanes => "reset restore layout",
    }
}

fn of_address(command: AddressCommand) -> &'static str {
    match command {
        AddressCommand::NewAddress | AddressCommand::NewAddressOn => "create add email generate",
        AddressCommand::OwnDomains => "custom own",
        AddressCommand::CopyAddress => "email clipboard yank",
        AddressCommand::CopySubaddress => "plus tag alias subaddress",
        AddressCommand::Restore => "recover expired revive renew",
        AddressCommand::Rename => "label title rename",
        AddressCommand::UseAddress => "default select",
        AddressCommand::Refresh => "reload fetch sync update",
        AddressCommand::SolveCaptcha => "limit robot",
        AddressCommand::Watch => "wait automatic clipboard",
        AddressCommand::History => "log activity events",
    }
}

fn of_mail(command: MailCommand) -> &'static str {
    match command {
        MailCommand::CopyCode | MailCommand::ChooseCode => "otp pin password 2fa verification clipboard",
        MailCommand::CopyLink | MailCommand::ChooseLink => "url verify confirm clipboard",
        MailCommand::OpenLink => "url web site visit",
        MailCommand::SaveMail => "download export file write",
        MailCommand::SaveAttachments => "files download",
        MailCommand::Pipe => "shell program filter",
        MailCommand::Edit => "vim write",
        MailCommand::Page => "less external",
        MailCommand::Browse => "web page render",
        MailCommand::MarkUnread => "seen new",
        MailCommand::Star => "flag favourite favorite important",
    }
}

fn of_list(command: ListCommand) -> &'static str {
    match command {
        ListCommand::ToggleScope => "scope everything",
        ListCommand::Search => "find look",
        ListCommand::SearchNext | ListCommand::SearchPrevious => "find hit result",
        ListCommand::Filter => "find limit narrow",
        ListCommand::Mark | ListCommand::MarkRange => "select tick check",
        ListCommand::Group => "sort order thread",
    }
}

fn of_app(command: AppCommand) -> &'static str {
    match command {
        AppCommand::Open => "read view show",
        AppCommand::Back => "close cancel escape",
        AppCommand::Quit => "exit leave end",
        AppCommand::Delete => "remove trash archive",
        AppCommand::BringBack => "unhide undelete recover trash",
        AppCommand::Undo => "revert",
        AppCommand::Qr => "phone scan barcode",
        AppCommand::Theme => "colours colors dark light appearance",
        AppCommand::Suspend => "pause shell stop",
        AppCommand::Help => "shortcuts bindings hotkeys manual",
        AppCommand::Palette => "menu actions",
        AppCommand::Jobs => "jobs tasks processes work progress activity connection",
    }
}
