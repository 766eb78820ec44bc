//! What is wrong, where, what comes of it, and how to mend it.

use std::fmt;

use serde::{Serialize, Serializer};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Nothing may be generated.
    Error,
    /// Legal, and poor.
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

/// One finding about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Diagnostic {
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
    harm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Overlay actions as YAML, to be pasted below `actions:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            code: None,
            severity: Severity::Error,
            message: message.into(),
            file: None,
            line: None,
            pointer: None,
            harm: None,
            help: None,
            actions: None,
        }
    }

    /// What the finding is an instance of.
    pub(crate) fn code(mut self, code: &'static str, severity: Severity) -> Self {
        self.code = Some(code);
        self.severity = severity;
        self
    }

    /// The file, relative to the checkout.
    pub(crate) fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The line, counted from 1, where the parser knows it.
    pub(crate) fn line(mut self, line: Option<usize>) -> Self {
        self.line = line;
        self
    }

    /// The JSON pointer inside the document.
    pub(crate) fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// What would happen.
    pub(crate) fn harm(mut self, harm: &'static str) -> Self {
        self.harm = Some(harm);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What mends it, as YAML.
    pub(crate) fn actions(mut self, actions: Option<String>) -> Self {
        self.actions = actions;
        self
    }

    /// What the finding is counted under: its code, or the lack of one.
    pub(crate) fn kind(&self) -> &'static str {
        self.code.unwrap_or("others")
    }

    /// What is to be pasted.
    pub(crate) fn actions_text(&self) -> Option<&str> {
        self.actions.as_deref()
    }

    /// Where in the document.
    pub(crate) fn pointer_text(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    pub(crate) fn severity(&self) -> Severity {
        self.severity
    }

    /// The text for people: `paint` colours it for a terminal.
    pub(crate) fn text(&self, paint: bool) -> String {
        let (colour, dim, plain) = match (paint, self.severity) {
            (false, _) => ("", "", ""),
            (true, Severity::Error) => ("\u{1b}[1;31m", "\u{1b}[2m", "\u{1b}[0m"),
            (true, Severity::Warning) => ("\u{1b}[1;33m", "\u{1b}[2m", "\u{1b}[0m"),
        };
        let code = self.code.map(|code| format!("[{code}]")).unwrap_or_default();
        let mut text = format!("{colour}{}{code}{plain}: {}", self.severity, self.message);
        if let Some(file) = &self.file {
            let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
            let pointer = self.pointer.as_deref().map(|pointer| format!(" (#{pointer})")).unwrap_or_default();
            text += &format!("\n  {dim}-->{plain} {file}{line}{pointer}");
        }
        if let Some(harm) = self.harm {
            text += &format!("\n  harm: {harm}");
        }
        if let Some(help) = &self.help {
            text += &format!("\n  help: {help}");
        }
        for line in self.actions.iter().flat_map(|actions| actions.lines()) {
            text += &format!("\n  {dim}|{plain} {line}");
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

/// All findings of one pass, so that one run shows everything there is to mend.
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
        self.0.iter().filter(|diagnostic| diagnostic.severity == severity).count()
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
