//! The `use` and `current` commands: set and print the current address, which other commands use when the user
//! specifies none.

use super::args::{Args, UseArgs};
use super::context::CliContext;
use super::{CliError, archive, exit_code, output};
use crate::config::Environment;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::service::{CurrentAddress, Mailbox, ServiceError};
use serde_json::json;

/// Makes the address in the arguments the current address. If the arguments contain no address, clears the current
/// address.
pub(super) async fn choose(context: CliContext, args: &UseArgs) -> Result<u8, CliError> {
    let Some(address) = &args.address else {
        context.mailbox.set_current_address(None).await?;
        if context.json {
            output::print(&json!({"address": null}).to_string())?;
        }
        return Ok(0);
    };
    let current = context.mailbox.use_address(address).await?;
    print_current(&current, context.json)?;
    Ok(0)
}

/// Prints the current address without sending a request to the service.
pub(super) fn show(args: &Args, environment: &Environment) -> Result<u8, CliError> {
    let as_json = args.json;
    archive::run_on_archive(environment, &args.flags(), |mailbox, _| async move {
        match mailbox.current_address().await? {
            Some(current) => print_current(&current, as_json).map(|()| 0),
            None => Err(CliError {
                code: exit_code::NOT_FOUND,
                words: "there is no current address; `use ADDRESS` makes one the current address".to_owned(),
            }),
        }
    })
}

fn print_current(current: &CurrentAddress, as_json: bool) -> Result<(), CliError> {
    if as_json {
        let session = current.session.as_ref().map(SessionId::as_str);
        output::print(&json!({"address": current.address.as_str(), "session_id": session}).to_string())
    } else {
        output::print(&current.address)
    }
}

/// Returns the address that the user specified (`named`). If `named` is `None`, returns the current address and prints
/// to standard error that it is used. Returns `None` if there is no current address either.
pub(super) async fn address_or_current(
    mailbox: &Mailbox,
    named: Option<&str>,
) -> Result<Option<String>, ServiceError> {
    if let Some(named) = named {
        return Ok(Some(named.to_owned()));
    }
    let current = mailbox.current_address().await?.map(|current| current.address.to_string());
    if let Some(address) = &current {
        output::print_progress(&format!("the current address is {address}"));
    }
    Ok(current)
}

/// Returns the address that the user specified (`named`). If `named` is `None`, returns the current address, or an
/// error if there is no current address.
pub(super) async fn required_address(mailbox: &Mailbox, named: Option<&str>) -> Result<String, CliError> {
    address_or_current(mailbox, named).await?.ok_or_else(|| {
        CliError::usage("name an address; there is no current address (`use ADDRESS` makes one)")
    })
}
