use super::*;

fn file(text: &str) -> FileSettings {
    FileSettings::parse(text, Path::new("/c/config.toml")).unwrap()
}

fn environment() -> Environment {
    Environment {
        folders: Folders {
            home: Some("/home/me".into()),
            config_file: Some("/home/me/.config/dropmail-tui/config.toml".into()),
            data: Some("/home/me/.local/share/dropmail-tui".into()),
            downloads: Some("/home/me/Downloads".into()),
        },
        ..Environment::default()
    }
}

#[test]
fn without_settings_the_defaults_apply() {
    let config = Config::resolve(&environment(), &file(""), &CliOptions::default()).unwrap();
    assert_eq!(config.base_url.value.as_str(), DEFAULT_BASE_URL);
    assert_eq!(config.base_url.origin, Origin::Default);
    assert_eq!(config.token, None);
    assert_eq!(config.data_dir().unwrap(), Path::new("/home/me/.local/share/dropmail-tui"));
    assert_eq!(config.download_dir.value, Path::new("/home/me/Downloads"));
    assert_eq!(config.clipboard.value, ClipboardChoice::Auto);
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let from_file = file("base_url = 'http://file/api/graphql'\nclipboard = 'osc52'\ndata_dir = '~/mail'\n");
    let mut around = environment();
    let mut flags = CliOptions::default();
    let base = |around: &Environment, flags: &CliOptions| {
        let base = Config::resolve(around, &from_file, flags).unwrap().base_url;
        (base.value.host(), base.origin)
    };
    assert_eq!(base(&around, &flags), ("file".to_owned(), Origin::File));
    around.base_url = Some("http://env/api/graphql".to_owned());
    assert_eq!(base(&around, &flags), ("env".to_owned(), Origin::Environment));
    flags.base_url = Some("http://flag/api/graphql".to_owned());
    assert_eq!(base(&around, &flags), ("flag".to_owned(), Origin::CommandLine));
    let config = Config::resolve(&around, &from_file, &flags).unwrap();
    assert_eq!(config.data_dir().unwrap(), Path::new("/home/me/mail"));
    assert_eq!(config.data_dir_origin(), Some(Origin::File));
    assert_eq!(config.clipboard, Setting { value: ClipboardChoice::Osc52, origin: Origin::File });
}

#[test]
fn an_error_is_reported_with_its_line_and_other_settings_apply() {
    for (text, line, words) in [
        ("data_dir = '/x'\ncolour = 'red'\n", 2, "unknown setting `colour`"),
        ("\nthem = 'paper'\n", 2, "did you mean `theme`?"),
        (
            "clipboard = 'pigeon'",
            1,
            "one of auto, system, system-until-quit, osc52, both and command, not `pigeon`",
        ),
        ("theme = 'midnigth'", 1, "did you mean `midnight`?"),
        ("keep_days = -3", 1, "a whole number from 0 to 36500, not -3"),
        ("no_color = 'yes'", 1, "true or false, not a text"),
        ("download_dir = 7", 1, "`download_dir` must be a folder in quotes, not a number"),
        ("token = 'af_verysecret99'", 1, "set DROPMAIL_TOKEN"),
        ("keys = 3", 1, "[keys]"),
        ("[keys]\nquit = 3", 2, "`quit`"),
    ] {
        let text = format!("{text}\n");
        let text = if text.contains("[keys]") { text } else { format!("{text}reduced_motion = true\n") };
        let settings = file(&text);
        assert_eq!(settings.problems.len(), 1, "{text}: {:?}", settings.problems);
        let problem = settings.problems[0].to_string();
        assert!(problem.starts_with(&format!("/c/config.toml:{line}:")), "{problem}");
        assert!(problem.contains(words), "{problem}");
        assert!(!problem.contains("verysecret"), "{problem}");
        assert_eq!(settings.values.contains_key("reduced_motion"), !text.contains("[keys]"), "{text}");
    }
}

#[test]
fn settings_that_select_the_data_directory_must_be_valid() {
    for (text, line, words) in [
        ("\nbase_url = 3\n", 2, "`base_url` must be a text"),
        ("data_dir = true", 1, "`data_dir` must be a folder"),
        ("a = ", 1, ""),
    ] {
        let error = FileSettings::parse(text, Path::new("/c/config.toml")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("/c/config.toml:{line}:")), "{error}");
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn every_setting_has_a_variable_and_a_flag() {
    for row in table::TABLE {
        let word = match row.kind {
            table::SettingKind::Text => "https://x.example/api/graphql".to_owned(),
            table::SettingKind::Hosts => "cdn.example, files.example:8443".to_owned(),
            table::SettingKind::Directory => "/somewhere".to_owned(),
            table::SettingKind::Bool => if row.default == "true" { "false" } else { "true" }.to_owned(),
            table::SettingKind::Number(..) => "5".to_owned(),
            table::SettingKind::Choice(words) => (*words.last().unwrap()).to_owned(),
        };
        let shown = |config: &Config| {
            let described = config.describe();
            let row = described.iter().find(|described| described.name == row.name).unwrap();
            (row.value.trim_matches('"').to_owned(), row.origin)
        };
        let flags = CliOptions { set: vec![(row.name.to_owned(), word.clone())], ..CliOptions::default() };
        if row.name != "no_color" {
            let config = Config::resolve(&environment(), &file(""), &flags).unwrap();
            assert_eq!(shown(&config), (word.clone(), Origin::CommandLine), "--set {}", row.name);
        }
        let mut around = environment();
        let path = || Some(word.clone().into());
        match row.name {
            "base_url" => around.base_url = Some(word.clone()),
            "data_dir" => around.data_dir = path(),
            "download_dir" => around.download_dir = path(),
            "log" => around.log = Some(word.clone()),
            "no_color" => around.no_color = true,
            name => drop(around.settings.insert(name, word.clone())),
        }
        let config = Config::resolve(&around, &file(""), &CliOptions::default()).unwrap();
        assert_eq!(shown(&config), (word, Origin::Environment), "{}", row.env);
    }
}

#[test]
fn an_invalid_flag_or_variable_is_a_usage_error() {
    let wrong = |name: &str, word: &str| {
        let flags = CliOptions { set: vec![(name.to_owned(), word.to_owned())], ..CliOptions::default() };
        Config::resolve(&environment(), &file(""), &flags).unwrap_err().to_string()
    };
    assert!(wrong("them", "paper").contains("--set: unknown setting `them`; did you mean `theme`?"));
    assert!(wrong("theme", "papre").contains("did you mean `paper`?"));
    let mut around = environment();
    around.settings.insert("reduced_motion", "maybe".to_owned());
    let error = Config::resolve(&around, &file(""), &CliOptions::default()).unwrap_err().to_string();
    assert!(error.contains("DROPMAIL_REDUCED_MOTION") && error.contains("maybe"), "{error}");
}

#[test]
fn keys_are_read_from_the_file_the_variable_and_the_flag() {
    let from_file = file("[keys]\nfirst = 'g g'\nquit = ['Q', 'Ctrl-q']\nhelp = []\n");
    let around = Environment { keys: Some("first=t; last = b, End".to_owned()), ..environment() };
    let flags = CliOptions { set: vec![("keys.quit".to_owned(), "x".to_owned())], ..CliOptions::default() };
    let keys = Config::resolve(&around, &from_file, &flags).unwrap().keys;
    let shown: Vec<_> =
        keys.iter().map(|entry| format!("{}={}", entry.command, entry.keys.join("|"))).collect();
    assert_eq!(shown, ["help=", "first=t", "last=b|End", "quit=x"]);
}

#[test]
fn the_template_is_all_comments_and_lists_the_defaults() {
    let text = template("");
    assert_eq!(file(&text), FileSettings::default());
    let uncommented: String = text
        .lines()
        .filter(|line| table::TABLE.iter().any(|row| line.starts_with(&format!("# {} = ", row.name))))
        .filter(|line| !line.contains("_dir = "))
        .flat_map(|line| [line.trim_start_matches("# "), "\n"])
        .collect();
    let settings = file(&uncommented);
    assert!(settings.problems.is_empty(), "{:?}", settings.problems);
    let with = Config::resolve(&environment(), &settings, &CliOptions::default()).unwrap();
    let without = Config::resolve(&environment(), &file(""), &CliOptions::default()).unwrap();
    for (with, without) in with.describe().iter().zip(without.describe()) {
        assert_eq!(with.value, without.value, "{}", with.name);
    }
}

#[test]
fn a_bad_base_address_or_token_is_reported_with_its_source() {
    let around = Environment { base_url: Some("dropmail.me".to_owned()), ..environment() };
    let error = Config::resolve(&around, &file(""), &CliOptions::default()).unwrap_err().to_string();
    assert!(error.contains("DROPMAIL_BASE_URL"), "{error}");

    let around = environment().with_token("af_short");
    let error = Config::resolve(&around, &file(""), &CliOptions::default()).unwrap_err().to_string();
    assert!(error.contains("DROPMAIL_TOKEN") && !error.contains("af_short"), "{error}");
    assert!(!format!("{around:?}").contains("af_short"), "a token is never printed");
}

#[test]
fn a_missing_home_folder_disables_only_the_archive() {
    let config = Config::resolve(&Environment::default(), &file(""), &CliOptions::default()).unwrap();
    assert_eq!(config.download_dir.value, Path::new("."));
    let error = config.data_dir().unwrap_err().to_string();
    assert!(error.contains("DROPMAIL_DATA_DIR"), "{error}");
}

#[test]
fn a_configured_file_must_exist_and_the_default_file_may_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.toml");
    let mut around = environment();
    around.folders.config_file = Some(missing.clone());
    assert!(Config::load(&around, &CliOptions::default()).is_ok());
    let flags = CliOptions { config: Some(missing), ..CliOptions::default() };
    let error = Config::load(&around, &flags).unwrap_err().to_string();
    assert!(error.contains("none.toml") && error.contains("DROPMAIL_CONFIG"), "{error}");
}
