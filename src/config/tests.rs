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
fn with_nothing_set_the_defaults_hold() {
    let config = Config::resolve(&environment(), &file(""), &Flags::default()).unwrap();
    assert_eq!(config.base_url.value.as_str(), DEFAULT_BASE_URL);
    assert_eq!(config.base_url.origin, Origin::Default);
    assert_eq!(config.token, None);
    assert_eq!(config.data_dir().unwrap(), Path::new("/home/me/.local/share/dropmail-tui"));
    assert_eq!(config.download_dir.value, Path::new("/home/me/Downloads"));
    assert_eq!(config.clipboard.value, ClipboardChoice::Auto);
}

#[test]
fn flags_beat_environment_beats_file() {
    let from_file = file("base_url = 'http://file/api/graphql'\nclipboard = 'osc52'\ndata_dir = '~/mail'\n");
    let mut around = environment();
    let mut flags = Flags::default();
    let base = |around: &Environment, flags: &Flags| {
        let base = Config::resolve(around, &from_file, flags).unwrap().base_url;
        (base.value.host(), base.origin)
    };
    assert_eq!(base(&around, &flags), ("file".to_owned(), Origin::File));
    around.base_url = Some("http://env/api/graphql".to_owned());
    assert_eq!(base(&around, &flags), ("env".to_owned(), Origin::Environment));
    flags.base_url = Some("http://flag/api/graphql".to_owned());
    assert_eq!(base(&around, &flags), ("flag".to_owned(), Origin::Flag));
    let config = Config::resolve(&around, &from_file, &flags).unwrap();
    assert_eq!(config.data_dir().unwrap(), Path::new("/home/me/mail"));
    assert_eq!(config.data_dir_origin(), Some(Origin::File));
    assert_eq!(config.clipboard, Setting { value: ClipboardChoice::Osc52, origin: Origin::File });
}

#[test]
fn an_error_says_where_and_what() {
    for (text, line, words) in [
        ("\nbase_url = 3\n", 2, "string"),
        ("data_dir = '/x'\ncolour = 'red'\n", 2, "colour"),
        ("clipboard = 'pigeon'", 1, "pigeon"),
        ("token = 'af_verysecret99'", 1, "token"),
        ("a = ", 1, ""),
    ] {
        let error = FileSettings::parse(text, Path::new("/c/config.toml")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("/c/config.toml:{line}:")), "{error}");
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("verysecret"), "{error}");
    }
}

#[test]
fn a_bad_base_address_or_token_is_told_with_its_source() {
    let around = Environment { base_url: Some("dropmail.me".to_owned()), ..environment() };
    let error = Config::resolve(&around, &file(""), &Flags::default()).unwrap_err().to_string();
    assert!(error.contains("DROPMAIL_BASE_URL"), "{error}");

    let around = environment().with_token("af_short");
    let error = Config::resolve(&around, &file(""), &Flags::default()).unwrap_err().to_string();
    assert!(error.contains("DROPMAIL_TOKEN") && !error.contains("af_short"), "{error}");
    assert!(!format!("{around:?}").contains("af_short"), "a token is never printed");
}

#[test]
fn without_a_home_folder_only_the_archive_is_missing() {
    let config = Config::resolve(&Environment::default(), &file(""), &Flags::default()).unwrap();
    assert_eq!(config.download_dir.value, Path::new("."));
    let error = config.data_dir().unwrap_err().to_string();
    assert!(error.contains("DROPMAIL_DATA_DIR"), "{error}");
}

#[test]
fn a_file_that_was_named_must_be_there_and_the_usual_one_need_not() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.toml");
    let mut around = environment();
    around.folders.config_file = Some(missing.clone());
    assert!(Config::load(&around, &Flags::default()).is_ok());
    let flags = Flags { config: Some(missing), ..Flags::default() };
    let error = Config::load(&around, &flags).unwrap_err().to_string();
    assert!(error.contains("none.toml") && error.contains("DROPMAIL_CONFIG"), "{error}");
}
