//! The command line of `cargo xtask spec diff`.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use lexopt::{Arg, ValueExt as _};

use super::render;
use super::report::Report;
use super::side::Side;
use crate::command_line;

const USAGE: &str = "cargo xtask spec diff OLD NEW [--format text|markdown|json]\n  \
    each of OLD and NEW is a file, a folder like spec/, or a git revision; a path wins over a revision of the same name";

type Render = fn(&Report) -> String;

/// Compares two contracts. Exits with 0 if nothing breaks, 1 if something does, 2 if the arguments are invalid or name
/// no contract that can be read.
pub(crate) fn run(root: &Path, words: &[&str]) -> anyhow::Result<ExitCode> {
    let (old, new, render) = match arguments(words) {
        Ok(arguments) => arguments,
        Err(error) => return Ok(command_line::refuse(&error, USAGE)),
    };
    let sides = Side::read(root, &old).and_then(|old| Ok((old, Side::read(root, &new)?)));
    let (old, new) = match sides {
        Ok(sides) => sides,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(2));
        }
    };
    let report = Report::new(&old, &new);
    // A reader that closes the pipe early, as `head` does, is not an error.
    let _ = std::io::stdout().write_all(render(&report).as_bytes());
    Ok(if report.is_breaking() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn arguments(words: &[&str]) -> Result<(String, String, Render), lexopt::Error> {
    let mut render: Render = render::text;
    let mut sides = Vec::new();
    let mut parser = lexopt::Parser::from_args(words);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("format") => {
                render = parser.value()?.parse_with(|format| match format {
                    "text" => Ok(render::text as Render),
                    "markdown" => Ok(render::markdown),
                    "json" => Ok(render::json),
                    _ => Err("the formats are text, markdown and json"),
                })?;
            }
            Arg::Value(side) if sides.len() < 2 => sides.push(side.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let [old, new] = <[String; 2]>::try_from(sides).map_err(|_| "OLD and NEW are required")?;
    Ok((old, new, render))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_may_stand_anywhere_and_is_a_known_one() {
        let is_read = |words: &[&str]| arguments(words).ok().map(|(old, new, _)| (old, new));
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
