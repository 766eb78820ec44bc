//! The progress of a list or a file: a bar on stderr, only on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar, which disappears when it is dropped.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar that counts records. It draws nothing where stderr is not a terminal, or the records themselves appear on
    /// one.
    pub(crate) fn records(is_hidden: bool) -> Self {
        Self::new(is_hidden, "{spinner} {pos} of {len} records  {elapsed}")
    }

    /// A bar that counts bytes.
    pub(crate) fn bytes() -> Self {
        Self::new(false, "{spinner} {bytes} of {total_bytes}  {bytes_per_sec}  {elapsed}")
    }

    /// A bar that shows the state of a job.
    pub(crate) fn job() -> Self {
        let bar = Self::new(false, "{spinner} {msg}  {elapsed}");
        bar.0.enable_steady_tick(std::time::Duration::from_millis(500));
        bar
    }

    /// Shows a line of text, with unsafe characters escaped.
    pub(crate) fn say(&self, text: &str) {
        self.0.set_message(crate::escape::line(text).to_string());
    }

    fn new(is_hidden: bool, template: &str) -> Self {
        if is_hidden {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(crate) fn set(&self, position: u64, total: Option<u64>) {
        if let Some(total) = total {
            self.0.set_length(total);
        }
        self.0.set_position(position);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
