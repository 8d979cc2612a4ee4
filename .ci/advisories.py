"""Reports the advisories of a RustSec database that affect a crate version in a lock file.

usage: advisories.py DATABASE [LOCK_FILE]

The check fails if an advisory describes a vulnerability or a malicious crate. Informational advisories, such as those
for unmaintained crates, are printed but do not fail the check.
"""

import pathlib
import re
import sys
import tomllib

OPERATORS = ("<=", ">=", "<", ">", "=", "^", "~")


def key(version):
    """Returns the sort key of a version. A release sorts after its pre-releases."""
    core, _, before = version.partition("+")[0].partition("-")
    numbers = [int(part) for part in core.split(".")]
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in before.split(".")] if before else []
    return numbers + [0] * (3 - len(numbers)), not before, parts


def caret_end(numbers):
    """Returns the first version that `^` excludes: the leftmost number that is not zero, plus one."""
    for at, number in enumerate(numbers):
        if number or at == len(numbers) - 1:
            return [*numbers[:at], number + 1] + [0] * (2 - at)
    raise ValueError(numbers)


def meets(version, requirement):
    """Returns whether a version meets all comparisons of a requirement such as `>= 1.2, < 2`."""
    for part in requirement.split(","):
        part = part.strip()
        operator = next((sign for sign in OPERATORS if part.startswith(sign)), "^")
        bound = part.removeprefix(operator).strip()
        have, want = key(version), key(bound)
        numbers = [int(number) for number in re.split(r"[-+]", bound)[0].split(".")]
        if operator == "~":
            end = [numbers[0], numbers[1] + 1, 0] if len(numbers) > 1 else [numbers[0] + 1, 0, 0]
            fits = want <= have and have[0] < end
        elif operator == "^":
            fits = want <= have and have[0] < caret_end(numbers)
        else:
            fits = {"<": have < want, "<=": have <= want, ">": have > want, ">=": have >= want, "=": have == want}[operator]
        if not fits:
            return False
    return True


def check_version_comparison():
    """Stops the script if `meets` returns a wrong result, because a wrong result could hide an advisory."""
    for version, requirement, expected in [
        ("1.2.3", ">= 1.2.3", True), ("1.2.3", "< 1.2.3", False), ("1.2.3", ">= 1.0, < 1.2", False),
        ("0.2.9", "^0.2.3", True), ("0.3.0", "^0.2.3", False), ("1.9.0", "1.2.0", True), ("2.0.0", "^1.2.0", False),
        ("0.0.3", "^0.0.3", True), ("0.0.4", "^0.0.3", False), ("1.0.0-rc.1", ">= 1.0.0", False),
        ("1.0.0", ">= 1.0.0-rc.1", True), ("1.2.9", "~1.2.3", True), ("1.3.0", "~1.2.3", False),
        ("0.10.0", "> 0.9.0", True), ("1.2.3+spec-1", "= 1.2.3", True),
    ]:
        assert meets(version, requirement) == expected, (version, requirement)


def advisories(database):
    for path in sorted(database.glob("crates/*/RUSTSEC-*.md")):
        yield tomllib.loads(path.read_text(encoding="utf-8").split("```toml", 1)[1].split("```", 1)[0])


def main():
    check_version_comparison()
    database = pathlib.Path(sys.argv[1])
    lock = tomllib.loads(pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "Cargo.lock").read_text(encoding="utf-8"))
    versions = {}
    for package in lock["package"]:
        if package.get("source"):
            versions.setdefault(package["name"], []).append(package["version"])
    known = failed = 0
    for advisory in advisories(database):
        known += 1
        about = advisory["advisory"]
        safe = advisory.get("versions", {})
        for version in versions.get(about["package"], []):
            if about.get("withdrawn") or any(
                meets(version, fine) for fine in [*safe.get("patched", []), *safe.get("unaffected", [])]
            ):
                continue
            notice = about.get("informational")
            failed += notice is None
            print(f"{notice or 'VULNERABLE'}: {about['package']} {version}: {about['id']}")
    if not known:
        sys.exit(f"{database} is not an advisory database: it contains no crates/*/RUSTSEC-*.md")
    print(f"{known} advisories, {sum(map(len, versions.values()))} crates, {failed} vulnerabilities")
    sys.exit(failed > 0)


main()
