//! Tests that the program outputs every mail exactly as it was delivered over SMTP. The test checks the server's
//! downloads, the archive, saved files, and each export format.
//!
//! The test always uses the project's sample mails and a few unusual mails. `DROPMAIL_CORPORA` can list further
//! directories, separated by `:`; the test then also uses every `.eml` file in them: `DROPMAIL_CORPORA=FOLDER cargo
//! test --test it round_trip -- --nocapture`

#![expect(clippy::print_stdout, reason = "the test prints the number of mails for people")]
#![expect(clippy::disallowed_methods, reason = "an environment variable lists the folders")]

use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::GraphqlClient;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::session::AddressOptions;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::files::Files;
use dropmail_client::service::{Ingested, Mailbox};
use dropmail_server::{AccessToken, Server, ServerConfig};
use dropmail_tui::adapters::files::DownloadFolder;
use dropmail_tui::adapters::mail_file::MailFile;
use futures_util::{StreamExt, stream};
use mail_reader::mbox::MboxEntry;
use mail_reader::sanitize::SafeName;
use serde_json::{Value, json};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const TOKEN: &str = "af_roundtrip01";
/// Maximum number of mails that are downloaded at the same time.
const AT_ONCE: usize = 8;
/// Maximum number of mails that the test also saves with the `save` command. This number is small, because each `save`
/// starts the program once.
const SAVED_BY_PROGRAM: usize = 8;

/// Unusual mails that are always tested, because the other directories may lack such mails.
const ODD: &[&str] = &[
    "\r\n",
    ".\r\n..\r\n. \r\n",
    "Subject: no body\r\n",
    "Subject: empty body\r\n\r\n",
    "Subject: blank lines\r\n\r\n\r\n\r\n",
    "Subject: dots\r\n\r\n.\r\n..\r\n.From a\r\n...\r\n",
    "Subject: like an mbox\r\n\r\nFrom a@b.example Tue Nov  3 09:00:00 2026\r\nSubject: y\r\n\r\n>From b\r\n>>From c\r\n",
    "From a@b.example Tue Nov  3 09:00:00 2026\r\nSubject: behind a separator\r\n\r\nx\r\n",
    "Status: RO\r\nContent-Length: 3\r\n\r\nfields of mailbox files\r\n",
    "no field at all\r\n",
    "Subject: control\r\n\r\n\0\u{1}\u{7f}\t \r\n \r\n",
];

fn files_under(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, out);
        } else if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("eml")) {
            out.push(path);
        }
    }
}

/// Returns a mail as SMTP transmits it: every line, including the last one, ends in CR LF.
fn as_sent_by_smtp(raw: &[u8]) -> Vec<u8> {
    let mut converted = Vec::with_capacity(raw.len() + 2);
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                let _end = bytes.next_if_eq(&b'\n');
                converted.extend_from_slice(b"\r\n");
            }
            b'\n' => converted.extend_from_slice(b"\r\n"),
            other => converted.push(other),
        }
    }
    if !converted.ends_with(b"\r\n") {
        converted.extend_from_slice(b"\r\n");
    }
    converted
}

fn mails() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    files_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mails"), &mut files);
    match std::env::var_os("DROPMAIL_CORPORA") {
        Some(folders) => std::env::split_paths(&folders).for_each(|folder| files_under(&folder, &mut files)),
        None => println!("DROPMAIL_CORPORA is not set: only the mails of the project are sent"),
    }
    files.sort();
    let files = files.iter().map(|path| as_sent_by_smtp(&std::fs::read(path).unwrap()));
    let bytes = [b"Subject: bytes\r\n\r\n\xff\xfe\x80\r\n".to_vec()];
    ODD.iter().map(|odd| odd.as_bytes().to_vec()).chain(bytes).chain(files).collect()
}

async fn expect_reply(lines: &mut BufReader<TcpStream>, code: &str) {
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).await.unwrap();
        assert!(line.starts_with(code), "{line}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return;
        }
    }
}

/// Sends mails in order over one SMTP connection, with dot-stuffing.
async fn send(server: &Server, to: &str, mails: &[Vec<u8>]) {
    let socket = TcpStream::connect(server.smtp_addr()).await.unwrap();
    socket.set_nodelay(true).unwrap();
    let mut lines = BufReader::new(socket);
    expect_reply(&mut lines, "220").await;
    lines.write_all(b"EHLO test.example\r\n").await.unwrap();
    expect_reply(&mut lines, "250").await;
    for mail in mails {
        let commands = format!("MAIL FROM:<a@b.example>\r\nRCPT TO:<{to}>\r\nDATA\r\n");
        lines.write_all(commands.as_bytes()).await.unwrap();
        for code in ["250", "250", "354"] {
            expect_reply(&mut lines, code).await;
        }
        let mut stuffed = Vec::with_capacity(mail.len() + 16);
        for line in mail.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        stuffed.extend_from_slice(b".\r\n");
        lines.write_all(&stuffed).await.unwrap();
        expect_reply(&mut lines, "250").await;
    }
}

/// Checks that `found` contains exactly the sent mails, in any order.
fn assert_same(output_name: &str, mut found: Vec<Vec<u8>>, sent: &[Vec<u8>]) {
    let mut sent: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
    sent.sort_unstable();
    found.sort_unstable();
    assert_eq!(found.len(), sent.len(), "{output_name}: the number of mails");
    for (found, sent) in found.iter().zip(sent) {
        let at = found.iter().zip(sent).take_while(|(a, b)| a == b).count();
        assert!(
            found == sent,
            "{output_name}: {} bytes instead of {}; the first difference is at byte {at}: {:?}",
            found.len(),
            sent.len(),
            String::from_utf8_lossy(sent.get(..sent.len().min(300)).unwrap())
        );
    }
}

/// Creates a temporary directory, in memory if the operating system supports this. On a disk, the test would spend most
/// of its time syncing files.
fn home() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn contents(folder: &Path) -> Vec<Vec<u8>> {
    std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// Downloads all mails from the server twice, and returns both sets: first the mails from their own URLs, then the
/// mails from a single `.zip` file.
async fn downloads(server: &Server, session: &str) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let query = "query($id: ID!, $after: String) { session(id: $id) { downloadZipUrl
        mailsConnection(first: 100, after: $after) { edges { node { downloadUrl } }
            pageInfo { hasNextPage endCursor } } } }";
    let mut urls: Vec<Value> = Vec::new();
    let (mut after, mut zip_url) = (Value::Null, Value::Null);
    while zip_url.is_null() {
        let request = http.post(format!("{}/{TOKEN}", server.base_url()));
        let request = request.json(&json!({"query": query, "variables": {"id": session, "after": after}}));
        let reply: Value =
            serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap();
        let page = &reply["data"]["session"]["mailsConnection"];
        let edges = page["edges"].as_array().unwrap_or_else(|| panic!("{reply}"));
        urls.extend(edges.iter().map(|edge| edge["node"]["downloadUrl"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            zip_url = reply["data"]["session"]["downloadZipUrl"].clone();
        }
    }
    let download = |url: &Value| {
        let request = http.get(url.as_str().unwrap());
        async move { request.send().await.unwrap().bytes().await.unwrap().to_vec() }
    };
    let single = stream::iter(urls.iter().map(download)).buffer_unordered(AT_ONCE).collect().await;
    let mut zip = zip::ZipArchive::new(Cursor::new(download(&zip_url).await)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mails = names.iter().filter(|name| Path::new(name).extension() == Some("eml".as_ref())).map(|name| {
        let mut content = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    });
    (single, mails.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_output_equals_the_bytes_received_by_smtp() {
    let sent = mails();
    let free = "127.0.0.1:0".parse().unwrap();
    let token = Token::parse(TOKEN).unwrap();
    let tokens = vec![AccessToken::new(TOKEN)];
    let config = ServerConfig { http: free, smtp: free, tokens, ..ServerConfig::default() };
    let server = Server::start(config).await.unwrap();
    let home = home();
    let data = home.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let clock = Arc::new(SystemClock);
    let transport = GraphqlClient::new(BaseUrl::parse(&server.base_url()).unwrap(), Arc::clone(&clock) as _);
    let archive = SqliteArchive::open(&data, clock.now()).unwrap().archive;
    let mailbox = Mailbox::new(Arc::new(transport), Arc::new(archive), clock, Some(token));
    let session = mailbox.open_session(AddressOptions::default()).await.unwrap().value;
    send(&server, &session.addresses[0].address, &sent).await;

    let (single, zip) = downloads(&server, session.id.as_str()).await;
    assert_same("download", single, &sent);
    assert_same("downloads in one archive", zip, &sent);

    let touched = mailbox.touch(&session.id, None).await.unwrap();
    assert!(touched.missed.is_empty() && touched.unsaved.is_none());
    let id = |ingested: &Ingested| match ingested {
        Ingested::New(arrival) => arrival.stored.summary.envelope.id.clone(),
        Ingested::AlreadyStored(stored) => stored.summary.envelope.id.clone(),
    };
    let ids: Vec<_> = touched.mails.iter().map(id).collect();
    let saved = home.path().join("saved");
    let files = DownloadFolder::new(&saved);
    for (at, id) in ids.iter().enumerate() {
        files
            .save(&SafeName::from_title(&format!("{at}.eml")), &mailbox.raw_mail(id).await.unwrap())
            .unwrap();
    }
    assert_same("save", contents(&saved), &sent);

    let run = |args: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"));
        program.env_clear().env("HOME", home.path()).env("DROPMAIL_DATA_DIR", &data);
        let output = program.env("DROPMAIL_BASE_URL", server.base_url()).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let out = |name: &str| home.path().join(name);
    for format in ["eml", "mbox", "maildir"] {
        run(&["export", "--format", format, out(format).to_str().unwrap()]);
    }
    assert_same("eml", contents(&out("eml")), &sent);
    let maildir = ["cur", "new"].iter().flat_map(|part| contents(&out("maildir").join(part)));
    assert_same("maildir", maildir.collect(), &sent);
    let mbox = MailFile::open(&out("mbox/dropmail.mbox")).unwrap();
    let mails = mbox.map(|entry| match entry.unwrap() {
        MboxEntry::Mail(raw) => raw,
        MboxEntry::TooLarge => panic!("a mail is above the size limit"),
    });
    assert_same("mbox", mails.collect(), &sent);
    for (id, sent) in ids.iter().zip(&sent).take(SAVED_BY_PROGRAM) {
        assert_eq!(run(&["read", "--raw", id.as_str()]), *sent);
        let path = run(&["save", id.as_str(), "--dir", out("single").to_str().unwrap()]);
        assert_eq!(std::fs::read(String::from_utf8(path).unwrap().trim_end()).unwrap(), *sent);
    }
    println!("{} mails are unchanged in every output", sent.len());
}
