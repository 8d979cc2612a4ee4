//! Selects the clipboards to which the program copies text. The selection depends only on the `clipboard` and
//! `clipboard_command` settings and on the properties of the terminal.

use super::Terminal;

/// The valid values of the `clipboard` setting, in the order in which the documentation lists them.
pub const VALUES: &[&str] = &["auto", "system", "system-until-quit", "osc52", "both", "command"];

/// The user's choice of the clipboard to which text is copied (the `clipboard` setting).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClipboardChoice {
    /// The program copies text to the system clipboard if it can be used, and otherwise to the terminal's clipboard.
    #[default]
    Auto,
    /// The program copies text only to the system clipboard.
    System,
    /// The program copies text only to the system clipboard, and clears it on exit.
    SystemUntilQuit,
    /// The program copies text only to the terminal's clipboard, with an OSC 52 escape sequence.
    Osc52,
    /// The program copies text to both the system clipboard and the terminal's clipboard.
    Both,
    /// The program passes the text to the shell command in the `clipboard_command` setting.
    Command,
}

impl ClipboardChoice {
    /// Returns the value of the `clipboard` setting for this choice.
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

    /// Parses a value of the `clipboard` setting; returns `None` if the value is invalid.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Auto, Self::System, Self::SystemUntilQuit, Self::Osc52, Self::Both, Self::Command]
            .into_iter()
            .find(|choice| choice.as_str() == word)
    }
}

/// How the program wraps an OSC 52 escape sequence so that a terminal multiplexer passes it on to the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrapping {
    /// The plain OSC 52 sequence, for a terminal without a multiplexer.
    Plain,
    /// The OSC 52 sequence, split into device control strings. GNU screen passes only this form on to the terminal.
    Screen,
    /// The plain OSC 52 sequence, followed by the same sequence wrapped for tmux's passthrough. Used if tmux runs on
    /// the user's side of an SSH connection. The settings of tmux determine which of the two sequences tmux accepts,
    /// and the program cannot read these settings.
    RemoteTmux,
    /// The plain OSC 52 sequence, followed by the sequence for GNU screen. Both are needed, because `TERM=screen` can
    /// mean either tmux or GNU screen.
    RemoteScreen,
}

/// A method of copying text, such as an OSC 52 escape sequence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClipboardMethod {
    /// Copying to the system clipboard, where the text remains after the program has exited.
    System,
    /// Copying to the system clipboard, which the program clears on exit.
    SystemUntilQuit,
    /// Copying to the terminal's clipboard, with an OSC 52 escape sequence in the given form.
    Terminal(Wrapping),
    /// Copying to the paste buffer of tmux. Depending on its configuration, tmux also sends the text to the terminal's
    /// clipboard.
    Tmux,
    /// Passing the text to the standard input of the given shell command, which comes from the user's settings.
    Command(String),
}

/// The methods by which the program copies text, such as an OSC 52 escape sequence or the user's shell command.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClipboardRoute {
    /// The copy methods in the order in which the program tries them; empty if there is no clipboard.
    pub methods: Vec<ClipboardMethod>,
    /// If `true`, the program copies text by all of the methods; if `false`, only by the first one that succeeds.
    pub all: bool,
}

/// Selects the methods by which the program copies text. `command` is the user's shell command for copying text. Over
/// SSH, `Auto` does not use the system clipboard, which belongs to the remote machine: the user pastes on the local
/// machine.
pub fn route(choice: ClipboardChoice, command: &str, terminal: &Terminal) -> ClipboardRoute {
    let first = |methods| ClipboardRoute { methods, all: false };
    match choice {
        ClipboardChoice::System => first(vec![ClipboardMethod::System]),
        ClipboardChoice::SystemUntilQuit => first(vec![ClipboardMethod::SystemUntilQuit]),
        ClipboardChoice::Osc52 => first(terminal_methods(terminal)),
        ClipboardChoice::Both => {
            let asked = terminal_methods(terminal).into_iter().take(1);
            ClipboardRoute {
                methods: std::iter::once(ClipboardMethod::System).chain(asked).collect(),
                all: true,
            }
        }
        ClipboardChoice::Command if command.trim().is_empty() => first(Vec::new()),
        ClipboardChoice::Command => first(vec![ClipboardMethod::Command(command.to_owned())]),
        ClipboardChoice::Auto => {
            let system = (terminal.desktop && !terminal.ssh).then_some(ClipboardMethod::System);
            let asked = if has_no_clipboard(terminal) { Vec::new() } else { terminal_methods(terminal) };
            first(system.into_iter().chain(asked).collect())
        }
    }
}

/// Returns `true` for a terminal without a clipboard, such as a kernel console or an old hardware terminal.
fn has_no_clipboard(terminal: &Terminal) -> bool {
    let inside = terminal.tmux || terminal.screen;
    !inside && matches!(terminal.term.as_str(), "linux" | "dumb" | "vt100" | "vt220" | "cons25")
}

fn terminal_methods(terminal: &Terminal) -> Vec<ClipboardMethod> {
    if terminal.tmux {
        return vec![ClipboardMethod::Tmux, ClipboardMethod::Terminal(Wrapping::Plain)];
    }
    let wrapping = match terminal.term.as_str() {
        _ if terminal.screen => Wrapping::Screen,
        term if term.starts_with("tmux") => Wrapping::RemoteTmux,
        term if term.starts_with("screen") => Wrapping::RemoteScreen,
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

    fn methods(choice: ClipboardChoice, terminal: &Terminal) -> Vec<ClipboardMethod> {
        route(choice, "", terminal).methods
    }

    #[test]
    fn auto_selects_the_clipboard_where_the_user_pastes() {
        let plain = ClipboardMethod::Terminal(Wrapping::Plain);
        let auto = |terminal: &Terminal| methods(ClipboardChoice::Auto, terminal);
        assert_eq!(auto(&at("xterm", true, false)), [ClipboardMethod::System, plain.clone()]);
        assert_eq!(auto(&at("xterm", true, true)), std::slice::from_ref(&plain));
        assert_eq!(auto(&at("xterm", false, false)), std::slice::from_ref(&plain));
        assert_eq!(auto(&at("linux", false, false)), [], "a console without a desktop has no clipboard");
        assert_eq!(auto(&at("linux", true, false)), [ClipboardMethod::System]);
    }

    #[test]
    fn tmux_and_screen_get_their_own_wrapping() {
        let auto = |terminal: &Terminal| methods(ClipboardChoice::Auto, terminal);
        let tmux = Terminal { tmux: true, ..at("screen-256color", false, true) };
        assert_eq!(auto(&tmux), [ClipboardMethod::Tmux, ClipboardMethod::Terminal(Wrapping::Plain)]);
        let screen = Terminal { screen: true, ..at("screen", false, false) };
        assert_eq!(auto(&screen), [ClipboardMethod::Terminal(Wrapping::Screen)]);
        assert_eq!(
            auto(&at("tmux-256color", false, true)),
            [ClipboardMethod::Terminal(Wrapping::RemoteTmux)]
        );
        assert_eq!(
            auto(&at("screen-256color", false, true)),
            [ClipboardMethod::Terminal(Wrapping::RemoteScreen)]
        );
    }

    #[test]
    fn the_setting_selects_the_clipboards() {
        let local = at("linux", false, true);
        assert_eq!(methods(ClipboardChoice::System, &local), [ClipboardMethod::System]);
        assert_eq!(methods(ClipboardChoice::SystemUntilQuit, &local), [ClipboardMethod::SystemUntilQuit]);
        assert_eq!(methods(ClipboardChoice::Osc52, &local), [ClipboardMethod::Terminal(Wrapping::Plain)]);
        let both = route(ClipboardChoice::Both, "", &local);
        assert!(
            both.all && both.methods == [ClipboardMethod::System, ClipboardMethod::Terminal(Wrapping::Plain)]
        );
        let command = route(ClipboardChoice::Command, "wl-copy -n", &local);
        assert_eq!(command.methods, [ClipboardMethod::Command("wl-copy -n".to_owned())]);
        assert_eq!(methods(ClipboardChoice::Command, &local), []);
    }

    #[test]
    fn each_value_parses_to_its_choice() {
        for word in VALUES {
            assert_eq!(ClipboardChoice::parse(word).map(ClipboardChoice::as_str), Some(*word));
        }
        assert_eq!(ClipboardChoice::parse("wl-copy"), None);
    }
}
