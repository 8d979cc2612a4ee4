//! Defines the arguments of the `demo` command.

use super::duration::parse_duration;
use std::time::Duration;

/// Arguments of the `demo` command.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct DemoArgs {
    /// Time after the other sample mails at which one more arrives; 0 sends none.
    #[arg(long, value_name = "TIME", default_value = "8s", value_parser = parse_duration)]
    late_mail: Duration,
}

impl DemoArgs {
    /// Returns the time after which one more sample mail arrives; `None` if none is to arrive.
    pub(in super::super) fn late_mail(self) -> Option<Duration> {
        (!self.late_mail.is_zero()).then_some(self.late_mail)
    }
}
