//! Every relative link of the documentation leads to a file, and every anchor to a heading.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The Markdown files of the checkout.
fn pages() -> Vec<PathBuf> {
    let listed = Command::new("git").args(["ls-files", "*.md"]).current_dir(ROOT).output().unwrap();
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

/// What is wrong with a link of a page.
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
    for page in pages() {
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
