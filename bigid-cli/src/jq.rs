//! `--jq`: a filter in the language of jq, run by jaq. It reads neither variables nor files.

use bigid_auth_ext::bigid_api::RawJson;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, compile, data};
use jaq_json::{Val, read};

use crate::failure::{Failure, Outcome, Reason};

/// A compiled filter.
pub(crate) struct Filter {
    filter: compile::Filter<jaq_core::Native<data::JustLut<Val>>>,
}

impl Filter {
    /// Compiles a filter.
    ///
    /// # Errors
    /// The problem in the filter.
    pub(crate) fn new(code: &str) -> Outcome<Self> {
        let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        // Filters cannot read the environment, which may contain a token.
        let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs()).filter(|(name, ..)| *name != "env");
        let arena = Arena::default();
        let wrong = |why: &str| Failure::usage(format!("--jq: {why} in `{code}`"));
        let modules = Loader::new(defs).load(&arena, File { code, path: () }).map_err(|errors| {
            let first = errors.first().and_then(|(file, error)| syntax(file.code, error));
            wrong(&first.unwrap_or_else(|| "there is a syntax error".to_owned()))
        })?;
        let filter = Compiler::default().with_funs(funs).compile(modules).map_err(|errors| {
            let names = errors.into_iter().flat_map(|(_, errors)| errors).map(|(name, _)| name.to_owned());
            wrong(&format!("{} is not defined", names.collect::<Vec<_>>().join(", ")))
        })?;
        Ok(Self { filter })
    }

    /// The outputs of the filter for a value.
    ///
    /// # Errors
    /// The filter raised an error.
    pub(crate) fn run(&self, json: &RawJson) -> Outcome<Vec<RawJson>> {
        let failed = |why: String| Failure::new(Reason::Failed, format!("--jq: {why}"));
        let value = read::parse_single(json.as_str().as_bytes()).map_err(|error| failed(error.to_string()))?;
        let context = Ctx::<data::JustLut<Val>>::new(&self.filter.lut, Vars::new([]));
        let mut outputs = Vec::new();
        for output in self.filter.id.run((context, value)) {
            let text = match output {
                Ok(output) => output.to_string(),
                Err(end) => match end.get_err() {
                    Ok(error) => return Err(failed(error.to_string())),
                    // `halt` ends the filter, not the command.
                    Err(_) => break,
                },
            };
            outputs.push(text.parse().map_err(|_| failed(format!("the filter returned {text}, which is not JSON")))?);
        }
        Ok(outputs)
    }
}

/// Describes a syntax error and its position.
fn syntax(code: &str, error: &load::Error<&str>) -> Option<String> {
    let (expected, part) = match error {
        load::Error::Lex(errors) => errors.first().map(|(expected, part)| (expected.as_str(), *part))?,
        load::Error::Parse(errors) => errors.first().map(|(expected, part)| (expected.as_str(), *part))?,
        load::Error::Io(_) => return None,
    };
    // At the end of the program this part is empty, and may belong to another text.
    let start = (part.as_ptr() as usize).checked_sub(code.as_ptr() as usize).filter(|_| !part.is_empty());
    let place = match start.and_then(|start| code.get(..start)) {
        Some(before) => format!("at character {}", before.chars().count() + 1),
        None => "at its end".to_owned(),
    };
    Some(format!("there is a syntax error {place}: {expected} is expected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(code: &str, json: &str) -> Result<Vec<String>, String> {
        let filter = Filter::new(code).map_err(|failure| failure.message)?;
        let outputs = filter.run(&json.parse().unwrap()).map_err(|failure| failure.message)?;
        Ok(outputs.into_iter().map(|output| output.as_str().to_owned()).collect())
    }

    #[test]
    fn filters_run_and_mistakes_are_named() {
        assert_eq!(run(".a[] | select(. > 1)", r#"{"a": [1, 2, 3]}"#).unwrap(), ["2", "3"]);
        assert_eq!(
            run("{n: .name, up: (.name | ascii_upcase)}", r#"{"name": "x"}"#).unwrap(),
            [r#"{"n":"x","up":"X"}"#]
        );
        assert_eq!(run("1, halt, 2", "{}").unwrap(), ["1"]);
        for (code, place) in [
            (".a[", "at its end: closing bracket"),
            ("\"é\" | .a b", "at character 10:"),
            (".a |", "at its end: term"),
            ("", "at its end: term"),
            ("if . then", "at its end"),
            ("\"\\q\"", "character"),
            (".a | §", "character 6: token"),
        ] {
            let said = run(code, "{}").unwrap_err();
            assert!(said.contains("syntax error") && said.contains(place), "{code}: {said}");
        }
        assert!(run("nonsense(.)", "{}").unwrap_err().contains("nonsense"));
        assert!(run("error(\"no\")", "{}").unwrap_err().contains("no"));
    }

    #[test]
    fn a_filter_sees_no_variable_of_the_environment() {
        for code in ["env", "env.PATH", "$ENV", "$ENV.PATH"] {
            assert!(run(code, "{}").is_err(), "{code}");
        }
    }
}
