//! Prints responses, with secrets masked and the filter applied.

use bigid_auth_ext::bigid_api::RawJson;
use clap::ArgMatches;

use crate::command::Field;
use crate::failure::Outcome;
#[cfg(feature = "jq")]
use crate::jq::Filter;
use crate::output::{Format, Printer, Sink, masked};

/// The output options of a response.
pub(crate) struct Shown {
    printer: Printer,
    /// The members that are masked.
    secrets: &'static [&'static str],
    #[cfg(feature = "jq")]
    filter: Option<Filter>,
}

impl Shown {
    /// Reads the output options. Errors in them are reported before anything is sent.
    pub(crate) fn new(
        matches: &ArgMatches,
        secrets: &'static [&'static str],
        declared: &'static [Field],
    ) -> Outcome<Self> {
        let is_shown = matches.get_flag("show-secrets");
        #[cfg(feature = "jq")]
        let filter = matches.get_one::<String>("jq").map(|code| Filter::new(code)).transpose()?;
        #[cfg(feature = "jq")]
        let is_filtered = filter.is_some();
        #[cfg(not(feature = "jq"))]
        let is_filtered = false;
        let is_file = matches.contains_id("to");
        let printer =
            Printer::new(Sink::of(matches)?, Format::of(matches, !is_filtered && !is_file), matches, declared);
        Ok(Self {
            printer: printer.raw_strings(is_filtered && !matches.contains_id("output")),
            secrets: if is_shown { &[] } else { secrets },
            #[cfg(feature = "jq")]
            filter,
        })
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.printer.is_terminal()
    }

    /// Prints a record of a list.
    pub(crate) fn record(&mut self, record: RawJson) -> Outcome {
        let record = masked(record, self.secrets);
        #[cfg(feature = "jq")]
        if let Some(filter) = &self.filter {
            for output in filter.run(&record)? {
                self.printer.record(output)?;
            }
            return Ok(());
        }
        self.printer.record(record)
    }

    pub(crate) fn flush(&mut self) -> Outcome {
        self.printer.flush()
    }

    pub(crate) fn finish(self) -> Outcome {
        self.printer.finish()
    }

    /// Prints a value that is not a list.
    pub(crate) fn value(self, value: RawJson) -> Outcome {
        #[cfg(feature = "jq")]
        if self.filter.is_some() {
            let mut this = self;
            this.record(value)?;
            return this.finish();
        }
        let value = masked(value, self.secrets);
        self.printer.value(value)
    }
}
