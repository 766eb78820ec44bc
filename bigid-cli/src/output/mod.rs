//! The output of a command: records one by one, or one value.

mod columns;
mod csv;
mod json;
mod progress;
mod secrets;
mod sink;
mod table;

pub(crate) use json::pretty;
pub(crate) use progress::Bar;
pub(crate) use secrets::masked;
pub(crate) use sink::{Sink, persist, staged};

use std::io::{self, IsTerminal as _, Write as _};

use bigid_auth_ext::bigid_api::RawJson;
use clap::ArgMatches;

use crate::command::Field;
use crate::escape;
use crate::failure::Outcome;
use columns::Columns;

/// A format of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    JsonLines,
    Csv,
}

impl Format {
    /// The requested format; by default a table on a terminal, and JSON lines elsewhere and with a filter.
    pub(crate) fn of(matches: &ArgMatches, is_plain: bool) -> Self {
        match matches.get_one::<String>("output").map(String::as_str) {
            Some("table") => Self::Table,
            Some("json") => Self::Json,
            Some("jsonl") => Self::JsonLines,
            Some("csv") => Self::Csv,
            _ if is_plain && io::stdout().is_terminal() => Self::Table,
            _ => Self::JsonLines,
        }
    }
}

/// The number of records that are buffered before the columns of a table are chosen.
const SAMPLE: usize = 200;

/// Prints records in one format.
pub(crate) struct Printer {
    sink: Sink,
    format: Format,
    columns: Columns,
    /// The records of a table or CSV whose columns are not chosen yet.
    kept: Vec<RawJson>,
    widths: Option<Vec<usize>>,
    count: u64,
    /// Whether strings are printed without quotes, as a filter's are.
    is_raw: bool,
}

impl Printer {
    pub(crate) fn new(sink: Sink, format: Format, matches: &ArgMatches, declared: &'static [Field]) -> Self {
        let chosen = matches.try_get_many::<String>("columns").ok().flatten();
        let columns = Columns::new(chosen.map(|names| names.cloned().collect()), declared);
        Self { sink, format, columns, kept: Vec::new(), widths: None, count: 0, is_raw: false }
    }

    /// Shows these columns, unless others were chosen.
    pub(crate) fn with_columns(mut self, names: Vec<String>) -> Self {
        self.columns.default_to(names);
        self
    }

    /// Prints the strings of a filter without quotes, unless a format was requested.
    pub(crate) fn raw_strings(mut self, is_raw: bool) -> Self {
        self.is_raw = is_raw;
        self
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.sink.is_terminal()
    }

    /// Prints a record, or buffers it until the columns are known.
    pub(crate) fn record(&mut self, record: RawJson) -> Outcome {
        self.columns.see(&record);
        match self.format {
            Format::JsonLines | Format::Json => {
                let record = self.columns.projected(record);
                self.json(&record)?;
            }
            Format::Table if self.widths.is_some() => self.row(&record)?,
            // CSV has all columns of all records, and one may first occur in the last record.
            Format::Csv if self.columns.is_chosen() => {
                let row = csv::row(&self.columns.cells(&record));
                if self.count == 0 {
                    let header = csv::row(&self.columns.header());
                    self.text(&header)?;
                }
                self.text(&row)?;
            }
            Format::Table | Format::Csv => {
                self.kept.push(record);
                if self.format == Format::Table && self.kept.len() == SAMPLE {
                    self.head()?;
                }
            }
        }
        self.count += 1;
        Ok(())
    }

    fn json(&mut self, record: &RawJson) -> Outcome {
        let text = match (self.format, record.to_value()) {
            (Format::JsonLines, Some(serde_json::Value::String(text))) if self.is_raw => {
                let text = if self.is_terminal() { escape::lines(&text) } else { text };
                return Ok(writeln!(self.sink, "{text}")?);
            }
            (Format::JsonLines, _) => json::on_one_line(record.as_str()),
            _ => pretty(record.as_str(), "  "),
        };
        let text = if self.is_terminal() { escape::json(&text) } else { text.as_str().into() };
        if self.format == Format::JsonLines {
            return Ok(writeln!(self.sink, "{text}")?);
        }
        Ok(write!(self.sink, "{}\n  {text}", if self.count == 0 { "[" } else { "," })?)
    }

    fn text(&mut self, text: &str) -> Outcome {
        let text = if self.is_terminal() { escape::lines(text).into() } else { std::borrow::Cow::Borrowed(text) };
        Ok(self.sink.write_all(text.as_bytes())?)
    }

    /// Chooses the columns, and prints the buffered records.
    fn head(&mut self) -> Outcome {
        let kept = std::mem::take(&mut self.kept);
        match self.format {
            Format::Table => {
                let width = if self.is_terminal() { table::terminal_width() } else { None };
                self.columns.choose(&kept, width);
                let rows: Vec<Vec<String>> = kept.iter().map(|record| self.columns.cells(record)).collect();
                let header = self.columns.header();
                let widths = table::widths(&header, &rows, width);
                writeln!(self.sink, "{}", table::row(&header, &widths))?;
                for row in &rows {
                    writeln!(self.sink, "{}", table::row(row, &widths))?;
                }
                self.widths = Some(widths);
            }
            Format::Csv => {
                self.columns.choose_all(&kept);
                let header = csv::row(&self.columns.header());
                self.text(&header)?;
                for record in &kept {
                    let row = csv::row(&self.columns.cells(record));
                    self.text(&row)?;
                }
            }
            Format::Json | Format::JsonLines => {}
        }
        Ok(())
    }

    fn row(&mut self, record: &RawJson) -> Outcome {
        let cells = self.columns.cells(record);
        let row = table::row(&cells, self.widths.as_deref().unwrap_or_default());
        Ok(writeln!(self.sink, "{row}")?)
    }

    /// Flushes the output, because fetching the next page may take time.
    pub(crate) fn flush(&mut self) -> Outcome {
        Ok(self.sink.flush()?)
    }

    /// Prints the buffered records, and the end.
    pub(crate) fn finish(mut self) -> Outcome {
        if !self.kept.is_empty() {
            self.head()?;
        }
        match (self.format, self.count) {
            (Format::Json, 0) => writeln!(self.sink, "[]")?,
            (Format::Json, _) => writeln!(self.sink, "\n]")?,
            (Format::Csv, 0) if self.columns.is_chosen() => {
                let header = csv::row(&self.columns.header());
                self.text(&header)?;
            }
            _ => {}
        }
        let Self { sink, columns, count, .. } = self;
        sink.finish()?;
        if count > 0 {
            note(&columns);
        }
        Ok(())
    }

    /// Prints one value that is not a list.
    pub(crate) fn value(mut self, value: RawJson) -> Outcome {
        match self.format {
            Format::JsonLines => self.record(value)?,
            Format::Json => {
                self.columns.see(&value);
                let value = self.columns.projected(value);
                let text = pretty(value.as_str(), "");
                let text = if self.is_terminal() { escape::json(&text) } else { text.as_str().into() };
                writeln!(self.sink, "{text}")?;
                self.sink.finish()?;
                note(&self.columns);
                return Ok(());
            }
            Format::Csv => self.record(value)?,
            Format::Table => {
                self.columns.see(&value);
                let value = self.columns.projected(value);
                match value.members() {
                    Some(members) => {
                        let names =
                            members.iter().map(|(name, _)| table::width(&escape::line(name))).max().unwrap_or(0);
                        let width = if self.is_terminal() { table::terminal_width() } else { None };
                        for (name, member) in members {
                            let cell = columns::cell(&member);
                            let row = table::row(&[escape::line(&name).into_owned(), cell], &[names, usize::MAX]);
                            writeln!(self.sink, "{}", table::cut(&row, width.unwrap_or(usize::MAX)))?;
                        }
                    }
                    None if value.is_null() => {}
                    None => writeln!(self.sink, "{}", columns::cell(&value))?,
                }
                self.sink.finish()?;
                note(&self.columns);
                return Ok(());
            }
        }
        self.finish()
    }
}

/// Names the columns that were asked for and that nothing had, on stderr.
fn note(columns: &Columns) {
    for note in columns.notes() {
        // The output is complete, whether or not this is read.
        let _ = writeln!(io::stderr(), "note: {note}");
    }
}
