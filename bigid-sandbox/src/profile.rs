//! The BigID server that the sandbox imitates.

use std::fmt;
use std::str::FromStr;

use http::Method;

/// The server to imitate. Each value is one consistent set of responses.
///
/// | | exchange | header | failed authentication | content type |
/// |---|---|---|---|---|
/// | [`Deployed2023`](Self::Deployed2023) | GET | raw token | 200 with `"success": false` | `text/html; charset=utf-8` |
/// | [`Deployed6x`](Self::Deployed6x) | GET | raw token | 401 with `{"message": ..}` | `application/json; charset=utf-8` |
/// | [`Spec`](Self::Spec) | POST | `Bearer <token>` | 401 with `{"message": ..}` | `application/json` |
///
/// The response to an exchange by the other method is that of Express to an unknown path: 404 and an HTML page.
///
/// The data sources of [`Deployed2023`](Self::Deployed2023) are the recorded ones, field by field; on the others, four
/// of twenty have connectors of the second generation (`s3-v2`), and all have fields that were added since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// A server as recorded in 2023.
    Deployed2023,
    /// A 6.x server as observed in 2026. The default, because it is what a new client meets.
    #[default]
    Deployed6x,
    /// A server that follows the applied contract, in the published dialect.
    Spec,
}

impl Profile {
    /// Every profile, for tests that run against each.
    pub const ALL: [Self; 3] = [Self::Deployed2023, Self::Deployed6x, Self::Spec];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployed2023 => "deployed-2023",
            Self::Deployed6x => "deployed-6x",
            Self::Spec => "spec",
        }
    }

    pub(crate) fn exchange_method(self) -> Method {
        match self {
            Self::Deployed2023 | Self::Deployed6x => Method::GET,
            Self::Spec => Method::POST,
        }
    }

    pub(crate) fn json_type(self) -> &'static str {
        match self {
            Self::Deployed2023 => HTML,
            Self::Deployed6x => "application/json; charset=utf-8",
            Self::Spec => "application/json",
        }
    }

    pub(crate) fn csv_type(self) -> &'static str {
        match self {
            Self::Deployed2023 => HTML,
            Self::Deployed6x => "text/csv; charset=utf-8",
            Self::Spec => "text/csv",
        }
    }

    /// The generation of the server's data sources. The contract describes both.
    pub(crate) fn generation(self) -> Generation {
        match self {
            Self::Deployed2023 => Generation::Recorded,
            Self::Deployed6x | Self::Spec => Generation::Newer,
        }
    }

    /// The token in an `Authorization` value; `None` if it does not have the form that this server reads.
    pub(crate) fn token_in(self, authorization: &str) -> Option<&str> {
        match self {
            Self::Deployed2023 | Self::Deployed6x => Some(authorization),
            // RFC 9110: the scheme's case does not matter, and at least one space follows it.
            Self::Spec => match authorization.split_at_checked(6) {
                Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") && rest.starts_with(' ') => {
                    Some(rest.trim_start_matches(' '))
                }
                _ => None,
            },
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, UnknownProfile> {
        Self::ALL.into_iter().find(|profile| profile.name() == name).ok_or(UnknownProfile)
    }
}

/// The text is not a profile; the message lists the possible ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProfile;

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such profile; there are ")?;
        f.write_str(&Profile::ALL.map(Profile::name).join(", "))
    }
}

impl std::error::Error for UnknownProfile {}

pub(crate) const HTML: &str = "text/html; charset=utf-8";

/// The generation of data sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// Those of the server recorded in 2023, field by field.
    Recorded,
    /// Those of a 6.x server: some of them with newer connectors, and all with what was added since.
    Newer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_found_by_its_name() {
        for profile in Profile::ALL {
            assert_eq!(profile.to_string().parse(), Ok(profile));
        }
        let unknown = "6x".parse::<Profile>().map_err(|error| error.to_string());
        assert_eq!(unknown, Err("no such profile; there are deployed-2023, deployed-6x, spec".to_owned()));
    }

    #[test]
    fn only_the_contract_reads_a_scheme_word() {
        assert_eq!(Profile::Deployed6x.token_in("Bearer a.b.c"), Some("Bearer a.b.c"));
        for (value, token) in
            [("Bearer a.b.c", Some("a.b.c")), ("bearer  a", Some("a")), ("a.b.c", None), ("Bearer", None), ("", None)]
        {
            assert_eq!(Profile::Spec.token_in(value), token);
        }
    }
}
