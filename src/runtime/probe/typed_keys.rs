//! Parses the keys that the user typed while the terminal was being queried. Creates the same events as crossterm.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// The escape sequences that start and end a bracketed paste.
const PASTE: (&str, &str) = ("\x1b[200~", "\x1b[201~");

/// Parses key presses, pastes and focus changes in the input. Drops other events, such as mouse clicks.
pub(super) fn parse_events(input: &[u8]) -> Vec<Event> {
    let input = String::from_utf8_lossy(input);
    let (mut rest, mut events) = (&*input, Vec::new());
    while let Some(first) = rest.chars().next() {
        if let Some(pasted) = rest.strip_prefix(PASTE.0) {
            let (text, after) = pasted.split_once(PASTE.1).unwrap_or((pasted, ""));
            events.push(Event::Paste(text.to_owned()));
            rest = after;
            continue;
        }
        let focus = [("\x1b[I", Event::FocusGained), ("\x1b[O", Event::FocusLost)];
        if let Some((after, event)) =
            focus.into_iter().find_map(|(start, event)| Some((rest.strip_prefix(start)?, event)))
        {
            events.push(event);
            rest = after;
            continue;
        }
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let (event, after) =
            if first == '\x1b' { parse_escaped(after) } else { (key_of_character(first), after) };
        events.extend(event.map(Event::Key));
        rest = after;
    }
    events
}

/// Returns the key press that sends the given character; `None` if no key sends it.
fn key_of_character(character: char) -> Option<KeyEvent> {
    let control = |offset: char| {
        let letter = char::from_u32(u32::from(character) + u32::from(offset))?;
        Some(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL))
    };
    let plain = |code| Some(KeyEvent::new(code, KeyModifiers::NONE));
    match character {
        '\r' => plain(KeyCode::Enter),
        '\t' => plain(KeyCode::Tab),
        '\x7f' => plain(KeyCode::Backspace),
        '\0' => Some(KeyEvent::new(KeyCode::Char(' '), KeyModifiers::CONTROL)),
        '\x01'..='\x1a' => control('`'),
        '\x1c'..='\x1f' => control('\x18'),
        letter if letter.is_uppercase() => Some(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::SHIFT)),
        letter => plain(KeyCode::Char(letter)),
    }
}

/// Parses the input after an `ESC`. Returns the key press that sends the escape sequence, and the rest of the input.
/// The key press is `None` if no key sends this sequence.
fn parse_escaped(input: &str) -> (Option<KeyEvent>, &str) {
    let esc = Some(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
    let mut characters = input.chars();
    match characters.next() {
        None | Some('\x1b') => (esc, input),
        Some('[') => {
            let parameters = characters.as_str();
            let is_end = |c: char| ('\x40'..='\x7e').contains(&c);
            let Some((at, end)) = parameters.char_indices().find(|(_, c)| is_end(*c)) else {
                return (None, "");
            };
            let (numbers, after) = parameters.split_at_checked(at).unwrap_or((parameters, ""));
            (key_of_sequence(numbers, end), after.get(1..).unwrap_or_default())
        }
        Some('O') => {
            let end = characters.next();
            (end.and_then(|end| key_of_sequence("", end)), characters.as_str())
        }
        Some(letter) => {
            let alt = key_of_character(letter)
                .map(|key| KeyEvent { modifiers: key.modifiers | KeyModifiers::ALT, ..key });
            (alt, characters.as_str())
        }
    }
}

/// Returns the key press that sends a control sequence; `None` if no key sends it. `parameters` is the text between
/// `ESC [` and the final character `end`.
fn key_of_sequence(parameters: &str, end: char) -> Option<KeyEvent> {
    let mut numbers = parameters.split(';').map(|number| number.split(':').next().unwrap_or_default());
    let first = numbers.next().unwrap_or_default();
    let modifiers =
        numbers.next().and_then(|mask| mask.parse::<u8>().ok()).map_or(0, |mask| mask.saturating_sub(1));
    let modifiers = [KeyModifiers::SHIFT, KeyModifiers::ALT, KeyModifiers::CONTROL]
        .into_iter()
        .enumerate()
        .filter(|(bit, _)| modifiers >> bit & 1 == 1)
        .fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier);
    let code = match (end, first) {
        ('A', _) => KeyCode::Up,
        ('B', _) => KeyCode::Down,
        ('C', _) => KeyCode::Right,
        ('D', _) => KeyCode::Left,
        ('H', _) | ('~', "1" | "7") => KeyCode::Home,
        ('F', _) | ('~', "4" | "8") => KeyCode::End,
        ('Z', _) => KeyCode::BackTab,
        ('P', _) => KeyCode::F(1),
        ('~', "2") => KeyCode::Insert,
        ('~', "3") => KeyCode::Delete,
        ('~', "5") => KeyCode::PageUp,
        ('~', "6") => KeyCode::PageDown,
        ('u', "27") => KeyCode::Esc,
        ('u', "13") => KeyCode::Enter,
        ('u', "9") => KeyCode::Tab,
        ('u', "127") => KeyCode::Backspace,
        ('u', code) => KeyCode::Char(code.parse().ok().and_then(char::from_u32)?),
        _ => return None,
    };
    Some(KeyEvent::new(code, modifiers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(input: &str) -> Vec<(KeyCode, KeyModifiers)> {
        let keys = parse_events(input.as_bytes()).into_iter().filter_map(|event| event.as_key_event());
        keys.map(|key| (key.code, key.modifiers)).collect()
    }

    #[test]
    fn typed_keys_are_kept_in_their_order() {
        let (none, control) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
        assert_eq!(
            keys("nж\r\x03\x1b[A\x1bOB\x1b[5~\x1b[120;5u\x1bx\x1b"),
            [
                (KeyCode::Char('n'), none),
                (KeyCode::Char('ж'), none),
                (KeyCode::Enter, none),
                (KeyCode::Char('c'), control),
                (KeyCode::Up, none),
                (KeyCode::Down, none),
                (KeyCode::PageUp, none),
                (KeyCode::Char('x'), control),
                (KeyCode::Char('x'), KeyModifiers::ALT),
                (KeyCode::Esc, none),
            ]
        );
    }

    #[test]
    fn a_paste_is_not_a_key() {
        let events = parse_events(b"\x1b[200~quit\x1b[201~\x1b[O");
        assert_eq!(events, [Event::Paste("quit".to_owned()), Event::FocusLost]);
    }

    #[test]
    fn clicks_and_broken_sequences_are_dropped() {
        assert_eq!(keys("\x1b[<0;3;4M"), []);
        assert_eq!(keys("\x1b[12"), []);
    }
}
