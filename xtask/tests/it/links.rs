//! Every relative link of the documentation leads to a file, every anchor to a heading, and every test that it names
//! exists.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The files of the checkout whose names match a pattern.
fn files(pattern: &str) -> Vec<PathBuf> {
    let listed = Command::new("git").args(["ls-files", pattern]).current_dir(ROOT).output().unwrap();
    let names = String::from_utf8(listed.stdout).unwrap();
    names.lines().map(|name| Path::new(ROOT).join(name)).filter(|page| page.exists()).collect()
}

/// A page without its fenced code.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        lines.extend((!is_code && !is_fence).then_some(line));
    }
    lines.join("\n")
}

/// The targets of the links in a text, without code spans: `[text](target)`.
fn targets(text: &str) -> Vec<String> {
    let plain: Vec<&str> = text.split('`').step_by(2).collect();
    let plain = plain.concat();
    let links = plain.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    links.map(|(target, _)| target.to_owned()).collect()
}

/// The anchor that GitHub gives to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

/// The problem with a link of a page.
fn broken(page: &Path, text: &str, target: &str) -> Option<&'static str> {
    // Rustdoc checks the links of front pages to items, as in `[asked to end](Run::cancelled)`.
    if target.contains("://") || target.contains("::") || target.starts_with("mailto:") {
        return None;
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() { page.to_owned() } else { page.parent().unwrap().join(path) };
    if !file.exists() {
        return Some("leads to no file");
    }
    if fragment.is_empty() {
        return None;
    }
    let read = if path.is_empty() { text.to_owned() } else { prose(&fs::read_to_string(&file).unwrap()) };
    (!anchors(&read).iter().any(|anchor| anchor == fragment)).then_some("leads to no heading")
}

#[test]
fn every_relative_link_leads_somewhere() {
    let (mut links, mut wrong) = (0, Vec::new());
    for page in files("*.md") {
        let text = prose(&fs::read_to_string(&page).unwrap());
        for target in targets(&text) {
            links += 1;
            wrong.extend(broken(&page, &text, &target).map(|why| format!("{}: ({target}) {why}", page.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(links > 100, "only {links} links were found");
}

#[test]
fn a_link_without_a_file_or_a_heading_is_found() {
    let page = Path::new(ROOT).join("README.md");
    let text = "# One title\n\n`[code](nowhere)` [a](CHANGELOG.md) [b](#one-title) [c](nowhere.md) [d](#two) [e](https://x.example)";
    let found: Vec<_> = targets(text).iter().map(|target| broken(&page, text, target)).collect();
    assert_eq!(found, [None, None, Some("leads to no file"), Some("leads to no heading"), None]);
}

/// The code spans of a text that are names of tests: words joined by underscores, at least five.
fn tests_named(text: &str) -> Vec<&str> {
    let is_name = |span: &&str| {
        let words = span.split('_').collect::<Vec<_>>();
        words.len() >= 5 && words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
    };
    let spans = text.split('`').skip(1).step_by(2);
    spans.map(|span| span.rsplit("::").next().unwrap()).filter(is_name).collect()
}

#[test]
fn every_test_that_a_page_names_exists() {
    let code: String = files("*.rs").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let (mut named, mut wrong) = (0, Vec::new());
    for page in files("*.md") {
        let text = prose(&fs::read_to_string(&page).unwrap());
        for name in tests_named(&text) {
            named += 1;
            wrong.extend((!code.contains(name)).then(|| format!("{}: {name}", page.display())));
        }
    }
    assert!(wrong.is_empty(), "no test has these names:\n{}", wrong.join("\n"));
    assert!(named > 100, "only {named} names of tests were found");
}
