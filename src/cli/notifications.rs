//! Sets up hooks and notifications for new mail according to the settings.

use crate::adapters::notifier::{DesktopNotifier, osc_notify};
use crate::adapters::shell_hooks::ShellHooks;
use crate::config::Config;
use crate::runtime::dependencies::{NotificationTargets, NotifyChannel, TerminalNotice};
use dropmail_client::service::Mailbox;
use std::sync::Arc;
use tokio::sync::mpsc::unbounded_channel;

/// Adds a listener for new mail to the mailbox if the settings contain a hook or enable notifications. Returns the
/// mailbox, and the targets that are informed about new mail (`None` if no listener was added).
pub(super) fn with_notifications(
    config: &Config,
    mailbox: Mailbox,
) -> (Mailbox, Option<NotificationTargets>) {
    let hooks = ShellHooks { on_mail: config.on_mail(), on_code: config.on_code() };
    let notice = notify_channel(config);
    if matches!(notice, NotifyChannel::Off) && hooks == ShellHooks::default() {
        return (mailbox, None);
    }
    let (listener, arrivals) = unbounded_channel();
    (mailbox.with_listener(listener), Some(NotificationTargets { arrivals, hooks: Arc::new(hooks), notice }))
}

/// Selects whether the desktop or the terminal shows notifications; `Off` if the settings disable them. Over SSH, the
/// terminal shows them, because the user does not see the desktop of this machine.
fn notify_channel(config: &Config) -> NotifyChannel {
    let terminal = &config.terminal;
    if !config.notify() {
        return NotifyChannel::Off;
    }
    let (term, tmux) = (terminal.term.clone(), terminal.tmux);
    let by_terminal: TerminalNotice = Arc::new(move |title, body| osc_notify(title, body, &term, tmux));
    if terminal.desktop && !terminal.ssh {
        NotifyChannel::Desktop(Arc::new(DesktopNotifier), by_terminal)
    } else {
        NotifyChannel::Terminal(by_terminal)
    }
}
