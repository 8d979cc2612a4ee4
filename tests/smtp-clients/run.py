"""Sends mails to the local server with SMTP clients, and compares the results with the table in docs/smtp-clients.md.

usage: run.py DROPMAIL_TUI

The script installs each client from its registry into a temporary folder. For a client that cannot be installed, the
script prints SKIPPED. The script fails if all clients are skipped.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent.parent / "docs" / "smtp-clients.md"
PROGRAM = str(Path(sys.argv[1]).resolve())
WORK = Path(tempfile.mkdtemp(prefix="smtp-clients-"))
TOKEN = "af_smtpclients1"
MODES = ["plain", "login", "STARTTLS", "implicit TLS"]


class Skipped(Exception):
    """The client cannot be installed on this machine."""


def run(*command, cwd=None, env=None, timeout=300):
    done = subprocess.run(command, cwd=cwd, env=env, timeout=timeout, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout.strip()


def install(*command, cwd=None):
    try:
        return run(*command, cwd=cwd)
    except (RuntimeError, FileNotFoundError, subprocess.TimeoutExpired) as why:
        raise Skipped(str(why)) from why


def tool(name, package=None):
    """Returns the path of a program. If the program is not installed, unpacks its Debian package first."""
    found = shutil.which(name)
    if found:
        return found
    folder = unpack(package or name)
    for place in ["usr/bin", "usr/sbin"]:
        if (folder / place / name).exists():
            return str(folder / place / name)
    raise Skipped(f"the package {package or name} does not contain {name}")


def unpack(package):
    """Downloads a Debian package and unpacks the package into the temporary folder."""
    folder = WORK / "debian"
    folder.mkdir(exist_ok=True)
    install("apt-get", "download", package, cwd=folder)
    for archive in folder.glob(f"{package}_*.deb"):
        install("dpkg", "-x", str(archive), str(folder))
    return folder


def smtplib():
    return [sys.executable, str(HERE / "smtplib_client.py")], sys.version.split()[0]


def venv(package):
    folder = WORK / "venv"
    if not folder.exists():
        install(sys.executable, "-m", "venv", str(folder))
    install(str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", package)
    return str(folder / "bin/python")


def django():
    python = venv("django")
    return [python, str(HERE / "django_client.py")], run(python, "-m", "django", "--version")


def nodemailer():
    folder = WORK / "node"
    folder.mkdir()
    shutil.copy(HERE / "nodemailer_client.mjs", folder)
    install("npm", "install", "--silent", "--no-audit", "--no-fund", "nodemailer", cwd=folder)
    version = json.loads((folder / "node_modules/nodemailer/package.json").read_text())["version"]
    return ["node", str(folder / "nodemailer_client.mjs")], version


def net_smtp():
    ruby = shutil.which("ruby")
    if not ruby:
        raise Skipped("ruby is not installed")
    ask = [ruby, "-e", "require 'net/smtp'; puts Net::SMTP::VERSION"]
    if subprocess.run(ask, capture_output=True).returncode != 0:
        # This version of Ruby does not include net-smtp.
        folder = WORK / "gems"
        install("gem", "install", "--silent", "--no-document", "--install-dir", str(folder), "net-smtp")
        os.environ["GEM_PATH"] = str(folder)
    version = run(*ask)
    return [ruby, str(HERE / "net_smtp_client.rb")], version


def phpmailer():
    if not shutil.which("php"):
        raise Skipped("php is not installed")
    folder = WORK / "php"
    folder.mkdir()
    try:
        composer = shutil.which("composer") or "composer"
        install(composer, "require", "--quiet", "--no-interaction", "phpmailer/phpmailer", cwd=folder)
        load = folder / "vendor/autoload.php"
    except Skipped as why:
        # The Debian package contains the same sources.
        print(f"using PHPMailer from Debian, because composer failed: {str(why)[-200:]}")
        unpack("libphp-phpmailer")
        load = WORK / "debian/usr/share/php/libphp-phpmailer/autoload.php"
    os.environ["PHPMAILER_AUTOLOAD"] = str(load)
    version = run("php", "-r", "require getenv('PHPMAILER_AUTOLOAD'); echo PHPMailer\\PHPMailer\\PHPMailer::VERSION;")
    return ["php", str(HERE / "phpmailer_client.php")], version


def go():
    if not shutil.which("go"):
        raise Skipped("go is not installed")
    binary = WORK / "go-client"
    env = {**os.environ, "GOCACHE": str(WORK / "go-cache"), "GO111MODULE": "off"}
    run("go", "build", "-o", str(binary), str(HERE / "go_client.go"), env=env)
    return [str(binary)], run("go", "env", "GOVERSION").removeprefix("go")


def lettre():
    """The command `release` of the program, which sends mails with lettre."""
    lock = (HERE.parent.parent / "Cargo.lock").read_text()
    version = lock.split('name = "lettre"\nversion = "')[1].split('"')[0]
    return ["bash", str(HERE / "lettre_client.sh"), PROGRAM, str(WORK)], version


def swaks():
    path = tool("swaks")
    # The Debian package of swaks only recommends this module.
    if subprocess.run(["perl", "-MNet::SSLeay", "-e", "1"], capture_output=True).returncode != 0:
        raise Skipped("the Perl module Net::SSLeay, which swaks needs for TLS, is not installed")
    return ["bash", str(HERE / "swaks_client.sh"), path], run(path, "--version").split()[2]


def smtp_source():
    path = tool("smtp-source", "postfix")
    os.environ["LD_LIBRARY_PATH"] = str(WORK / "debian/usr/lib/postfix")
    package = next((WORK / "debian").glob("postfix_*.deb"), None)
    version = package.name.split("_")[1] if package else "installed"
    return ["bash", str(HERE / "smtp_source_client.sh"), path], version


CLIENTS = {
    "Postfix `smtp-source`": (smtp_source, ["plain"]),
    "swaks": (swaks, MODES),
    "Python `smtplib`": (smtplib, MODES),
    "Django": (django, MODES),
    "nodemailer": (nodemailer, MODES),
    "Ruby `net-smtp` (Rails)": (net_smtp, MODES),
    "PHPMailer": (phpmailer, MODES),
    "Go `net/smtp`": (go, MODES),
    "lettre": (lettre, MODES),
}


class Server:
    """A local server that accepts mails to every recipient."""

    def __init__(self, *options):
        command = [PROGRAM, "serve", "--json", "--catch-all", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [*command, "--token", TOKEN, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.printed = json.loads(self.process.stdout.readline())

    def port(self, name):
        return self.printed[name].rsplit(":", 1)[1]

    def has(self, subject):
        env = {**os.environ, "HOME": str(WORK), "DROPMAIL_BASE_URL": self.printed["http"], "DROPMAIL_TOKEN": TOKEN}
        command = [PROGRAM, "assert", "--no-archive", "--count", "1", "--within", "10s", "--subject", subject]
        run(*command, env=env)


def deliver(command, client, mode, plain, tls):
    server = plain if mode in ("plain", "login") else tls
    subject = f"{client.replace('`', '')}, {mode}"
    env = {
        **os.environ,
        "SMTP_HOST": "localhost" if server is tls else "127.0.0.1",
        "SMTP_PORT": server.port("smtps" if mode == "implicit TLS" else "smtp"),
        "SMTP_TLS": {"STARTTLS": "starttls", "implicit TLS": "implicit"}.get(mode, "off"),
        "SMTP_USER": "" if mode == "plain" else "me",
        "SMTP_PASSWORD": "" if mode == "plain" else "correct horse",
        "SUBJECT": subject,
    }
    if server is tls:
        # OpenSSL, Go and rustls read SSL_CERT_FILE, and Node.js reads NODE_EXTRA_CA_CERTS.
        env["SSL_CERT_FILE"] = env["NODE_EXTRA_CA_CERTS"] = server.printed["certificate"]
    run(*command, env=env, timeout=60)
    server.has(subject)


def table():
    """Returns the rows of the table in the documentation, by the name of the client."""
    rows = [line.strip("| \n").split(" | ") for line in DOCS.read_text().splitlines() if line.startswith("| ")]
    return {cells[0]: dict(zip(MODES, cells[1:])) for cells in rows[1:]}


def main():
    documented, wrong, ran = table(), [], 0
    plain = Server()
    tls = Server("--smtp-tls", "starttls", "--smtps", "127.0.0.1:0")
    try:
        for client, (prepare, modes) in CLIENTS.items():
            try:
                command, version = prepare()
            except Skipped as why:
                print(f"SKIPPED: {client}: {why}")
                continue
            results = {mode: "—" for mode in MODES}
            for mode in modes:
                try:
                    deliver(command, client, mode, plain, tls)
                    results[mode] = "yes"
                except (RuntimeError, subprocess.TimeoutExpired) as why:
                    results[mode] = "no"
                    print(f"{client}, {mode}: {why}")
            ran += 1
            print(f"| {client} | {' | '.join(results.values())} |   <!-- {version} -->")
            if documented.get(client) != results:
                wrong.append(client)
    finally:
        for server in (plain, tls):
            server.process.terminate()
            server.process.wait()
        shutil.rmtree(WORK, ignore_errors=True)
    if wrong or not ran:
        sys.exit(f"results differ from docs/smtp-clients.md: {', '.join(wrong)}" if wrong else "all clients were skipped")
    print(f"{ran} clients tested: all results are as in docs/smtp-clients.md")


main()
