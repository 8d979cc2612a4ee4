//! Chooses the clipboards for copied text, as a pure function of setting and terminal.

use super::Terminal;

/// The values of the setting `clipboard`, in the order of the documentation.
pub const WORDS: &[&str] = &["auto", "system", "system-until-quit", "osc52", "both", "command"];

/// The values of the setting `clipboard`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClipboardChoice {
    /// The system clipboard if there is one, otherwise the terminal's.
    #[default]
    Auto,
    /// Only the system clipboard.
    System,
    /// Only the system clipboard, which is emptied when the program exits.
    SystemUntilQuit,
    /// Only the clipboard of the terminal (OSC 52).
    Osc52,
    /// Both the system clipboard and the terminal's.
    Both,
    /// The user's copy command.
    Command,
}

impl ClipboardChoice {
    /// The value in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::System => "system",
            Self::SystemUntilQuit => "system-until-quit",
            Self::Osc52 => "osc52",
            Self::Both => "both",
            Self::Command => "command",
        }
    }

    /// The choice with this value in the settings; `None` if there is none.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Auto, Self::System, Self::SystemUntilQuit, Self::Osc52, Self::Both, Self::Command]
            .into_iter()
            .find(|choice| choice.as_str() == word)
    }
}

/// How an OSC 52 sequence is wrapped so that it reaches the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrapping {
    /// The plain OSC 52 sequence.
    Plain,
    /// The sequence split into device control strings, because GNU screen forwards nothing else.
    Screen,
    /// The plain sequence, then the sequence in tmux's passthrough. A tmux at the near end of an SSH
    /// connection takes one of the two. Which one depends on its settings, which cannot be read from here.
    FarTmux,
    /// The plain sequence, then the one for GNU screen, because `TERM` is `screen` in both tmux and GNU
    /// screen.
    FarScreen,
}

/// A clipboard and how to reach it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClipboardMethod {
    /// The system clipboard; the text stays in it after the program has exited.
    System,
    /// The system clipboard; the text stays in it until the program exits.
    SystemUntilQuit,
    /// The clipboard of the terminal, by OSC 52.
    Terminal(Wrapping),
    /// The buffer of tmux, which also sends the text to its terminal.
    Tmux,
    /// A command line that receives the text on its standard input.
    Command(String),
}

/// The clipboards for copied text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClipboardRoute {
    /// The clipboards, in the order in which they are tried. If empty, there is no clipboard.
    pub ways: Vec<ClipboardMethod>,
    /// Whether the text goes to all clipboards, or only to the first that works.
    pub all: bool,
}

/// Chooses the clipboards. Over SSH the system clipboard belongs to the remote machine, where the user does
/// not paste.
pub fn route(choice: ClipboardChoice, command: &str, terminal: &Terminal) -> ClipboardRoute {
    let first = |ways| ClipboardRoute { ways, all: false };
    match choice {
        ClipboardChoice::System => first(vec![ClipboardMethod::System]),
        ClipboardChoice::SystemUntilQuit => first(vec![ClipboardMethod::SystemUntilQuit]),
        ClipboardChoice::Osc52 => first(ask_terminal(terminal)),
        ClipboardChoice::Both => {
            let asked = ask_terminal(terminal).into_iter().take(1);
            ClipboardRoute {
                ways: std::iter::once(ClipboardMethod::System).chain(asked).collect(),
                all: true,
            }
        }
        ClipboardChoice::Command if command.trim().is_empty() => first(Vec::new()),
        ClipboardChoice::Command => first(vec![ClipboardMethod::Command(command.to_owned())]),
        ClipboardChoice::Auto => {
            let system = (terminal.desktop && !terminal.ssh).then_some(ClipboardMethod::System);
            let asked = if is_bare(terminal) { Vec::new() } else { ask_terminal(terminal) };
            first(system.into_iter().chain(asked).collect())
        }
    }
}

/// Whether the terminal has no clipboard at all, such as a console of the kernel or a printer.
fn is_bare(terminal: &Terminal) -> bool {
    let inside = terminal.tmux || terminal.screen;
    !inside && matches!(terminal.term.as_str(), "linux" | "dumb" | "vt100" | "vt220" | "cons25")
}

fn ask_terminal(terminal: &Terminal) -> Vec<ClipboardMethod> {
    if terminal.tmux {
        return vec![ClipboardMethod::Tmux, ClipboardMethod::Terminal(Wrapping::Plain)];
    }
    let wrapping = match terminal.term.as_str() {
        _ if terminal.screen => Wrapping::Screen,
        term if term.starts_with("tmux") => Wrapping::FarTmux,
        term if term.starts_with("screen") => Wrapping::FarScreen,
        _ => Wrapping::Plain,
    };
    vec![ClipboardMethod::Terminal(wrapping)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(term: &str, desktop: bool, ssh: bool) -> Terminal {
        Terminal { term: term.to_owned(), desktop, ssh, ..Terminal::default() }
    }

    fn ways(choice: ClipboardChoice, terminal: &Terminal) -> Vec<ClipboardMethod> {
        route(choice, "", terminal).ways
    }

    #[test]
    fn auto_goes_where_the_user_pastes() {
        let plain = ClipboardMethod::Terminal(Wrapping::Plain);
        let auto = |terminal: &Terminal| ways(ClipboardChoice::Auto, terminal);
        assert_eq!(auto(&at("xterm", true, false)), [ClipboardMethod::System, plain.clone()]);
        assert_eq!(auto(&at("xterm", true, true)), std::slice::from_ref(&plain));
        assert_eq!(auto(&at("xterm", false, false)), std::slice::from_ref(&plain));
        assert_eq!(auto(&at("linux", false, false)), [], "a bare console has no clipboard");
        assert_eq!(auto(&at("linux", true, false)), [ClipboardMethod::System]);
    }

    #[test]
    fn tmux_and_screen_get_their_own_wrapping() {
        let auto = |terminal: &Terminal| ways(ClipboardChoice::Auto, terminal);
        let tmux = Terminal { tmux: true, ..at("screen-256color", false, true) };
        assert_eq!(auto(&tmux), [ClipboardMethod::Tmux, ClipboardMethod::Terminal(Wrapping::Plain)]);
        let screen = Terminal { screen: true, ..at("screen", false, false) };
        assert_eq!(auto(&screen), [ClipboardMethod::Terminal(Wrapping::Screen)]);
        assert_eq!(auto(&at("tmux-256color", false, true)), [ClipboardMethod::Terminal(Wrapping::FarTmux)]);
        assert_eq!(
            auto(&at("screen-256color", false, true)),
            [ClipboardMethod::Terminal(Wrapping::FarScreen)]
        );
    }

    #[test]
    fn the_setting_chooses_the_clipboards() {
        let here = at("linux", false, true);
        assert_eq!(ways(ClipboardChoice::System, &here), [ClipboardMethod::System]);
        assert_eq!(ways(ClipboardChoice::SystemUntilQuit, &here), [ClipboardMethod::SystemUntilQuit]);
        assert_eq!(ways(ClipboardChoice::Osc52, &here), [ClipboardMethod::Terminal(Wrapping::Plain)]);
        let both = route(ClipboardChoice::Both, "", &here);
        assert!(
            both.all && both.ways == [ClipboardMethod::System, ClipboardMethod::Terminal(Wrapping::Plain)]
        );
        let command = route(ClipboardChoice::Command, "wl-copy -n", &here);
        assert_eq!(command.ways, [ClipboardMethod::Command("wl-copy -n".to_owned())]);
        assert_eq!(ways(ClipboardChoice::Command, &here), []);
    }

    #[test]
    fn each_value_parses_to_its_choice() {
        for word in WORDS {
            assert_eq!(ClipboardChoice::parse(word).map(ClipboardChoice::as_str), Some(*word));
        }
        assert_eq!(ClipboardChoice::parse("wl-copy"), None);
    }
}
