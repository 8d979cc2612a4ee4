//! Which clipboard is used, as a pure decision over what is here.

use super::Terminal;

/// The words of the setting, in the order in which they are told.
pub const WORDS: &[&str] = &["auto", "system", "system-until-quit", "osc52", "both", "command"];

/// What the user wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClipboardChoice {
    /// The system's own where there is one, else the terminal's.
    #[default]
    Auto,
    /// The system's own and nothing else.
    System,
    /// The system's own and nothing else, emptied when the program ends.
    SystemUntilQuit,
    /// The terminal's (OSC 52) and nothing else.
    Osc52,
    /// Both at once.
    Both,
    /// A command of the user's.
    Command,
}

impl ClipboardChoice {
    /// The word for it in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::System => "system",
            Self::SystemUntilQuit => "system-until-quit",
            Self::Osc52 => "osc52",
            Self::Both => "both",
            Self::Command => "command",
        }
    }

    /// The choice of a word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Auto, Self::System, Self::SystemUntilQuit, Self::Osc52, Self::Both, Self::Command]
            .into_iter()
            .find(|choice| choice.word() == word)
    }
}

/// How OSC 52 has to be written for the terminal to get it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrapping {
    /// As it is.
    Plain,
    /// In device control strings, in pieces: GNU screen passes nothing else on.
    Screen,
    /// As it is, and once more in tmux's passthrough: a tmux at the near end of an SSH connection
    /// takes one or the other, by its settings, and nobody here can ask it.
    FarTmux,
    /// As it is, and once more for GNU screen: `TERM` is `screen` in both.
    FarScreen,
}

/// A way to a clipboard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// The desktop's own; it keeps the text after the program has ended.
    System,
    /// The desktop's own, until the program ends.
    SystemUntilQuit,
    /// The terminal is asked by OSC 52.
    Terminal(Wrapping),
    /// tmux is asked to keep it and to hand it to its terminal.
    Tmux,
    /// A command line gets it on its standard input.
    Command(String),
}

/// Where copied text goes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClipboardRoute {
    /// The ways, in the order in which they are tried. Where there is none, no clipboard is here.
    pub ways: Vec<Way>,
    /// Whether all of them are gone, or the first that works.
    pub all: bool,
}

/// Decides. Over SSH the system's clipboard is the one of the far machine, where nobody pastes.
pub fn route(choice: ClipboardChoice, command: &str, terminal: &Terminal) -> ClipboardRoute {
    let first = |ways| ClipboardRoute { ways, all: false };
    match choice {
        ClipboardChoice::System => first(vec![Way::System]),
        ClipboardChoice::SystemUntilQuit => first(vec![Way::SystemUntilQuit]),
        ClipboardChoice::Osc52 => first(ask_terminal(terminal)),
        ClipboardChoice::Both => {
            let asked = ask_terminal(terminal).into_iter().take(1);
            ClipboardRoute { ways: std::iter::once(Way::System).chain(asked).collect(), all: true }
        }
        ClipboardChoice::Command if command.trim().is_empty() => first(Vec::new()),
        ClipboardChoice::Command => first(vec![Way::Command(command.to_owned())]),
        ClipboardChoice::Auto => {
            let system = (terminal.desktop && !terminal.ssh).then_some(Way::System);
            let asked = if is_bare(terminal) { Vec::new() } else { ask_terminal(terminal) };
            first(system.into_iter().chain(asked).collect())
        }
    }
}

/// Whether the terminal is one that has no clipboard at all: a console of the kernel, a printer.
fn is_bare(terminal: &Terminal) -> bool {
    let inside = terminal.tmux || terminal.screen;
    !inside && matches!(terminal.term.as_str(), "linux" | "dumb" | "vt100" | "vt220" | "cons25")
}

fn ask_terminal(terminal: &Terminal) -> Vec<Way> {
    if terminal.tmux {
        return vec![Way::Tmux, Way::Terminal(Wrapping::Plain)];
    }
    let wrapping = match terminal.term.as_str() {
        _ if terminal.screen => Wrapping::Screen,
        term if term.starts_with("tmux") => Wrapping::FarTmux,
        term if term.starts_with("screen") => Wrapping::FarScreen,
        _ => Wrapping::Plain,
    };
    vec![Way::Terminal(wrapping)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(term: &str, desktop: bool, ssh: bool) -> Terminal {
        Terminal { term: term.to_owned(), desktop, ssh, ..Terminal::default() }
    }

    fn ways(choice: ClipboardChoice, terminal: &Terminal) -> Vec<Way> {
        route(choice, "", terminal).ways
    }

    #[test]
    fn auto_goes_where_the_user_pastes() {
        let plain = Way::Terminal(Wrapping::Plain);
        let auto = |terminal: &Terminal| ways(ClipboardChoice::Auto, terminal);
        assert_eq!(auto(&at("xterm", true, false)), [Way::System, plain.clone()]);
        assert_eq!(auto(&at("xterm", true, true)), std::slice::from_ref(&plain));
        assert_eq!(auto(&at("xterm", false, false)), std::slice::from_ref(&plain));
        assert_eq!(auto(&at("linux", false, false)), [], "a bare console has no clipboard");
        assert_eq!(auto(&at("linux", true, false)), [Way::System]);
    }

    #[test]
    fn what_stands_between_is_spoken_to_in_its_own_words() {
        let auto = |terminal: &Terminal| ways(ClipboardChoice::Auto, terminal);
        let tmux = Terminal { tmux: true, ..at("screen-256color", false, true) };
        assert_eq!(auto(&tmux), [Way::Tmux, Way::Terminal(Wrapping::Plain)]);
        let screen = Terminal { screen: true, ..at("screen", false, false) };
        assert_eq!(auto(&screen), [Way::Terminal(Wrapping::Screen)]);
        assert_eq!(auto(&at("tmux-256color", false, true)), [Way::Terminal(Wrapping::FarTmux)]);
        assert_eq!(auto(&at("screen-256color", false, true)), [Way::Terminal(Wrapping::FarScreen)]);
    }

    #[test]
    fn what_the_settings_say_is_done() {
        let here = at("linux", false, true);
        assert_eq!(ways(ClipboardChoice::System, &here), [Way::System]);
        assert_eq!(ways(ClipboardChoice::SystemUntilQuit, &here), [Way::SystemUntilQuit]);
        assert_eq!(ways(ClipboardChoice::Osc52, &here), [Way::Terminal(Wrapping::Plain)]);
        let both = route(ClipboardChoice::Both, "", &here);
        assert!(both.all && both.ways == [Way::System, Way::Terminal(Wrapping::Plain)]);
        let command = route(ClipboardChoice::Command, "wl-copy -n", &here);
        assert_eq!(command.ways, [Way::Command("wl-copy -n".to_owned())]);
        assert_eq!(ways(ClipboardChoice::Command, &here), []);
    }

    #[test]
    fn words_come_back_as_choices() {
        for word in WORDS {
            assert_eq!(ClipboardChoice::parse(word).map(ClipboardChoice::word), Some(*word));
        }
        assert_eq!(ClipboardChoice::parse("wl-copy"), None);
    }
}
