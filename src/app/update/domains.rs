//! Handles personal domains. The service adds a domain only if the domain has the required DNS records. To delete a
//! domain, the user must enter the password that was chosen when the domain was added.

use super::{notify_failure, notify_info, notify_problem, notify_success};
use crate::app::account::Account;
use crate::app::command::AddressCommand;
use crate::app::effect::{DomainEffect, Effect};
use crate::app::input::TextInput;
use crate::app::model::Model;
use crate::app::msg::AppError;
use crate::app::overlay::{Action, Confirm, ConfirmableAction, Item, Menu, Overlay, Prompt, PromptKind};
use crate::app::personal_domain::{AddDomainError, PersonalDomainDraft};
use dropmail_client::domain::ids::DomainId;
use dropmail_client::domain::secrets::DomainPassword;
use dropmail_client::domain::session::Domain;
use dropmail_client::domain::time;
use mail_reader::sanitize::SafeText;

/// Handles the `D` key: requests the list of domains from the service. Shows a notice instead if the program is not
/// signed in to the service.
pub(super) fn open_domains(model: &mut Model) -> Vec<Effect> {
    if model.account == Account::Open {
        return vec![Effect::Domain(DomainEffect::ListOwn)];
    }
    let key = model.settings.keymap.key_text(AddressCommand::Refresh);
    notify_info(
        model,
        format!("The service is not reached yet, so its domains are not known. {key} tries again."),
    )
}

/// Shows the domains that could be the user's own; the service does not report who owns a domain. Omits domains that
/// cannot be personal domains: those with an expiry time, and those that the service also offers outside its API.
pub(super) fn handle_domains_listed(model: &mut Model, result: Result<Vec<Domain>, AppError>) -> Vec<Effect> {
    let domains = match result {
        Ok(domains) => domains,
        Err(why) => return notify_failure(model, why),
    };
    let add = Item {
        label: "add a domain of your own".into(),
        detail: "its MX records have to lead to mx.dropmail.me".into(),
        action: Action::AddDomain,
    };
    let now = model.now;
    let item = |domain: Domain| {
        let since = domain.introduced_at.map(|since| format!("{} old, ", time::format_age(since, now)));
        Item {
            detail: format!("{}Enter gives it up, if it is yours", since.unwrap_or_default()).into(),
            action: Action::DeleteDomain(domain.id, domain.name.clone()),
            label: domain.name,
        }
    };
    let items =
        std::iter::once(add).chain(domains.into_iter().filter(Domain::can_be_own).map(item)).collect();
    model.overlays.push(Overlay::Menu(Menu::new("Domains of your own", items)));
    Vec::new()
}

fn open_prompt(
    model: &mut Model,
    purpose: PromptKind,
    input: TextInput,
    wrong: Option<SafeText>,
) -> Vec<Effect> {
    model.overlays.push(Overlay::Prompt(Prompt { purpose, input, wrong }));
    Vec::new()
}

fn prompt_for_password(model: &mut Model, wrong: Option<SafeText>) -> Vec<Effect> {
    open_prompt(model, PromptKind::DomainPassword, TextInput::password(), wrong)
}

pub(super) fn prompt_for_name(model: &mut Model) -> Vec<Effect> {
    open_prompt(model, PromptKind::DomainName, TextInput::default(), None)
}

/// Checks the syntax of the domain name that the user typed. Prompts for a password if the syntax is valid, and for the
/// name again if not. Only the service can determine whether the domain can be added.
pub(super) fn handle_name(model: &mut Model, text: &str) -> Vec<Effect> {
    let name = text.trim().trim_start_matches('@').trim_end_matches('.').to_lowercase();
    if !name.contains('.') || name.contains(|c: char| c.is_whitespace() || "/@:".contains(c)) {
        return open_prompt(
            model,
            PromptKind::DomainName,
            TextInput::new(text),
            Some("give the name alone, such as example.com".into()),
        );
    }
    model.own_domain = Some(PersonalDomainDraft::Adding { name: name.into(), password: None });
    prompt_for_password(model, Some("you will need it to give the domain up: keep it".into()))
}

pub(super) fn confirm_delete(model: &mut Model, id: DomainId, name: SafeText) -> Vec<Effect> {
    let asked = format!("of {name}: its addresses take no mail from then on").into();
    model.own_domain = Some(PersonalDomainDraft::Deleting { id, name });
    prompt_for_password(model, Some(asked))
}

/// Handles the password that the user typed for a personal domain. When adding a domain, prompts for the password a
/// second time. When deleting a domain, sends the password to the service.
pub(super) fn handle_password(model: &mut Model, text: &str) -> Vec<Effect> {
    if text.is_empty() {
        return prompt_for_password(model, Some("Esc leaves it".into()));
    }
    match &mut model.own_domain {
        Some(PersonalDomainDraft::Adding { password, .. }) => {
            *password = Some(DomainPassword::new(text));
            open_prompt(model, PromptKind::DomainPasswordAgain, TextInput::password(), None)
        }
        Some(PersonalDomainDraft::Deleting { id, .. }) => {
            vec![Effect::Domain(DomainEffect::Delete(id.clone(), DomainPassword::new(text)))]
        }
        None => Vec::new(),
    }
}

/// Checks that the user has typed the same password twice for a new personal domain, because the prompt masks it. If
/// the two are equal, sends the request that adds the domain. If not, prompts for a password again.
pub(super) fn handle_repeated_password(model: &mut Model, text: &str) -> Vec<Effect> {
    match &mut model.own_domain {
        Some(PersonalDomainDraft::Adding { password, .. })
            if *password == Some(DomainPassword::new(text)) =>
        {
            send_add_request(model)
        }
        Some(PersonalDomainDraft::Adding { password, .. }) => {
            *password = None;
            prompt_for_password(model, Some("the two were not the same".into()))
        }
        Some(PersonalDomainDraft::Deleting { .. }) | None => Vec::new(),
    }
}

/// Sends the request that adds the personal domain. The service checks the DNS records of the domain.
pub(super) fn send_add_request(model: &mut Model) -> Vec<Effect> {
    let Some(PersonalDomainDraft::Adding { name, password: Some(password) }) = model.own_domain.clone()
    else {
        return Vec::new();
    };
    notify_info(model, format!("Adding {name}: the service looks at its DNS …"));
    vec![Effect::Domain(DomainEffect::Add(name, password))]
}

pub(super) fn handle_domain_added(model: &mut Model, result: Result<Domain, AddDomainError>) -> Vec<Effect> {
    model.notices.dismiss();
    match result {
        Ok(domain) => {
            model.own_domain = None;
            let key = model.settings.keymap.key_text(AddressCommand::NewAddressOn);
            notify_success(model, format!("{} is yours. {key} makes addresses on it.", domain.name))
        }
        Err(AddDomainError { words, records, .. }) if !records.is_empty() => {
            let Some(PersonalDomainDraft::Adding { name, .. }) = &model.own_domain else {
                return notify_problem(model, words);
            };
            let missing = "Its DNS lacks these records:".into();
            let mut details: Vec<SafeText> = vec![missing];
            details.extend(records.iter().map(|record| format!("   {record}").into()));
            details.push("Once they are set it takes the records' TTL until they are seen.".into());
            let question = format!("{name} cannot be added yet. Ask again now?").into();
            model.overlays.push(Overlay::Confirm(Confirm {
                question,
                details,
                action: ConfirmableAction::AddDomain,
            }));
            Vec::new()
        }
        Err(AddDomainError { words, password: true, .. }) => prompt_for_password(model, Some(words)),
        Err(AddDomainError { words, .. }) => {
            model.own_domain = None;
            notify_problem(model, words)
        }
    }
}

pub(super) fn handle_domain_deleted(model: &mut Model, result: Result<(), AppError>) -> Vec<Effect> {
    let name = match model.own_domain.take() {
        Some(PersonalDomainDraft::Deleting { name, .. }) => name,
        Some(PersonalDomainDraft::Adding { .. }) | None => "The domain".into(),
    };
    match result {
        Ok(()) => notify_success(model, format!("{name} is given up: its addresses take no mail any more.")),
        Err(why) => notify_failure(model, why),
    }
}
