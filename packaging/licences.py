"""Prints the licences of the crates that the program contains: a list of crates, then each licence text once.

The list contains the crates that a build on this machine links. Cargo must have downloaded these crates already.
"""

import json
import pathlib
import subprocess

METADATA = ["cargo", "metadata", "--locked", "--offline", "--format-version", "1"]
NAMES = ("licen", "copying", "notice", "unlicense")


def linked(metadata):
    """Returns the ids of the packages on which the program depends, without build and test dependencies."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    todo, found = [metadata["resolve"]["root"]], set()
    while todo:
        package = todo.pop()
        if package in found:
            continue
        found.add(package)
        for dependency in nodes[package]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                todo.append(dependency["pkg"])
    return found


def main():
    rustc = subprocess.run(["rustc", "-vV"], capture_output=True, check=True, text=True)
    host = next(line.split()[1] for line in rustc.stdout.splitlines() if line.startswith("host: "))
    out = subprocess.run([*METADATA, "--filter-platform", host], stdout=subprocess.PIPE, check=True)
    metadata = json.loads(out.stdout)
    found = linked(metadata)
    crates = {
        (package["name"], package["version"]): package
        for package in metadata["packages"]
        if package["id"] in found and package["source"]
    }
    print("dropmail-tui contains these crates, each under its own licence.\n")
    texts = {}
    for (name, version), package in sorted(crates.items()):
        print(f"{name} {version}: {package['license'] or package['license_file']}")
        folder = pathlib.Path(package["manifest_path"]).parent
        # Subfolders contain the sources and licences of C libraries.
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name.lower().startswith(NAMES):
                text = path.read_text(encoding="utf-8", errors="replace").strip()
                # Texts that differ only in their line breaks are the same.
                texts.setdefault(" ".join(text.split()), (text, []))[1].append(f"{name} {version}")
    for text, users in texts.values():
        print(f"\n{'=' * 80}\n{', '.join(users)}\n{'-' * 80}\n{text}")


main()
