//! Tests that a personal domain's password, when typed in a terminal, is never shown and never appears in the arguments
//! of a process.

use super::terminal::Terminal;
use dropmail_server::{Server, ServerConfig};
use tempfile::tempdir;

#[test]
fn a_domain_is_added_and_deleted_with_a_hidden_password() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let free = "127.0.0.1:0".parse().unwrap();
    let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
    let server = runtime.block_on(Server::start(config)).unwrap();
    let (home, base) = (tempdir().unwrap(), server.base_url());
    let start =
        |args: &[&str]| Terminal::start_with(args, home.path(), (80, 24), &[("DROPMAIL_BASE_URL", &base)]);

    let mut two = start(&["domain", "add", "example.org"]);
    two.wait_for_text("Password of example.org: ");
    two.type_keys("correct horse\r");
    two.wait_for_text("The same again: ");
    two.type_keys("another horse\r");
    two.wait_for_text("differ");
    assert_eq!(two.end(), 2);

    let mut add = start(&["domain", "add", "example.org"]);
    add.wait_for_text("Password of example.org: ");
    // The user corrects a typing error; the keys for the correction are not shown either.
    add.type_keys("nonsense\x15correct horsf\x7fe\r");
    add.wait_for_text("The same again: ");
    add.type_keys("correct horse\r");
    assert_eq!(add.end(), 0, "{}", add.screen());
    assert!(add.screen().contains("example.org"), "{}", add.screen());

    let mut given_up = start(&["domain", "delete", "example.org"]);
    given_up.wait_for_text("Password of example.org: ");
    given_up.type_keys("corr\x03");
    assert_eq!(given_up.end(), 130);

    let mut ended = start(&["domain", "delete", "example.org"]);
    ended.wait_for_text("Password of example.org: ");
    ended.signal("TERM");
    assert_eq!(ended.end(), 143);

    let mut delete = start(&["domain", "delete", "example.org"]);
    delete.wait_for_text("Password of example.org: ");
    delete.type_keys("correct horse\r");
    assert_eq!(delete.end(), 0, "{}", delete.screen());
    for terminal in [&two, &add, &given_up, &delete] {
        let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        assert!(!written.contains("corr") && !written.contains("horse"), "{written}");
    }
    runtime.block_on(server.shutdown());
}
