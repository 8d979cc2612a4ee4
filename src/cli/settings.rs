//! `config`: where the settings file is, and every setting with its origin.

use super::args::{Args, ConfigVerb};
use super::{Failure, output};
use crate::config::{Config, Environment};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;

pub(super) fn run(args: &Args, environment: &Environment, verb: Option<ConfigVerb>) -> Result<u8, Failure> {
    match verb.unwrap_or(ConfigVerb::Show) {
        ConfigVerb::Path => path(args, environment),
        ConfigVerb::Show => show(args, environment),
        ConfigVerb::Init => init(args, environment),
    }
}

fn file(args: &Args, environment: &Environment) -> Result<PathBuf, Failure> {
    let file = Config::file_path(environment, &args.flags());
    file.map(|setting| setting.value)
        .ok_or_else(|| Failure::usage("there is no home folder; set DROPMAIL_CONFIG to a file"))
}

fn path(args: &Args, environment: &Environment) -> Result<u8, Failure> {
    let path = file(args, environment)?;
    if args.json {
        let told = json!({"path": path.display().to_string(), "exists": path.exists()});
        output::print(&told.to_string())?;
    } else {
        output::print(&path.display().to_string())?;
    }
    Ok(0)
}

fn show(args: &Args, environment: &Environment) -> Result<u8, Failure> {
    let config = Config::load(environment, &args.flags()).map_err(Failure::usage)?;
    let rows = config.rows();
    if args.json {
        let all: Map<String, Value> = rows
            .into_iter()
            .map(|row| (row.name.to_owned(), json!({"value": row.value, "origin": row.origin.word()})))
            .collect();
        output::print(&Value::Object(all).to_string())?;
    } else {
        let text = |row: crate::config::SettingRow| {
            let value = row.value.unwrap_or_else(|| "-".to_owned());
            format!("{}\t{value}\t{}", row.name, row.origin.word())
        };
        output::print_all(rows.into_iter().map(text))?;
    }
    Ok(0)
}

fn init(args: &Args, environment: &Environment) -> Result<u8, Failure> {
    let path = file(args, environment)?;
    let told = |why: std::io::Error| Failure::failed(format!("{}: {why}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    let mut file = std::fs::File::create_new(&path).map_err(told)?;
    file.write_all(crate::config::TEMPLATE.as_bytes()).map_err(told)?;
    output::print(&path.display().to_string())?;
    Ok(0)
}
