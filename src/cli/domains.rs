//! The `domains` command, which lists the domains for addresses, and the `domain` command, which adds or deletes a
//! personal domain.

use super::args::DomainVerb;
use super::context::CliContext;
use super::{CliError, json, output, password};
use crate::config::Environment;
use dropmail_client::domain::session::Domain;
use mail_reader::sanitize::SafeText;
use serde_json::{Value, json};

pub(super) async fn list(context: CliContext) -> Result<u8, CliError> {
    let domains = context.mailbox.domains().await?;
    if context.json {
        let all: Value = domains.iter().map(json::domain).collect();
        output::print(&all.to_string())?;
    } else {
        output::print_all(domains.iter().map(format_row))?;
    }
    Ok(0)
}

pub(super) async fn change(
    context: CliContext,
    verb: &DomainVerb,
    environment: &Environment,
) -> Result<u8, CliError> {
    let (DomainVerb::Add { name } | DomainVerb::Delete { name }) = verb;
    let password =
        password::prompt_password(environment, name, matches!(verb, DomainVerb::Add { .. })).await?;
    match verb {
        DomainVerb::Add { name } => {
            let domain = context.mailbox.add_domain(name, &password).await?;
            output::print(&if context.json {
                json::domain(&domain).to_string()
            } else {
                format_row(&domain)
            })?;
        }
        DomainVerb::Delete { name } => {
            let id = context.mailbox.domain_id(name).await?;
            context.mailbox.delete_domain(&id, &password).await?;
            let name = SafeText::new(name);
            output::print(&if context.json {
                json!({"deleted": name.as_str()}).to_string()
            } else {
                name.to_string()
            })?;
        }
    }
    Ok(0)
}

/// Formats a domain as one line: its name, its expiry date (or `-`) and its id, separated by tabs.
fn format_row(domain: &Domain) -> String {
    let end = domain.expires_at.map_or_else(|| "-".to_owned(), |end| end.to_string());
    format!("{}\t{end}\t{}", domain.name, SafeText::new(domain.id.as_str()))
}
