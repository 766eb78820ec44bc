//! Findings: what is wrong, where, its effect, and how to fix it.

use std::fmt;

use serde::{Serialize, Serializer};

use super::visible;

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Nothing may be generated.
    Error,
    /// Valid, but the resulting client is poor.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One finding about a document. It is the size of a pointer, because most functions that return one succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Diagnostic(Box<Finding>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    severity: Severity,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Overlay actions as YAML, to be pasted below `actions:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Finding {
            code: None,
            severity: Severity::Error,
            message: message.into(),
            file: None,
            line: None,
            pointer: None,
            effect: None,
            help: None,
            actions: None,
        }))
    }

    /// What the finding is an instance of.
    pub(crate) fn code(mut self, code: &'static str, severity: Severity) -> Self {
        self.0.code = Some(code);
        self.0.severity = severity;
        self
    }

    /// The file, relative to the checkout.
    pub(crate) fn file(mut self, file: impl Into<String>) -> Self {
        self.0.file = Some(file.into());
        self
    }

    /// The line, counted from 1, if the parser knows it.
    pub(crate) fn line(mut self, line: Option<usize>) -> Self {
        self.0.line = line;
        self
    }

    /// The JSON pointer inside the document.
    pub(crate) fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.0.pointer = Some(pointer.into());
        self
    }

    /// The effect.
    pub(crate) fn effect(mut self, effect: &'static str) -> Self {
        self.0.effect = Some(effect);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// The fix, as YAML.
    pub(crate) fn actions(mut self, actions: Option<String>) -> Self {
        self.0.actions = actions;
        self
    }

    /// What the finding is counted under: its code, or the lack of one.
    pub(crate) fn kind(&self) -> &'static str {
        self.0.code.unwrap_or("others")
    }

    /// The actions to paste.
    pub(crate) fn actions_text(&self) -> Option<&str> {
        self.0.actions.as_deref()
    }

    /// Where in the document.
    pub(crate) fn pointer_text(&self) -> Option<&str> {
        self.0.pointer.as_deref()
    }

    /// The file that the finding is in.
    pub(crate) fn file_text(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The finding on one line, without its help.
    pub(crate) fn line_text(&self) -> String {
        let line = self.0.line.map(|line| format!(":{line}")).unwrap_or_default();
        let place = self.0.file.as_ref().map(|file| format!("{file}{line}: ")).unwrap_or_default();
        visible(&format!("{place}{}", self.0.message)).into_owned()
    }

    /// The parts that two findings of the same problem have in common, regardless of their locations.
    pub(crate) fn identity(&self) -> String {
        format!("{:?} {:?} {}", self.0.code, self.0.pointer, self.0.message)
    }

    pub(crate) fn severity(&self) -> Severity {
        self.0.severity
    }

    /// The text for people: `paint` colours it for a terminal. Names from a document cannot break its lines.
    pub(crate) fn text(&self, paint: bool) -> String {
        let (colour, dim, plain) = match (paint, self.0.severity) {
            (false, _) => ("", "", ""),
            (true, Severity::Error) => ("\u{1b}[1;31m", "\u{1b}[2m", "\u{1b}[0m"),
            (true, Severity::Warning) => ("\u{1b}[1;33m", "\u{1b}[2m", "\u{1b}[0m"),
        };
        let code = self.0.code.map(|code| format!("[{code}]")).unwrap_or_default();
        let mut text = format!("{colour}{}{code}{plain}: {}", self.0.severity, visible(&self.0.message));
        if let Some(file) = &self.0.file {
            let line = self.0.line.map(|line| format!(":{line}")).unwrap_or_default();
            let pointer = self.0.pointer.as_deref().map(|pointer| format!(" (#{pointer})")).unwrap_or_default();
            text += &format!("\n  {dim}-->{plain} {}{line}{}", visible(file), visible(&pointer));
        }
        if let Some(effect) = self.0.effect {
            text += &format!("\n  effect: {effect}");
        }
        if let Some(help) = &self.0.help {
            text += &format!("\n  help: {}", visible(help));
        }
        for line in self.0.actions.iter().flat_map(|actions| actions.lines()) {
            text += &format!("\n  {dim}|{plain} {}", visible(line));
        }
        text
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(false))
    }
}

impl std::error::Error for Diagnostic {}

/// All findings of one pass, so that one run shows everything to fix.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// How many findings of a severity there are.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|diagnostic| diagnostic.severity() == severity).count()
    }

    pub(crate) fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl Serialize for Diagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
