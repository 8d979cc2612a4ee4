#!/usr/bin/env python3
"""Parses mails with the program and with other parsers, and compares the results. usage: compare.py BINARY FOLDER...

The other parsers are Python's `email`, postal-mime (Node.js) and, if it is installed, Ruby's mail. If two of them
agree on a field, the program must return the same value. The fields are the subject, the sender, the recipients, the
names and bytes of the files, and the words of the text. The script prints the counts for each field and each
difference. It exits with 1 if `judged.tsv` does not list a difference from two parsers that agree, or if it lists a
difference that no longer exists. The table may also list differences from a single parser, and files whose bytes no
other parser returns (the field `exact`).
"""

import argparse
import concurrent.futures
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict

import python_email

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ("subject", "from", "sender", "to", "names", "bytes", "text", "html")
# A text of at most this many characters may only refer to the HTML part, so the script does not compare the text.
SHORT_TEXT = 200

# File names that the program makes up for files without a name.
GENERATED_NAME = re.compile(r"part-\d+(\.[a-z0-9-]+)?$")

# Beginning of the summary that the program shows above the text of a report, a signed mail or an invitation.
SUMMARY = re.compile(r"(Not delivered|Delayed|Delivered|Delivery report|Receipt|Outlook|Relayed|Was (not )?read|Signed|Encrypted|Invitation|Cancelled|Contact)\b")
# Part of the note that the program shows when it leaves out hidden words.
HIDDEN = "styles of this mail hide is left out"
# Characters that replace bytes that a parser could not decode.
UNDECODABLE = re.compile("[\ufffd\ud800-\udfff]")


class Words(html.parser.HTMLParser):
    """Collects the text of HTML without layout."""

    SILENT = ("script", "style", "title", "template", "noscript", "textarea")

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.silent = [], 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in self.SILENT

    def handle_endtag(self, tag):
        self.silent -= tag in self.SILENT and self.silent > 0

    def handle_data(self, data):
        if not self.silent:
            self.text.append(data)


def words(text):
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    # Removes the link numbers that the program adds.
    return re.findall(r"[^\W_]+", re.sub(r"\[\d+\]", " ", text))


def page_words(page):
    reader = Words()
    # Removes comments and declarations first, because the library finds their ends in other places than browsers do.
    page = re.sub(r"<!--(?:-?>|.*?(?:--!?>|\Z))", "", page, flags=re.DOTALL)
    reader.feed(re.sub(r"<!\[.*?\]>|<[!?][^>]*>", "", page, flags=re.DOTALL))
    reader.close()
    return words(" ".join(reader.text))


def plain(text):
    return " ".join(words(text)) if text is not None else None


def stated(mail, field):
    """Returns the value of a field from another parser, or None if that parser could not decode the field."""
    if mail.get("error") or UNDECODABLE.search(str(mail.get(field, ""))):
        return None
    return value(mail, field)


def value(mail, field):
    """Returns the value of a field in a normalised form for comparison."""
    if field == "to":
        return tuple(sorted(one.lower() for one in mail["to"] if one))
    if field == "from":
        return mail["from"].lower()
    if field == "names":
        named = (one["name"] for one in mail["files"] if not GENERATED_NAME.match(one["name"]))
        return tuple(sorted(plain(name) for name in named if name))
    if field == "bytes":
        return tuple(sorted(Counter(one["lines"] for one in mail["files"] if one["size"]).items()))
    if field == "html":
        return tuple(page_words(mail["html"] or ""))
    if field == "text":
        return tuple(words(mail["text"] or ""))
    return plain(mail[field])


def same_letters(field, ours, mine, other):
    """Returns whether two texts are equal apart from spaces and the summary that the program shows above the text."""
    mine, other = "".join(mine), "".join(other)
    with_summary = field == "text" and SUMMARY.match(ours["text"].lstrip()) and mine.endswith(other)
    return mine == other or with_summary


def without_hidden(ours, mine, other):
    """Returns whether the program's HTML lacks only words that the program reports as hidden."""
    if not any(HIDDEN in note for note in ours.get("notes", ())):
        return False
    rest = iter(other)
    return all(word in rest for word in mine)


def judge(ours, others, field):
    """Compares a field of the program with the other parsers. Returns a verdict and the values of the other parsers.

    If two other parsers agree, the verdict is `equal` or `differs`. Otherwise the verdict is `open-equal` if one of
    them returns the same value as the program, and `open` if none does. `none` means that no value can be compared.
    """
    said = {name: stated(mail, field) for name, mail in others.items()}
    counts = Counter(one for one in said.values() if one is not None)
    if field in ("from", "sender"):
        # Parsers handle an address without a domain and a name in a comment differently.
        counts = Counter({one: n for one, n in counts.items() if ("@" in one if field == "from" else one)})
    if field == "text":
        texts = [one for one in counts if one]
        stub = any(mail.get("html") and len(mail.get("text") or "") <= SHORT_TEXT for mail in others.values())
        if not texts or stub:
            return "none", said
    if not counts:
        return "none", said
    mine = value(ours, field)
    agreed = [one for one, count in counts.items() if count >= 2]
    if field in ("text", "html"):
        mine = next((one for one in (*agreed, *counts) if same_letters(field, ours, mine, one)), mine)
    if field == "html":
        mine = next((one for one in (*agreed, *counts) if without_hidden(ours, mine, one)), mine)
    if mine in counts and (not agreed or mine in agreed):
        return ("equal" if agreed else "open-equal"), said
    return ("differs" if agreed else "open"), said


def exact(ours, others):
    """Yields the name of each file whose exact bytes no other parser returns, and how the bytes differ."""
    known = {one["sha256"] for mail in others.values() for one in mail.get("files", ())}
    lines = {one["lines"] for mail in others.values() for one in mail.get("files", ())}
    for one in ours.get("files", ()):
        if one["sha256"] not in known:
            yield one["name"], "only the line ends differ" if one["lines"] in lines else "no other parser returns these bytes"


def short(text, limit=300):
    text = str(text)
    return text if len(text) <= limit else text[:limit] + "…"


def where_words_differ(mine, theirs):
    at = next((n for n, (a, b) in enumerate(zip(mine, theirs)) if a != b), min(len(mine), len(theirs)))
    cut = lambda some: " ".join(some[max(0, at - 3) : at + 12])
    return f"at word {at} of {len(mine)}/{len(theirs)}: ours «{short(cut(mine))}» theirs «{short(cut(theirs))}»"


def describe(field, ours, said):
    mine = value(ours, field)
    if field in ("text", "html"):
        return "; ".join(
            f"{name}: {'same' if one == mine else where_words_differ(mine, one)}"
            for name, one in said.items()
            if one is not None
        )
    if field == "bytes":
        ours_files = [(one["name"], one["mime"], one["size"], one["lines"][:6]) for one in ours["files"]]
        return f"ours {ours_files}"
    return short(f"ours {mine!r} others {said!r}", 500)


def run_lines(command, paths, environment=None):
    """Sends file names to a parser, and reads one JSON object for each file."""
    done = subprocess.run(
        command, input="\n".join(paths) + "\n", capture_output=True, text=True, env=environment, check=True
    )
    return {mail["file"]: mail for mail in map(json.loads, done.stdout.splitlines())}


def others_of(paths, postal, ruby):
    found = {"python": {path: python_email.parse(path) for path in paths}}
    if postal:
        found["postal-mime"] = run_lines(["node", postal], paths)
    if ruby:
        found["ruby"] = run_lines(["ruby", os.path.join(HERE, "ruby_mail.rb")], paths)
    return found


def judged(path):
    """Reads the list of judged differences: which parser is right, and why."""
    rows = {}
    with open(path, encoding="utf-8") as table:
        for line in table:
            if line.strip() and not line.startswith("#"):
                name, field, why = line.rstrip("\n").split("\t")
                rows[name, field] = why
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binary")
    arguments.add_argument("folders", nargs="+")
    arguments.add_argument("--json", help="file to which all differences are written, one JSON object per line")
    arguments.add_argument("--postal", help="path of postal.mjs; the same folder must contain node_modules")
    arguments.add_argument("--ruby", action="store_true", help="also parse the mails with Ruby's mail")
    arguments.add_argument("--judged", default=os.path.join(HERE, "judged.tsv"), help="list of judged differences")
    arguments.add_argument("--report-only", action="store_true", help="exit with 0 even if there are differences")
    given = arguments.parse_args()
    verdicts, seen, differing, report = judged(given.judged), set(), 0, []
    for folder in given.folders:
        paths = sorted(
            os.path.join(base, name)
            for base, _, names in os.walk(folder)
            for name in names
            if name.endswith(".eml")
        )
        others = others_of(paths, given.postal, given.ruby)
        with tempfile.TemporaryDirectory() as home, concurrent.futures.ThreadPoolExecutor(2) as pool:
            program = python_email.Program(given.binary, home)
            ours = dict(zip(paths, pool.map(program.parse, paths)))
        counts = defaultdict(Counter)
        for path in paths:
            mine, rest = ours[path], {name: all_of[path] for name, all_of in others.items()}
            name = os.path.relpath(path, folder)
            if mine.get("error"):
                report.append((folder, name, "error", "differs", mine["error"]))
                counts["error"]["differs"] += 1
                continue
            for field in FIELDS:
                verdict, said = judge(mine, rest, field)
                counts[field][verdict] += 1
                if verdict in ("differs", "open"):
                    report.append((folder, name, field, verdict, describe(field, mine, said)))
            for attached, why in exact(mine, rest):
                counts["exact"]["differs"] += 1
                report.append((folder, name, "exact", "open", f"{attached}: {why}"))
        print(f"{folder}: {len(paths)} mails, parsers: {', '.join(others)}")
        for field in (*FIELDS, "exact", "error"):
            row = counts[field]
            agreed = row["equal"] + row["differs"]
            if agreed or row["open"] or row["open-equal"]:
                ours_right = sum(
                    verdicts.get((name, field), "").startswith("ours:")
                    for where, name, known, verdict, _ in report
                    if (where, known, verdict) == (folder, field, "differs")
                )
                rest = agreed - ours_right
                share = 100 * row["equal"] / agreed if agreed else 100
                right = f"  without those where ours is right {100 * row['equal'] / rest:6.2f} %" if ours_right else ""
                print(
                    f"  {field:8} agreed {agreed:5}  equal {row['equal']:5} ({share:6.2f} %)  differs {row['differs']:4}"
                    f"  not agreed: as one of them {row['open-equal']:4}, as none {row['open']:4}{right}"
                )
    unjudged = 0
    for folder, name, field, verdict, words_of in report:
        why = verdicts.get((name, field))
        unjudged += why is None
        seen.add((name, field))
        if verdict == "differs":
            differing += why is None
            print(f"{'judged ' if why else 'DIFFERS'} {name} {field}: {why or words_of}")
    print(f"{len(report)} differences, including those from a single parser; the table does not list {unjudged} of them")
    if given.json:
        with open(given.json, "w", encoding="utf-8") as out:
            for row in report:
                out.write(json.dumps(dict(zip(("folder", "file", "field", "verdict", "what"), row)), ensure_ascii=False) + "\n")
    if given.report_only:
        return
    gone = [key for key in verdicts if key not in seen]
    for name, field in gone:
        print(f"GONE    {name} {field}: judged.tsv lists a difference that no longer exists")
    sys.exit(1 if differing or gone else 0)


if __name__ == "__main__":
    main()
