//! Tests that a process of another program does no harm when it connects to the socket of the process that owns the
//! data folder.

use super::{Harness, connected};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

fn open(data: &Path) -> UnixStream {
    UnixStream::connect(data.join("owner.sock")).unwrap()
}

/// Sends bytes to the process that owns the data folder, and returns all that this process sends until it closes the
/// connection.
fn answered(data: &Path, bytes: &[u8]) -> String {
    let mut stream = open(data);
    // The process that owns the data folder may close the connection before it has read everything.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8(answer).unwrap()
}

#[test]
fn an_unrelated_process_at_the_socket_is_ignored() {
    let harness = Harness::new();
    let window = harness.window();
    connected(&window);
    let address = harness.address();
    let data = harness.data();
    assert_eq!(answered(&data, b"\xff\xfe\0garbage\n"), "");
    assert_eq!(answered(&data, b"{\"t\":\"ping\",\"id\":1}\n"), "", "the first message is a greeting");
    assert_eq!(answered(&data, &vec![b'x'; 4 << 20]), "", "a long line");
    let hello = |version: u32| {
        let base = harness.base();
        format!(
            "{{\"t\":\"hello\",\"version\":{version},\"identity\":{{\"base\":\"{base}\",\"token\":null}}}}\n"
        )
    };
    assert!(answered(&data, hello(0).as_bytes()).contains("another version"));
    let welcomed = answered(&data, format!("{}nonsense\n", hello(1)).as_bytes());
    assert!(welcomed.contains("welcome"), "{welcomed}");
    // These connections send nothing, so the process that owns the data folder closes them after some time.
    let silent: Vec<UnixStream> = (0..100).map(|_| open(&data)).collect();
    harness.send(&address, "Tidings among enemies");
    window.shows("Tidings among enemies");
    for mut stream in silent {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty());
    }
    assert!(harness.good(&["ls"]).contains("Tidings among enemies"));
    harness.end();
}

#[test]
fn a_silent_socket_delays_a_command_but_does_not_stop_it() {
    let harness = Harness::new();
    harness.good(&["new"]);
    let listener = std::os::unix::net::UnixListener::bind(harness.data().join("owner.sock")).unwrap();
    harness.good(&["new"]);
    drop(listener);
    harness.good(&["ls"]);
    harness.end();
}
