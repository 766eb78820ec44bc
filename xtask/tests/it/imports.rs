//! Imports run one way: the modules at the root of a crate, each a folder or a file, do not import from each other in
//! circles, and each imports only from those that the root declares above it. In `bigid-api`, hand-written and
//! generated modules alternate, so that there only circles are looked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit_mut::VisitMut;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

const CRATES: [&str; 8] =
    ["bigid-api", "bigid-app", "bigid-auth-ext", "bigid-cli", "bigid-sandbox", "contract-harness", "witness", "xtask"];

/// Its files count as modules at the root: what they hold has nothing in common but its origin.
const GENERATED: &str = "generated";

/// What a crate's modules import from each other, each arrow with the files that draw it.
#[derive(Default)]
struct Imports {
    /// The modules in the order in which the root declares them.
    declared: Vec<String>,
    arrows: BTreeMap<(String, String), BTreeSet<PathBuf>>,
}

/// The paths of one file that begin with `crate` or `super`, as modules from the root of the crate.
struct Paths<'a> {
    /// The module path of the file.
    module: Vec<String>,
    /// The names that the root re-exports, each with its module.
    exports: &'a BTreeMap<String, String>,
    found: BTreeSet<String>,
}

impl Paths<'_> {
    fn add(&mut self, segments: &[String]) {
        let climbs = segments.iter().take_while(|segment| *segment == "super").count();
        let kept = self.module.len().saturating_sub(climbs);
        let path = match segments.first().map(String::as_str) {
            Some("crate") => segments[1..].to_vec(),
            Some("super") => [&self.module[..kept], &segments[climbs..]].concat(),
            _ => return,
        };
        // Before the module itself: what it holds may be declared one by one.
        let names = [path.iter().take(2).cloned().collect::<Vec<_>>().join("::"), path.into_iter().take(1).collect()];
        self.found.extend(names.into_iter().map(|name| self.exports.get(&name).cloned().unwrap_or(name)));
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(name) => self.add(&with(&name.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Meta>().is_ok_and(|meta| match meta {
                syn::Meta::Path(path) => path.is_ident("test"),
                // `any(test, fuzzing)`
                syn::Meta::List(list) => list.path.is_ident("any") && list.tokens.to_string().starts_with("test"),
                syn::Meta::NameValue(_) => false,
            })
    })
}

impl VisitMut for Paths<'_> {
    fn visit_item_mod_mut(&mut self, item: &mut syn::ItemMod) {
        if is_test(&item.attrs) {
            return;
        }
        self.module.push(item.ident.to_string());
        syn::visit_mut::visit_item_mod_mut(self, item);
        self.module.pop();
    }

    fn visit_item_use_mut(&mut self, item: &mut syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.add_tree(&[], &item.tree);
        }
    }

    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        if !is_test(&item.attrs) {
            syn::visit_mut::visit_item_fn_mut(self, item);
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        self.add(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        syn::visit_mut::visit_path_mut(self, path);
    }
}

/// The source files of a folder, without those of tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

fn parse(path: &Path) -> syn::File {
    let text = fs::read_to_string(path).unwrap();
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the root declares and re-exports.
fn root(file: &syn::File) -> (Vec<String>, BTreeMap<String, String>) {
    fn exports(module: &str, tree: &syn::UseTree, found: &mut BTreeMap<String, String>) {
        match tree {
            syn::UseTree::Path(path) if module == GENERATED => {
                exports(&format!("{module}::{}", path.ident), &path.tree, found)
            }
            syn::UseTree::Path(path) => exports(module, &path.tree, found),
            syn::UseTree::Name(name) if module == GENERATED => {
                drop(found.insert(name.ident.to_string(), format!("{module}::{}", name.ident)))
            }
            syn::UseTree::Name(name) => drop(found.insert(name.ident.to_string(), module.to_owned())),
            syn::UseTree::Rename(name) => drop(found.insert(name.rename.to_string(), module.to_owned())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| exports(module, tree, found)),
            syn::UseTree::Glob(_) => {}
        }
    }
    let (mut declared, mut names) = (Vec::new(), BTreeMap::new());
    for item in &file.items {
        match item {
            // A folder of generated files, each of which may import from hand-written modules and be imported by
            // others.
            syn::Item::Mod(syn::ItemMod { ident, content: Some((_, items)), .. }) if ident == GENERATED => {
                let inner =
                    items.iter().filter_map(|item| if let syn::Item::Mod(item) = item { Some(item) } else { None });
                declared.extend(inner.map(|inner| format!("{GENERATED}::{}", inner.ident)));
            }
            syn::Item::Mod(item) if !is_test(&item.attrs) => declared.push(item.ident.to_string()),
            syn::Item::Use(item) => {
                if let syn::UseTree::Path(path) = &item.tree {
                    exports(&path.ident.to_string(), &path.tree, &mut names);
                }
            }
            _ => {}
        }
    }
    (declared, names)
}

fn imports(name: &str) -> Imports {
    let src = Path::new(ROOT).join(name).join("src");
    let at_root = ["lib.rs", "main.rs"].map(|file| src.join(file)).into_iter().find(|path| path.exists()).unwrap();
    let (declared, exports) = root(&parse(&at_root));
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut imports = Imports { declared, ..Imports::default() };
    for path in files {
        let inner = path.strip_prefix(&src).unwrap().to_owned();
        let module: Vec<String> = inner
            .with_extension("")
            .iter()
            .map(|part| part.to_str().unwrap().to_owned())
            .filter(|part| part != "mod")
            .collect();
        let names = [module.iter().take(2).cloned().collect::<Vec<_>>().join("::"), module[..1].concat()];
        let Some(from) = names.into_iter().find(|from| imports.declared.contains(from)) else { continue };
        let mut paths = Paths { module, exports: &exports, found: BTreeSet::new() };
        paths.visit_file_mut(&mut parse(&path));
        for to in paths.found {
            if to != from && imports.declared.contains(&to) {
                imports.arrows.entry((from.clone(), to)).or_default().insert(inner.clone());
            }
        }
    }
    imports
}

impl Imports {
    /// Everything that a module needs, and what that needs.
    fn reached_from(&self, module: &str) -> BTreeSet<&str> {
        let (mut reached, mut next) = (BTreeSet::new(), vec![module]);
        while let Some(from) = next.pop() {
            for (_, to) in self.arrows.keys().filter(|(start, _)| start == from) {
                if reached.insert(to.as_str()) {
                    next.push(to);
                }
            }
        }
        reached
    }

    /// The modules that need themselves.
    fn in_circles(&self) -> Vec<&str> {
        let mut found: Vec<_> = self.declared.iter().map(String::as_str).collect();
        found.retain(|module| self.reached_from(module).contains(module));
        found.sort_unstable();
        found
    }
}

#[test]
fn modules_at_the_root_of_a_crate_do_not_import_from_each_other_in_circles() {
    for name in CRATES {
        let imports = imports(name);
        assert!(!imports.arrows.is_empty(), "{name}: no import was found");
        let circles = imports.in_circles();
        let draws_one = |(from, to): &(String, String)| {
            circles.contains(&from.as_str()) && imports.reached_from(to).contains(from.as_str())
        };
        let arrows: Vec<_> = imports.arrows.iter().filter(|(arrow, _)| draws_one(arrow)).collect();
        assert!(circles.is_empty(), "{name}: {circles:?} import from each other in circles: {arrows:#?}");
    }
}

#[test]
fn each_module_imports_from_those_above_it_only() {
    for name in CRATES.into_iter().filter(|name| *name != "bigid-api") {
        let imports = imports(name);
        let place = |module: &str| imports.declared.iter().position(|declared| declared == module);
        let up: Vec<_> = imports.arrows.iter().filter(|((from, to), _)| place(from) <= place(to)).collect();
        assert!(up.is_empty(), "{name}: a module imports from one that is declared below it: {up:#?}");
    }
}
