//! Finds circular dependencies between modules of different directories.

use super::imports::{Module, libraries, references, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Maps each module in a directory to those modules in the same directory to which the module or its child modules
/// refer.
type Siblings = BTreeMap<String, BTreeSet<String>>;

/// Returns the modules in a directory to which a module refers, directly or through other modules.
fn reachable(siblings: &Siblings, from: &str) -> BTreeSet<String> {
    let mut reachable = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        for next in siblings.get(name).into_iter().flatten() {
            if reachable.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reachable
}

/// Returns the circular dependencies in a directory, each as a sorted list of module names.
fn cycles(siblings: &Siblings) -> BTreeSet<Vec<String>> {
    let reachable: BTreeMap<&str, BTreeSet<String>> =
        siblings.keys().map(|name| (name.as_str(), reachable(siblings, name))).collect();
    let mut cycles = BTreeSet::new();
    for (name, others) in &reachable {
        if others.contains(*name) {
            let leads_back = |other: &&String| {
                reachable.get(other.as_str()).is_some_and(|modules| modules.contains(*name))
            };
            cycles.insert(others.iter().filter(leads_back).cloned().collect());
        }
    }
    cycles
}

/// Groups the references between modules by directory. A file and the directory of the same name count as one module.
/// References between a module and its child modules are left out.
fn by_directory(references: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeMap<Module, Siblings> {
    let mut directories: BTreeMap<Module, Siblings> = BTreeMap::new();
    for (module, others) in references {
        for other in others {
            let depth = module.iter().zip(other).take_while(|(one, other)| one == other).count();
            let (Some(from), Some(to)) = (module.get(depth), other.get(depth)) else { continue };
            let siblings = directories.entry(module[..depth].to_vec()).or_default();
            siblings.entry(from.clone()).or_default().insert(to.clone());
        }
    }
    directories
}

/// Returns the circular dependencies between modules of different directories of a crate. Each is a pair of the parent
/// directory and the sorted module names.
fn cycles_of_crate(root: &Path) -> BTreeSet<(String, Vec<String>)> {
    let references = references(root);
    let has_children = |path: &[String], name: &String| {
        let module: Module = path.iter().chain([name]).cloned().collect();
        references.keys().any(|other| other.len() > module.len() && other.starts_with(&module))
    };
    let mut found = BTreeSet::new();
    for (path, siblings) in by_directory(&references) {
        // Circular dependencies between files of a single directory are allowed.
        let spans = |names: &Vec<String>| names.iter().any(|name| has_children(&path, name));
        found.extend(cycles(&siblings).into_iter().filter(spans).map(|names| (path.join("/"), names)));
    }
    found
}

#[test]
fn modules_of_different_directories_depend_in_one_direction() {
    for root in libraries().into_iter().chain([root()]) {
        assert_eq!(cycles_of_crate(&root), BTreeSet::new(), "{}", root.display());
    }
}

#[test]
fn the_check_finds_a_cycle_and_accepts_a_chain() {
    let siblings = |edges: &[(&str, &str)]| {
        let mut siblings = Siblings::new();
        for (from, to) in edges {
            siblings.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        siblings
    };
    assert_eq!(cycles(&siblings(&[("a", "b"), ("b", "c"), ("a", "c")])), BTreeSet::new());
    let found = cycles(&siblings(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]));
    assert_eq!(found, BTreeSet::from([vec!["b".to_owned(), "c".to_owned()]]));
}
