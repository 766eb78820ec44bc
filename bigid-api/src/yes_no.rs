//! `YesNo`: booleans that BigID writes as strings.

use crate::types::YesNo;

impl YesNo {
    /// Whether the value is `yes`, in any case.
    ///
    /// ```
    /// use bigid_api::types::YesNo;
    ///
    /// assert!(YesNo::Yes.is_yes() && YesNo::from("YES".to_owned()).is_yes());
    /// assert!(!YesNo::No.is_yes() && !YesNo::from("maybe".to_owned()).is_yes());
    /// ```
    #[must_use]
    pub fn is_yes(&self) -> bool {
        self.as_str().eq_ignore_ascii_case("yes")
    }
}
