//! The version step that a change requires, and whether the version in Cargo.toml is high enough.

use std::fmt;

use serde::Serialize;

use super::change::Change;
use super::grade::Grade;

/// The version step that the crates need.
///
/// The Rust and the behaviour column decide. The wire column does not: what a server accepts and sends does not depend
/// on the version of the crates, and if it changes what a program gets, one of the other columns shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Step {
    None,
    Patch,
    Minor,
    Major,
}

impl Step {
    pub(super) fn of(changes: &[Change]) -> Self {
        let step = |change: &Change| match change.rust_grade().max(change.behaviour_grade()) {
            Grade::Breaking => Self::Major,
            Grade::Compatible => Self::Minor,
            Grade::Same => Self::Patch,
        };
        changes.iter().map(step).max().unwrap_or(Self::None)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// `1.2.3`; a suffix is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u64, u64, u64);

impl Version {
    /// Reads the version that all crates of a workspace share.
    pub(super) fn of_workspace(manifest: &str) -> Option<Self> {
        let section = manifest.split("[workspace.package]").nth(1)?;
        let section = section.split("\n[").next()?;
        let line =
            section.lines().find_map(|line| line.trim().strip_prefix("version")?.trim_start().strip_prefix('='))?;
        Self::parse(line.trim().trim_matches('"'))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = text.split(['-', '+']).next()?;
        let mut parts = plain.split('.').map(|part| part.parse().ok());
        let version = Self(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(version)
    }

    /// The lowest version after a step. Before 1.0.0 a breaking step is a minor one, and any other a patch, by Cargo's
    /// rules.
    pub(super) fn after(self, step: Step) -> Self {
        let Self(major, minor, patch) = self;
        match (step, major, minor) {
            (Step::None, ..) => self,
            (Step::Major, 0, 0) => Self(0, 0, patch.saturating_add(1)),
            (Step::Major, 0, _) => Self(0, minor.saturating_add(1), 0),
            (Step::Major, ..) => Self(major.saturating_add(1), 0, 0),
            (Step::Minor, 1.., _) => Self(major, minor.saturating_add(1), 0),
            (Step::Minor | Step::Patch, ..) => Self(major, minor, patch.saturating_add(1)),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The versions of two sides, where they are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Versions {
    pub(crate) old: Option<Version>,
    pub(crate) new: Option<Version>,
}

impl Versions {
    /// The lowest version that the newer side may have.
    pub(crate) fn demanded(self, step: Step) -> Option<Version> {
        self.old.map(|old| old.after(step))
    }

    /// Whether the newer side has it.
    pub(crate) fn is_satisfied(self, step: Step) -> Option<bool> {
        Some(self.new? >= self.demanded(step)?)
    }

    /// One line.
    pub(crate) fn text(self, step: Step) -> String {
        let Some((old, demanded)) = self.old.zip(self.demanded(step)) else {
            return format!("semver: {step}");
        };
        let has = match (self.new, self.is_satisfied(step)) {
            (Some(new), Some(true)) => format!("; Cargo.toml has {new}, which will do"),
            (Some(new), _) => format!("; Cargo.toml has {new}, which will not do"),
            (None, _) => String::new(),
        };
        if step == Step::None {
            return format!("semver: no step{has}");
        }
        format!("semver: {step}, at least {demanded} after {old}{has}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_before_1_0_is_one_place_to_the_right() {
        for (from, step, to) in [
            ("0.1.0", Step::Major, "0.2.0"),
            ("0.1.4", Step::Minor, "0.1.5"),
            ("0.1.4", Step::Patch, "0.1.5"),
            ("0.0.4", Step::Major, "0.0.5"),
            ("1.2.3", Step::Major, "2.0.0"),
            ("1.2.3", Step::Minor, "1.3.0"),
            ("1.2.3", Step::Patch, "1.2.4"),
            ("1.2.3", Step::None, "1.2.3"),
            ("0.2.0-rc.1", Step::None, "0.2.0"),
        ] {
            assert_eq!(Version::parse(from).unwrap().after(step).to_string(), to, "{from} {step}");
        }
        assert!(["1.2", "1.2.3.4", "a.b.c", ""].iter().all(|text| Version::parse(text).is_none()));
    }

    #[test]
    fn the_workspace_has_one_version() {
        let manifest = include_str!("../../../Cargo.toml");
        let version = Version::of_workspace(manifest).unwrap();
        assert!(manifest.contains(&format!("version = \"{version}\"")));
        assert_eq!(Version::of_workspace("[package]\nversion = \"1.0.0\"\n"), None);
    }

    #[test]
    fn a_version_that_is_too_low_is_said_to_be() {
        let version = |text: &str| Version::parse(text);
        let versions = Versions { old: version("0.1.0"), new: version("0.1.1") };
        assert_eq!(versions.is_satisfied(Step::Major), Some(false));
        assert_eq!(
            versions.text(Step::Major),
            "semver: major, at least 0.2.0 after 0.1.0; Cargo.toml has 0.1.1, which will not do"
        );
        assert_eq!(versions.is_satisfied(Step::Minor), Some(true));
        assert_eq!(Versions { old: None, new: version("0.1.1") }.is_satisfied(Step::Major), None);
    }
}
