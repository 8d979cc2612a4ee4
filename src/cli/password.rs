//! Reads a password from an environment variable, or from the terminal without echo. Passwords are never passed as
//! command-line arguments, because other users can see the arguments of a process.

use super::{CliError, output};
use crate::config::Environment;
use crate::runtime::signals::Signals;
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use dropmail_client::domain::secrets::DomainPassword;
use futures_util::StreamExt;
use mail_reader::sanitize::SafeText;
use secrecy::{ExposeSecret, SecretString};
use std::io::{self, IsTerminal, Write};

/// Returns the password of a personal domain from the environment or, if it is not set there, typed by the user at the
/// terminal. If `new` is `true`, the user must type the password twice, because a typing error would not be visible.
pub(super) async fn prompt_password(
    environment: &Environment,
    domain: &str,
    new: bool,
) -> Result<DomainPassword, CliError> {
    if let Some(password) = &environment.domain_password {
        return Ok(DomainPassword::new(password.expose_secret()));
    }
    let prompt = format!("Password of {}: ", SafeText::new(domain));
    let typed = read_password(&prompt, new, "the password of the domain", "DROPMAIL_DOMAIN_PASSWORD").await?;
    Ok(DomainPassword::new(typed.expose_secret()))
}

/// Returns the password of `user` for an SMTP server from the environment or, if it is not set there, typed by the user
/// at the terminal.
pub(super) async fn smtp_password(environment: &Environment, user: &str) -> Result<SecretString, CliError> {
    if let Some(password) = &environment.smtp_password {
        return Ok(password.clone());
    }
    let prompt = format!("SMTP password of {}: ", SafeText::new(user));
    read_password(&prompt, false, "the SMTP password", "DROPMAIL_SMTP_PASSWORD").await
}

/// Prompts for a password at the terminal. If `new` is `true`, the user must type the password twice. `name` describes
/// the password in error messages. `variable` is the environment variable in which a script can pass the password.
async fn read_password(
    prompt: &str,
    new: bool,
    name: &str,
    variable: &str,
) -> Result<SecretString, CliError> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        let words = format!("the program asks for {name} at a terminal; without one, set {variable}");
        return Err(CliError::usage(words));
    }
    // The prompt is converted before terminal events are read, because the conversion may query the terminal.
    let prompt = output::to_stderr_charset(prompt).into_owned();
    let signals = Signals::new().map_err(CliError::failed)?;
    // Raw mode is enabled before the prompt is printed, because the terminal would echo early input.
    enable_raw_mode().map_err(|why| terminal_error(&why))?;
    let typed = PasswordPrompt { events: EventStream::new(), signals }.read_without_echo(&prompt, new).await;
    disable_raw_mode().map_err(|why| terminal_error(&why))?;
    typed
}

fn terminal_error(why: &io::Error) -> CliError {
    CliError::failed(format!("the terminal cannot be used: {why}"))
}

/// A password prompt, which reads terminal events in raw mode. A termination signal cancels the prompt.
struct PasswordPrompt {
    events: EventStream,
    signals: Signals,
}

impl PasswordPrompt {
    async fn read_without_echo(&mut self, prompt: &str, new: bool) -> Result<SecretString, CliError> {
        let password = self.prompt_once(prompt).await?;
        let again = if new { Some(self.prompt_once("The same again: ").await?) } else { None };
        if again.is_some_and(|again| again.expose_secret() != password.expose_secret()) {
            return Err(CliError::usage("the two passwords differ; nothing was changed"));
        }
        Ok(password)
    }

    async fn prompt_once(&mut self, words: &str) -> Result<SecretString, CliError> {
        drop(write!(io::stderr(), "{words}"));
        drop(io::stderr().flush());
        let typed = self.read_line().await;
        drop(write!(io::stderr(), "\r\n"));
        typed.map(SecretString::from)
    }

    /// Returns the text that the user types before pressing Enter. Returns an error if a termination signal arrives
    /// first.
    async fn read_line(&mut self) -> Result<String, CliError> {
        let given_up = |code| CliError { code, words: "interrupted".to_owned() };
        let mut text = String::new();
        loop {
            let event = tokio::select! {
                biased;
                ending = self.signals.next_termination() => return Err(given_up(ending.exit_code())),
                event = self.events.next() => event,
            };
            let event = match event {
                Some(Ok(event)) => event,
                Some(Err(why)) => {
                    return Err(CliError::failed(format!("the terminal cannot be read: {why}")));
                }
                None => return Err(CliError::failed("the terminal is gone")),
            };
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "a terminal has more keys than a password needs"
            )]
            match event {
                Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) => {}
                Event::Key(KeyEvent { code, modifiers, .. }) => match code {
                    KeyCode::Enter => return Ok(text),
                    KeyCode::Esc => return Err(given_up(super::INTERRUPTED)),
                    KeyCode::Char('c' | 'd') if modifiers.contains(KeyModifiers::CONTROL) => {
                        return Err(given_up(super::INTERRUPTED));
                    }
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
}
