//! Tests that an unrelated program can do no harm by connecting to the socket of the data directory's owner process.

use super::{Harness, wait_until_connected};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

fn open(data: &Path) -> UnixStream {
    UnixStream::connect(data.join("owner.sock")).unwrap()
}

/// Sends bytes to the owner process of the data directory, and returns everything that this process sends before it
/// closes the connection.
fn exchange(data: &Path, bytes: &[u8]) -> String {
    let mut stream = open(data);
    // The process that owns the data directory may close the connection before it has read everything.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8(answer).unwrap()
}

#[test]
fn an_unrelated_process_at_the_socket_is_ignored() {
    let harness = Harness::new();
    let window = harness.window();
    wait_until_connected(&window);
    let address = harness.address();
    let data = harness.data();
    assert_eq!(exchange(&data, b"\xff\xfe\0garbage\n"), "");
    assert_eq!(
        exchange(&data, b"{\"t\":\"ping\",\"id\":1}\n"),
        "",
        "a message before the greeting gets no reply"
    );
    assert_eq!(exchange(&data, &vec![b'x'; 4 << 20]), "", "a line that is too long gets no reply");
    let greeting = |version: u32| {
        let base = harness.base();
        format!(
            "{{\"t\":\"hello\",\"version\":{version},\"identity\":{{\"base\":\"{base}\",\"token\":null}}}}\n"
        )
    };
    assert!(exchange(&data, greeting(0).as_bytes()).contains("another version"));
    let reply = exchange(&data, format!("{}nonsense\n", greeting(1)).as_bytes());
    assert!(reply.contains("welcome"), "{reply}");
    // These connections send nothing, so the process that owns the data directory closes them after some time.
    let silent: Vec<UnixStream> = (0..100).map(|_| open(&data)).collect();
    harness.send(&address, "Tidings among enemies");
    window.wait_for_text("Tidings among enemies");
    for mut stream in silent {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty());
    }
    assert!(harness.run_ok(&["ls"]).contains("Tidings among enemies"));
    harness.end();
}

#[test]
fn a_silent_socket_delays_a_command_but_does_not_stop_it() {
    let harness = Harness::new();
    harness.run_ok(&["new"]);
    let listener = std::os::unix::net::UnixListener::bind(harness.data().join("owner.sock")).unwrap();
    harness.run_ok(&["new"]);
    drop(listener);
    harness.run_ok(&["ls"]);
    harness.end();
}
