//! The `config` command: prints the path of the settings file, prints each setting with its value and origin, or
//! creates the settings file.

use super::args::{Args, ConfigVerb};
use super::{CliError, output};
use crate::adapters::keyring::SystemKeyring;
use crate::app::settings::Settings;
use crate::config::{CliOptions, Config, Environment, Origin};
use dropmail_client::adapters::sqlite::secrets_storage;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) fn run(args: &Args, environment: &Environment, verb: Option<ConfigVerb>) -> Result<u8, CliError> {
    match verb.unwrap_or(ConfigVerb::Show) {
        ConfigVerb::Path => path(args, environment),
        ConfigVerb::Show => show(args, environment),
        ConfigVerb::Init => init(args, environment),
    }
}

/// Loads the settings, and prints an error to standard error for each invalid setting. The valid settings still apply.
pub(super) fn load(environment: &Environment, flags: &CliOptions) -> Result<Config, CliError> {
    let config = Config::load(environment, flags).map_err(CliError::usage)?;
    for problem in &config.problems {
        output::eprint_line(&problem.to_string());
    }
    Ok(config)
}

fn file(args: &Args, environment: &Environment) -> Result<PathBuf, CliError> {
    let file = Config::file_path(environment, &args.flags());
    file.map(|setting| setting.value)
        .ok_or_else(|| CliError::usage("there is no home directory; set DROPMAIL_CONFIG to a file"))
}

fn path(args: &Args, environment: &Environment) -> Result<u8, CliError> {
    let path = file(args, environment)?;
    if args.json {
        let object = json!({"path": path.display().to_string(), "exists": path.exists()});
        output::print(&object.to_string())?;
    } else {
        output::print(&path.display().to_string())?;
    }
    Ok(0)
}

fn show(args: &Args, environment: &Environment) -> Result<u8, CliError> {
    let config = Config::load(environment, &args.flags()).map_err(CliError::usage)?;
    // This command also reports errors in key bindings, which no other command checks.
    for problem in Settings::from_config(&config).1 {
        output::eprint_line(&problem);
    }
    let rows = config.describe();
    let (secrets, decided_by) = describe_secrets_storage(args);
    if args.json {
        let mut all: Map<String, Value> = rows
            .into_iter()
            .map(|row| (row.name.to_owned(), json!({"value": row.words(), "origin": row.origin.as_str()})))
            .collect();
        all.insert("secrets".to_owned(), json!({"value": secrets, "origin": decided_by}));
        output::print(&Value::Object(all).to_string())?;
    } else {
        let text = |row: crate::config::SettingDoc| {
            let value = row.words().unwrap_or_else(|| "-".to_owned());
            format!("{}\t{value}\t{}", row.name, row.origin.as_str())
        };
        let last = format!("secrets\t{secrets}\t{decided_by}");
        output::print_all(rows.into_iter().map(text).chain(std::iter::once(last)))?;
    }
    Ok(0)
}

/// Returns a description of where tokens and restore keys are stored, and what determines the place: a command-line
/// option, or the operating system, which may or may not provide a keyring.
fn describe_secrets_storage(args: &Args) -> (String, &'static str) {
    if args.no_archive || args.local {
        return ("in memory only, lost when the program ends".to_owned(), Origin::CommandLine.as_str());
    }
    (secrets_storage(Arc::new(SystemKeyring)), "system")
}

fn init(args: &Args, environment: &Environment) -> Result<u8, CliError> {
    let path = file(args, environment)?;
    let object = |why: std::io::Error| CliError::failed(format!("{}: {why}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(object)?;
    }
    let mut file = std::fs::File::create_new(&path).map_err(object)?;
    file.write_all(crate::config::template(&crate::app::keymap::template()).as_bytes()).map_err(object)?;
    output::print(&path.display().to_string())?;
    Ok(0)
}
