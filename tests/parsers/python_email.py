"""Parses mails with Python's `email`, and with the program under test.

All parsers of this folder return the same keys: subject, from, sender, to, text, html and files. Each file has its
name, its hash, and the hash of its lines (LF line ends, no blank lines at the end).
"""

import email
import email.policy
import hashlib
import json
import os
import re
import subprocess
import tempfile
import time

POLICY = email.policy.default.clone(refold_source="none")


def file(name, mime, content):
    """Returns the properties of a file, with the hash of its bytes and the hash of its lines."""
    lines = re.sub(rb"\r\n?", b"\n", content).rstrip(b"\n")
    return {
        "name": name or "",
        "mime": mime,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "lines": hashlib.sha256(lines).hexdigest(),
    }


def parse(path):
    """Parses a mail with Python's `email`."""
    started = time.monotonic()
    with open(path, "rb") as mail:
        raw = mail.read()
    out = {"file": path}
    try:
        message = email.message_from_bytes(raw, policy=POLICY)
        text, html, files = [], [], []
        collect(message, text, html, files)
        sender = first(message, "from")
        out.update(
            subject=str(message["subject"] or ""),
            sender=sender.display_name if sender else "",
            to=[one.addr_spec for one in mailboxes(message, "to")],
            text="\n".join(text) if text else None,
            html="\n".join(html) if html else None,
            files=files,
        )
        out["from"] = sender.addr_spec if sender else ""
    except Exception as why:  # The comparison ignores this parser for mails that it cannot parse.
        out["error"] = f"{type(why).__name__}: {why}"
    out["ms"] = (time.monotonic() - started) * 1000
    return out


def mailboxes(message, name):
    field = message[name]
    return list(getattr(field, "addresses", ()))


def first(message, name):
    return next(iter(mailboxes(message, name)), None)


def collect(part, text, html, files):
    """Adds the leaves of a part to text, HTML and files. Of alternatives, the first text and the last HTML are used."""
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        texts, pages = [], []
        for inner in part.iter_parts():
            some_text, some_html = [], []
            collect(inner, some_text, some_html, files)
            texts += [some_text] if some_text else []
            pages += [some_html] if some_html else []
        text += texts[0] if texts else []
        html += pages[-1] if pages else []
    elif part.is_multipart() and kind.startswith("multipart/"):
        for inner in part.iter_parts():
            collect(inner, text, html, files)
    elif kind.startswith("message/") and part.is_multipart():
        whole = b"".join(inner.as_bytes(policy=POLICY) for inner in part.iter_parts())
        files.append(file(part.get_filename(), kind, whole))
    elif kind in ("text/plain", "text/html") and not is_file(part):
        (text if kind == "text/plain" else html).append(decoded(part))
    else:
        files.append(file(part.get_filename(), kind, part.get_payload(decode=True) or b""))


def is_file(part):
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def decoded(part):
    try:
        return part.get_content()
    except (LookupError, UnicodeError):
        return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")


class Program:
    """Runs `read --json` and `save --attachments` of the program under test."""

    def __init__(self, binary, home):
        self.binary = os.path.abspath(binary)
        hidden = ("DROPMAIL_", "XDG_")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
        self.environment["HOME"] = home

    def run(self, *arguments):
        return subprocess.run(
            [self.binary, *arguments], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True
        )

    def parse(self, path):
        """Parses a mail with the program."""
        out = {"file": path}
        started = time.monotonic()
        shown = self.run("read", "--json", path)
        out["ms"] = (time.monotonic() - started) * 1000
        if shown.returncode != 0:
            return out | {"error": f"read: {shown.returncode} {shown.stderr.decode(errors='replace')[-200:]}"}
        mail = json.loads(shown.stdout)
        notes = set(mail["notes"])
        lines = [line for line in mail["text"].split("\n") if line.strip() not in notes]
        out.update(
            subject=mail["subject"],
            sender=mail["from"]["name"],
            to=[one["address"] for one in mail["to"]],
            text="\n".join(lines),
            html=mail["html"],
            notes=mail["notes"],
            files=[],
        )
        out["from"] = mail["from"]["address"]
        if mail["parts"]:
            error = self.save(path, mail["parts"], out["files"])
            if error:
                out["error"] = error
        return out

    def save(self, path, parts, files):
        with tempfile.TemporaryDirectory() as folder:
            saved = self.run("save", path, "--attachments", "--dir", folder, "--json")
            if saved.returncode != 0:
                return f"save: {saved.returncode} {saved.stderr.decode(errors='replace')[-200:]}"
            for part, name in zip(parts, json.loads(saved.stdout)["saved"], strict=True):
                with open(name, "rb") as content:
                    files.append(file(part["name"], part["mime"], content.read()))
        return None
