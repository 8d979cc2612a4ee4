//! Tests that the example CI job in `docs/scripting.md` works exactly as printed there.

use super::run::command;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn example() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scripting.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("<!-- ci-example -->\n```sh\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// Runs the CI job with a fake app that sends the mail `mail` once the job is waiting for mail. Returns the exit code
/// (`None` if a signal ended the job), the standard error output and the job's temporary directory.
#[expect(clippy::disallowed_methods, reason = "PATH locates the tools of the job")]
fn run_job(mail: &str) -> (Option<i32>, String, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    std::fs::write(folder.join("mail.eml"), mail).unwrap();
    let tools = folder.join("tools");
    std::fs::create_dir(&tools).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_dropmail-tui"), tools.join("dropmail-tui")).unwrap();
    // The fake app replies to the sign-up immediately and sends its mail in the background.
    let app = "#!/bin/sh\ndropmail-tui release mail.eml --to \"$2\" --smtp \"$1\" --yes >sent.txt 2>&1 &\n";
    for (name, script) in
        [("run-the-sign-up", app), ("enter-the-code", "#!/bin/sh\necho \"$1\" >entered.txt\n")]
    {
        std::fs::write(tools.join(name), script).unwrap();
        std::fs::set_permissions(tools.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut job = std::process::Command::new("sh");
    job.args(["-c", &example()]).current_dir(folder).env_clear();
    for (key, value) in command(folder).get_envs() {
        if let Some(value) = value {
            job.env(key, value);
        }
    }
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let output = job.env("PATH", path).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap(), home)
}

#[test]
fn the_example_job_signs_up_and_checks_the_mail() {
    let mail = "From: App <app@app.example>\r\nTo: user@example.com\r\nSubject: Your verification code\r\n\r\n\
                Your verification code is: 482913\r\n";
    let (code, result, home) = run_job(mail);
    assert_eq!(code, Some(0), "{result}");
    assert_eq!(std::fs::read_to_string(home.path().join("entered.txt")).unwrap(), "482913\n");
    let report = std::fs::read_to_string(home.path().join("mail.xml")).unwrap();
    assert!(report.contains("failures=\"0\""), "{report}");
}

#[test]
fn the_example_job_fails_without_a_code() {
    let mail = "From: App <app@app.example>\r\nSubject: Welcome\r\n\r\nNothing to see.\r\n";
    let (code, result, home) = run_job(mail);
    assert_eq!(code, Some(4), "{result}");
    assert!(result.contains("the mail has no code: \"Welcome\""), "{result}");
    assert!(!home.path().join("entered.txt").exists());
}
