//! The topics under which the help lists the commands.

use super::{AddressCommand, AppCommand, Command, MailCommand};
use crate::app::layout::Pane;

/// A topic of the help: a heading and the commands below it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// Commands that copy, list or open codes and links.
    CodesAndLinks,
    /// Commands for reading a mail in the message pane.
    Reading,
    /// Commands that select, hide and find mails in the inbox.
    List,
    /// Commands that act on addresses, sessions and domains.
    Addresses,
    /// Commands that save a mail or pass it to another program.
    Saving,
    /// Commands that move the cursor or scroll.
    Moving,
    /// Commands that show, hide and resize panes.
    Panes,
    /// Commands that act on the whole program.
    Program,
}

impl Topic {
    /// Returns the heading of the topic in the help.
    pub fn heading(self) -> &'static str {
        match self {
            Self::CodesAndLinks => "Codes and links",
            Self::Reading => "Reading a mail",
            Self::List => "Mails in the list",
            Self::Addresses => "Addresses and sessions",
            Self::Saving => "Saving and passing on",
            Self::Moving => "Moving and scrolling",
            Self::Panes => "Panes and windows",
            Self::Program => "Program",
        }
    }

    /// Returns all topics in the order in which the help lists them while `focus` has the focus: topics that concern
    /// this pane come first.
    pub fn sorted_for(focus: Pane) -> [Self; 8] {
        let (codes, reading, list, addresses) =
            (Self::CodesAndLinks, Self::Reading, Self::List, Self::Addresses);
        let [first, second, third, fourth] = match focus {
            Pane::Sessions => [addresses, codes, list, reading],
            Pane::Inbox => [codes, list, reading, addresses],
            Pane::Message => [codes, reading, list, addresses],
        };
        [first, second, third, fourth, Self::Saving, Self::Moving, Self::Panes, Self::Program]
    }
}

impl Command {
    /// Returns the topic under which the help lists the command.
    pub fn topic(self) -> Topic {
        match self {
            Self::Move(_) => Topic::Moving,
            Self::Pane(_) => Topic::Panes,
            Self::Address(AddressCommand::Watch) => Topic::CodesAndLinks,
            Self::Address(_) => Topic::Addresses,
            Self::Mail(command) => topic_of_mail_command(command),
            Self::MessagePane(_) => Topic::Reading,
            Self::List(_) => Topic::List,
            Self::App(command) => topic_of_app_command(command),
        }
    }
}

fn topic_of_mail_command(command: MailCommand) -> Topic {
    match command {
        MailCommand::CopyCode
        | MailCommand::ChooseCode
        | MailCommand::CopyLink
        | MailCommand::ChooseLink
        | MailCommand::OpenLink => Topic::CodesAndLinks,
        MailCommand::SaveMail
        | MailCommand::SaveAttachments
        | MailCommand::Pipe
        | MailCommand::Edit
        | MailCommand::Page
        | MailCommand::Browse => Topic::Saving,
        MailCommand::MarkUnread | MailCommand::Star => Topic::List,
    }
}

fn topic_of_app_command(command: AppCommand) -> Topic {
    match command {
        AppCommand::Delete | AppCommand::BringBack | AppCommand::Undo => Topic::List,
        AppCommand::Open | AppCommand::Back => Topic::Reading,
        AppCommand::Qr => Topic::Addresses,
        AppCommand::Quit
        | AppCommand::Theme
        | AppCommand::Suspend
        | AppCommand::Help
        | AppCommand::Palette
        | AppCommand::Jobs => Topic::Program,
    }
}

#[cfg(test)]
mod tests {
    use super::Topic;
    use crate::app::command::COMMANDS;
    use crate::app::layout::Pane;

    #[test]
    fn every_command_is_below_exactly_one_heading_of_each_help() {
        for pane in [Pane::Sessions, Pane::Inbox, Pane::Message] {
            let topics = Topic::sorted_for(pane);
            for row in COMMANDS {
                let places = topics.iter().filter(|topic| **topic == row.command.topic()).count();
                assert_eq!(places, 1, "{} {pane:?}", row.name);
            }
            for topic in topics {
                assert!(COMMANDS.iter().any(|row| row.command.topic() == topic), "{topic:?} has a command");
            }
        }
    }
}
