//! Key bindings: the defaults from the command table, overridden by the key bindings in the settings.

use super::command::{AppCommand, Availability, COMMANDS, Command, Context};
use super::invocation::Invocation;
use super::key::{Key, KeyCode};
use crate::config::{ConfigWarning, KeyBinding, SequenceBinding, did_you_mean};
use std::fmt;

/// Maximum number of keys in a chord (the chord `g g` has two keys); a longer chord in the settings is invalid.
const MAX_CHORD_KEYS: usize = 4;

/// A chord: one or more keys that the user types one after another to run a command, such as `g g`. Also called a key
/// sequence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chord(Vec<Key>);

impl Chord {
    /// Parses a chord such as `j`, `Ctrl-d` or `g g`; returns `None` if the chord is invalid.
    pub fn parse(words: &str) -> Option<Self> {
        let keys: Option<Vec<Key>> = words.split_whitespace().map(Key::parse).collect();
        keys.filter(|keys| (1..=MAX_CHORD_KEYS).contains(&keys.len())).map(Self)
    }

    /// Returns the keys of the chord in the order in which the user types them.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.iter().map(Key::to_string).collect();
        f.write_str(&keys.join(" "))
    }
}

/// Result of looking up the typed keys in the key bindings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyMatch {
    /// The typed keys are bound to this command.
    Command(Command),
    /// The typed keys are bound to the sequence of commands that has this index in [`Keymap::sequences`].
    Sequence(usize),
    /// The typed keys are the start of a longer chord.
    Partial,
    /// The typed keys are neither bound nor the start of a longer chord.
    NoMatch,
}

/// A key binding: a chord, and the command that the chord runs.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Binding {
    command: Command,
    chord: Chord,
}

/// A chord and the commands that it runs: several commands, one after another, or one command with an argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sequence {
    chord: Chord,
    steps: Vec<Invocation>,
}

impl Sequence {
    /// Returns the chord that runs the sequence.
    pub fn chord(&self) -> &Chord {
        &self.chord
    }

    /// Returns the commands of the sequence in the order in which they run.
    pub fn steps(&self) -> &[Invocation] {
        &self.steps
    }
}

/// Maximum number of commands in a sequence; a longer sequence in the settings is invalid.
const MAX_STEPS: usize = 16;

/// All key bindings: those for single commands, in the order of the command table, and the sequences.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keymap(Vec<Binding>, Vec<Sequence>);

impl Default for Keymap {
    fn default() -> Self {
        let of_row = |row: &super::command::CommandSpec| {
            let command = row.command;
            row.keys.iter().map(move |key| Binding { command, chord: Chord(vec![*key]) }).collect::<Vec<_>>()
        };
        Self(COMMANDS.iter().flat_map(of_row).collect(), Vec::new())
    }
}

fn command_scope(command: Command) -> Option<Availability> {
    COMMANDS.iter().find(|row| row.command == command).map(|row| row.scope)
}

fn command_name(command: Command) -> &'static str {
    COMMANDS.iter().find(|row| row.command == command).map_or("", |row| row.name)
}

/// Returns `true` if two commands may share a chord. This is the case if exactly one of them is available only during a
/// search. The chord then runs that command during a search, and the other command at all other times.
fn may_share_chord(a: Command, b: Command) -> bool {
    let searching = |command| command_scope(command) == Some(Availability::Searching);
    searching(a) != searching(b)
}

fn do_conflict(a: &Binding, b: &Binding) -> bool {
    let both = a.chord.0.iter().zip(&b.chord.0);
    a.command != b.command && !may_share_chord(a.command, b.command) && both.into_iter().all(|(a, b)| a == b)
}

impl Keymap {
    /// Builds the key bindings from the defaults and the settings. Omits each invalid binding and returns a
    /// warning about it.
    pub fn build(entries: &[KeyBinding]) -> (Self, Vec<ConfigWarning>) {
        let mut problems = Vec::new();
        let mut map = Self::default();
        let mut own: Vec<(Binding, &KeyBinding)> = Vec::new();
        for entry in entries {
            let tell = |words| ConfigWarning { place: entry.place.clone(), words };
            let Some(row) = COMMANDS.iter().find(|row| row.name == entry.command.replace('_', "-")) else {
                let near = did_you_mean(&entry.command, COMMANDS.iter().map(|row| row.name));
                problems.push(tell(format!("`{}` is no command{near}", entry.command)));
                continue;
            };
            let chords = entry.keys.iter().map(|words| parse_free_chord(words, row.name));
            let (right, wrong): (Vec<_>, Vec<_>) = chords.partition(Result::is_ok);
            problems.extend(wrong.into_iter().filter_map(Result::err).map(tell));
            let right: Vec<Chord> = right.into_iter().filter_map(Result::ok).collect();
            if right.is_empty() && !entry.keys.is_empty() {
                // All keys of this settings entry are invalid. The command keeps its default keys.
                continue;
            }
            map.0.retain(|binding| binding.command != row.command);
            own.extend(right.into_iter().map(|chord| (Binding { command: row.command, chord }, entry)));
        }
        for (binding, entry) in own {
            if let Some(words) = map.resolve_conflict(&binding) {
                problems.push(ConfigWarning { place: entry.place.clone(), words });
            }
            map.0.push(binding);
        }
        let order = |command| COMMANDS.iter().position(|row| row.command == command);
        map.0.sort_by_key(|binding| order(binding.command));
        (map, problems)
    }

    /// Adds the sequences from the settings. A sequence replaces every binding of a single command whose chord
    /// conflicts with the chord of the sequence. Two chords conflict if they are equal or one is a prefix of the other.
    /// Omits each invalid sequence and returns a warning about it.
    pub fn with_sequences(mut self, entries: &[SequenceBinding]) -> (Self, Vec<ConfigWarning>) {
        let mut problems = Vec::new();
        for entry in entries.iter().filter(|entry| !entry.commands.is_empty()) {
            match parse_sequence(entry) {
                Ok(sequence) => {
                    let begins = |old: &Chord| old.0.starts_with(&sequence.chord.0);
                    let begun = |old: &Chord| sequence.chord.0.starts_with(&old.0);
                    self.0.retain(|old| !begins(&old.chord) && !begun(&old.chord));
                    self.1.push(sequence);
                }
                Err(words) => problems.push(ConfigWarning { place: entry.place.clone(), words }),
            }
        }
        (self, problems)
    }

    /// Returns the sequences that the settings define.
    pub fn sequences(&self) -> &[Sequence] {
        &self.1
    }

    /// Removes the bindings whose chords conflict with the binding `new`. Returns a warning that lists the removed
    /// bindings; `None` if there was no conflict.
    fn resolve_conflict(&mut self, new: &Binding) -> Option<String> {
        let lost: Vec<String> = self
            .0
            .iter()
            .filter(|old| do_conflict(old, new))
            .map(|old| format!("`{}` of `{}`", old.chord, command_name(old.command)))
            .collect();
        let losers: Vec<Command> =
            self.0.iter().filter(|old| do_conflict(old, new)).map(|old| old.command).collect();
        self.0.retain(|old| !do_conflict(old, new));
        let has_other = |command: &Command| self.0.iter().any(|binding| binding.command == *command);
        let left = if losers.iter().all(has_other) { "" } else { ", nor any other" };
        (!lost.is_empty()).then(|| {
            format!(
                "`{}` for `{}` clashes with {}, which has it no longer{left}; bind that to other keys, or to \"\"",
                new.chord,
                command_name(new.command),
                lost.join(" and ")
            )
        })
    }

    /// Looks up the typed keys. A command that is available only during a search has precedence while a search is
    /// active. For example, the `n` key goes to the next match during a search; at other times, it creates an address.
    pub fn lookup(&self, typed: &[Key], context: Context) -> KeyMatch {
        let whole = |searching: bool| {
            self.0.iter().find(|binding| {
                let scope = command_scope(binding.command);
                let fits = (scope == Some(Availability::Searching)) == searching;
                fits && binding.chord.0 == typed && (!searching || context.searching)
            })
        };
        if let Some(binding) = whole(true).or_else(|| whole(false)) {
            return KeyMatch::Command(binding.command);
        }
        if let Some(at) = self.1.iter().position(|sequence| sequence.chord.0 == typed) {
            return KeyMatch::Sequence(at);
        }
        let chords = self.0.iter().map(|binding| &binding.chord);
        let chords = chords.chain(self.1.iter().map(|sequence| &sequence.chord));
        let begun = chords.into_iter().any(|chord| chord.0.starts_with(typed));
        if begun { KeyMatch::Partial } else { KeyMatch::NoMatch }
    }

    /// Returns the chords that run a command, in order of preference.
    pub fn chords_of(&self, command: impl Into<Command>) -> impl Iterator<Item = &Chord> {
        let command = command.into();
        self.0.iter().filter(move |binding| binding.command == command).map(|binding| &binding.chord)
    }

    /// Returns the names of all keys (or chords) that run a command, in order of preference.
    pub fn keys_of(&self, command: impl Into<Command>) -> Vec<String> {
        self.chords_of(command).map(Chord::to_string).collect()
    }

    /// Returns the name of the preferred key (or chord) that runs a command; `None` if the command has no key.
    pub fn key_of(&self, command: impl Into<Command>) -> Option<String> {
        let command = command.into();
        self.0.iter().find(|binding| binding.command == command).map(|binding| binding.chord.to_string())
    }

    /// Returns the name of a command's preferred key, for display. If the command has no key, returns the key of the
    /// command palette, followed by the name of the command.
    pub fn key_text(&self, command: impl Into<Command>) -> String {
        let command = command.into();
        let by_name =
            || format!("{}{}", self.key_of(AppCommand::Palette).unwrap_or_default(), command_name(command));
        self.key_of(command).unwrap_or_else(by_name)
    }
}

/// Validates a settings entry that binds a chord to a sequence of commands. Returns an error message if the chord or
/// any of the commands is invalid.
fn parse_sequence(entry: &SequenceBinding) -> Result<Sequence, String> {
    let whole = entry.commands.join(", ");
    let chord = parse_free_chord(&entry.keys, &whole)?;
    if entry.commands.len() > MAX_STEPS {
        return Err(format!("`{}` has more than {MAX_STEPS} commands", entry.keys));
    }
    let steps: Result<Vec<Invocation>, String> =
        entry.commands.iter().map(|command| Invocation::parse(command)).collect();
    Ok(Sequence { chord, steps: steps? })
}

fn parse_free_chord(words: &str, command: &str) -> Result<Chord, String> {
    let chord = Chord::parse(words).ok_or_else(|| {
        format!(
            "`{words}` for `{command}` is no key; write it like j, G, Ctrl-d, Alt-x, Space, PgDn, or g g \
             for two in a row"
        )
    })?;
    let escape = Key::plain(KeyCode::Esc);
    match chord.0.as_slice() {
        [first, ..] if *first == Key::ctrl('c') && command != "quit" => {
            Err("`Ctrl-c` always leaves; bind another key".to_owned())
        }
        [first, _, ..] if *first == escape => Err("`Esc` cannot begin a chord: it ends one".to_owned()),
        _ => Ok(chord),
    }
}

/// Returns the `[keys]` section of the settings template: the default key bindings of all commands, commented out.
pub fn template() -> String {
    let mut text = String::from(
        "# Keys that run several commands, or a command with an argument. Also set by\n\
         # --set \"bindings.g c=filter has:code\".\n\
         # [bindings]\n\
         # \"g c\" = \"filter has:code\"\n\
         # \"X\" = [\"copy-code\", \"quit\"]\n\n\
         # Keys by command: one text, or a list of them. \"g g\" is a sequence of two keys, \"\" removes all\n\
         # keys. Ctrl-c always quits. Also set by DROPMAIL_KEYS=\"quit=X;first=g g, Home\"\n\
         # or --set keys.quit=X.\n[keys]\n",
    );
    let map = Keymap::default();
    for row in COMMANDS {
        let keys: Vec<String> = map.keys_of(row.command).iter().map(|key| format!("{key:?}")).collect();
        let keys = if let [one] = keys.as_slice() { one.clone() } else { format!("[{}]", keys.join(", ")) };
        text.extend(["# ", row.name, " = ", &keys, "  # ", row.help, "\n"]);
    }
    text
}

#[cfg(test)]
mod tests;
