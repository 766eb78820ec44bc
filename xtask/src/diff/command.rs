//! The command line of `cargo xtask spec diff`.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::render;
use super::report::Report;
use super::side::Side;

const USAGE: &str = "usage: cargo xtask spec diff OLD NEW [--format text|markdown|json]\n  \
    each of OLD and NEW is a file, a folder like spec/, or a git revision; a path wins over a revision of the same name";

type Render = fn(&Report) -> String;

/// Compares two contracts. Exits with 0 if nothing breaks, 1 if something does, 2 if the arguments are invalid.
///
/// # Errors
/// A side that cannot be read.
pub(crate) fn run(root: &Path, words: &[&str]) -> anyhow::Result<ExitCode> {
    let Some((old, new, render)) = arguments(words) else {
        eprintln!("error: unknown command `{}`\n{USAGE}", words.join(" "));
        return Ok(ExitCode::from(2));
    };
    let report = Report::new(&Side::read(root, old)?, &Side::read(root, new)?);
    // A reader that closes the pipe early, as `head` does, is not an error.
    let _ = std::io::stdout().write_all(render(&report).as_bytes());
    Ok(if report.is_breaking() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn arguments<'a>(words: &[&'a str]) -> Option<(&'a str, &'a str, Render)> {
    let mut render: Render = render::text;
    let mut sides = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let format = match word.strip_prefix("--format") {
            None if word.starts_with('-') => return None,
            None => {
                sides.push(*word);
                continue;
            }
            Some("") => words.next()?,
            Some(rest) => rest.strip_prefix('=')?,
        };
        render = match format {
            "text" => render::text,
            "markdown" => render::markdown,
            "json" => render::json,
            _ => return None,
        };
    }
    match sides.as_slice() {
        [old, new] => Some((old, new, render)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_may_stand_anywhere_and_is_a_known_one() {
        let is_read = |words: &[&str]| arguments(words).map(|(old, new, _)| (old.to_owned(), new.to_owned()));
        let sides = Some(("a".to_owned(), "b".to_owned()));
        assert_eq!(is_read(&["a", "b"]), sides);
        assert_eq!(is_read(&["--format", "json", "a", "b"]), sides);
        assert_eq!(is_read(&["a", "--format=markdown", "b"]), sides);
        for wrong in [
            &["a"][..],
            &["a", "b", "c"],
            &["a", "b", "--format"],
            &["a", "b", "--format", "xml"],
            &["a", "b", "--fast"],
            &["a", "b", "--formatjson"],
        ] {
            assert_eq!(is_read(wrong), None, "{wrong:?}");
        }
    }
}
