//! Finds the modules to which each module of the crate refers, from the `use` declarations and paths in the source
//! files.

use regex::{Captures, Regex};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The path of a module within the crate, such as `["app", "model"]`.
pub(super) type Module = Vec<String>;

/// Regular expression that matches comments, string literals and character literals, which contain no imports.
static NO_CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r###"(?s)//[^\n]*|r#".*?"#|r##".*?"##|"(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\[^'\n]+|\\')'"###)
        .unwrap()
});
static USE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\buse\s+([^;]+);").unwrap());
static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:crate|super|self)(?:::\w+)+").unwrap());
static RELATIVE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|[^\w:])(\w+(?:::\w+)+)").unwrap());
static RENAMED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s+as\s+\w+").unwrap());

/// Returns the `src` directory of the program's crate.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Returns the source directory of the client library.
pub(super) fn client() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/dropmail-client/src")
}

/// Returns the source directories of the library crates.
pub(super) fn libraries() -> Vec<PathBuf> {
    let crates = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("crates")).unwrap();
    crates.map(|entry| entry.unwrap().path().join("src")).collect()
}

/// Returns all Rust source files in a directory and its subdirectories.
pub(super) fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// Returns the source code of a file without comments, strings and tests. Line numbers stay the same.
pub(super) fn code(text: &str) -> String {
    without_tests(&NO_CODE.replace_all(text, |found: &Captures<'_>| line_ends(&found[0])))
}

fn line_ends(text: &str) -> String {
    "\n".repeat(text.matches('\n').count())
}

/// Removes each item with the `#[cfg(test)]` attribute from source code.
fn without_tests(text: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut rest = text;
    let mut code = String::new();
    while let Some((before, item)) = rest.split_once(MARK) {
        code.push_str(before);
        let mut depth = 0_usize;
        let end = item.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && matches!(c, ';' | '}')
        });
        let (item, after) = item.split_at(end.map_or(item.len(), |(at, c)| at + c.len_utf8()));
        code.push_str(&line_ends(item));
        rest = after;
    }
    code + rest
}

/// Expands a `use` tree such as `a::{b, c::{d, e}}` into its paths.
fn expanded(tree: &str) -> Vec<String> {
    let Some((before, rest)) = tree.split_once('{') else { return vec![tree.to_owned()] };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let (mut depth, mut from, mut paths) = (0_usize, 0, Vec::new());
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let piece = inside.get(from..at).unwrap_or_default().trim();
                if !piece.is_empty() {
                    paths.extend(expanded(piece).into_iter().map(|path| format!("{before}{path}")));
                }
                from = at + 1;
            }
            _ => {}
        }
    }
    paths
}

/// Returns all paths in a module's code that refer to other modules. `children` contains the names of the module's
/// child modules.
fn paths(code: &str, children: &BTreeSet<&str>) -> Vec<String> {
    let mut paths: Vec<String> =
        USE.captures_iter(code).flat_map(|found| expanded(&RENAMED.replace_all(&found[1], ""))).collect();
    let rest = USE.replace_all(code, ";");
    paths.extend(PATH.find_iter(&rest).map(|found| found.as_str().to_owned()));
    let relative = RELATIVE.captures_iter(&rest).map(|found| found[1].to_owned());
    paths.extend(relative.filter(|path| path.split("::").next().is_some_and(|name| children.contains(name))));
    paths.iter().map(|path| path.split_whitespace().collect()).collect()
}

/// Resolves a path in the code of the module `module` to a module path; returns `None` if the path is outside the
/// crate.
fn resolved(path: &str, module: &[String], children: &BTreeSet<&str>) -> Option<Module> {
    let names: Vec<&str> = path.split("::").collect();
    let up = names.iter().take_while(|name| **name == "super").count();
    let (base, names) = match names.first()? {
        &"crate" => (&[][..], &names[1..]),
        &"self" => (module, &names[1..]),
        &"super" => (module.get(..module.len().checked_sub(up)?)?, &names[up..]),
        name if children.contains(name) => (module, &names[..]),
        _ => return None,
    };
    Some(base.iter().cloned().chain(names.iter().map(|name| (*name).to_owned())).collect())
}

/// Returns the modules to which each module of a crate refers. `root` is the source directory of the crate. Test
/// modules are left out.
pub(super) fn references(root: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut files = BTreeMap::new();
    for file in sources(root) {
        let path = file.strip_prefix(root).unwrap().with_extension("");
        let module: Module = path.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        let is_root = module.len() == 1 && matches!(module[0].as_str(), "lib" | "main");
        if !is_root && !module.iter().any(|name| name == "tests") {
            files.insert(module, fs::read_to_string(file).unwrap());
        }
    }
    let mut all = BTreeMap::new();
    for (module, text) in &files {
        let children: BTreeSet<&str> = files
            .keys()
            .filter(|other| other.len() == module.len() + 1 && other.starts_with(module))
            .map(|other| other[module.len()].as_str())
            .collect();
        let mut found = BTreeSet::new();
        for path in paths(&code(text), &children) {
            let Some(full) = resolved(&path, module, &children) else { continue };
            let known = (1..=full.len()).rev().map(|length| &full[..length]);
            let target = known.into_iter().find(|path| files.contains_key(*path));
            found.extend(target.filter(|target| *target != module.as_slice()).map(<[String]>::to_vec));
        }
        all.insert(module.clone(), found);
    }
    all
}

#[test]
fn nested_imports_are_expanded() {
    assert_eq!(expanded("a::{self, b::{c, d}, e}"), ["a::self", "a::b::c", "a::b::d", "a::e"]);
    let text = "use a;\n#[cfg(test)]\nmod tests {\n fn f() { '\"' }\n}\nfn g() { \"use b;\" } // use c;\n";
    assert_eq!(code(text), "use a;\n\n\n\n\nfn g() {  } \n");
    let children = BTreeSet::from(["child"]);
    let module = ["a".to_owned(), "b".to_owned()];
    for (path, full) in [
        ("crate::x::Y", Some("x::Y")),
        ("super::c::D", Some("a::c::D")),
        ("super::super::C", Some("C")),
        ("self::child::E", Some("a::b::child::E")),
        ("child::F", Some("a::b::child::F")),
        ("std::fs", None),
    ] {
        let found = resolved(path, &module, &children).map(|path| path.join("::"));
        assert_eq!(found.as_deref(), full, "{path}");
    }
}
