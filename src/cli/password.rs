//! A password: from the environment, or typed unseen. Never an argument, which others can read.

use super::Failure;
use crate::config::Environment;
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::DomainPassword;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use secrecy::ExposeSecret;
use std::io::{self, IsTerminal, Write};

/// The password of a personal domain; one that is new is asked for twice, since nobody sees it.
pub(super) fn ask(environment: &Environment, domain: &str, new: bool) -> Result<DomainPassword, Failure> {
    if let Some(password) = &environment.domain_password {
        return Ok(DomainPassword::new(password.expose_secret()));
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::usage(
            "the domain's password is asked for at a terminal; set DROPMAIL_DOMAIN_PASSWORD where there is none",
        ));
    }
    // Before the first word: what is typed early would be echoed.
    enable_raw_mode().map_err(|why| Failure::failed(format!("the terminal cannot be used: {why}")))?;
    let typed = ask_unseen(domain, new);
    disable_raw_mode().map_err(|why| Failure::failed(format!("the terminal cannot be used: {why}")))?;
    typed
}

fn ask_unseen(domain: &str, new: bool) -> Result<DomainPassword, Failure> {
    let password = ask_once(&format!("Password of {}: ", SafeText::new(domain)))?;
    if new && ask_once("The same again: ")? != password {
        return Err(Failure::usage("the two passwords were not the same; nothing was done"));
    }
    Ok(password)
}

/// Asks once, in raw mode.
fn ask_once(words: &str) -> Result<DomainPassword, Failure> {
    drop(write!(io::stderr(), "{words}"));
    drop(io::stderr().flush());
    let typed = typed();
    drop(write!(io::stderr(), "\r\n"));
    match typed {
        Ok(Some(password)) => Ok(DomainPassword::new(password)),
        Ok(None) => Err(Failure { code: super::INTERRUPTED, words: "interrupted".to_owned() }),
        Err(why) => Err(Failure::failed(format!("the terminal cannot be read: {why}"))),
    }
}

/// What is typed up to Enter; `None` when it is given up.
fn typed() -> io::Result<Option<String>> {
    let mut text = String::new();
    loop {
        match read()? {
            Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) => {}
            Event::Key(KeyEvent { code, modifiers, .. }) => match code {
                KeyCode::Enter => return Ok(Some(text)),
                KeyCode::Esc => return Ok(None),
                KeyCode::Char('c' | 'd') if modifiers.contains(KeyModifiers::CONTROL) => return Ok(None),
                KeyCode::Char('u') if modifiers.contains(KeyModifiers::CONTROL) => text.clear(),
                KeyCode::Backspace => drop(text.pop()),
                KeyCode::Char(c) => text.push(c),
                _ => {}
            },
            Event::Paste(pasted) => text.push_str(pasted.trim_end_matches(['\r', '\n'])),
            _ => {}
        }
    }
}
