//! How much a change matters, column by column.

use serde::Serialize;

/// The effect of a change on someone who relied on the former behaviour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Grade {
    /// Nothing.
    #[default]
    Same,
    /// Something new that breaks nothing.
    Compatible,
    Breaking,
}

impl Grade {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Same => "-",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

/// What a change means for requests of an old client, and for its reading of responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Wire {
    pub(crate) request: Grade,
    pub(crate) response: Grade,
}

impl Wire {
    pub(crate) const SAME: Self = Self { request: Grade::Same, response: Grade::Same };

    pub(crate) fn request(request: Grade) -> Self {
        Self { request, response: Grade::Same }
    }

    pub(crate) fn response(response: Grade) -> Self {
        Self { request: Grade::Same, response }
    }

    pub(crate) fn both(grade: Grade) -> Self {
        Self { request: grade, response: grade }
    }

    pub(crate) fn worst(self) -> Grade {
        self.request.max(self.response)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self { request: self.request.max(other.request), response: self.response.max(other.response) }
    }

    /// The column as text: `request breaking, response compatible`.
    pub(crate) fn text(self) -> String {
        match (self.request, self.response) {
            (Grade::Same, Grade::Same) => "-".to_owned(),
            (request, Grade::Same) => format!("request {}", request.text()),
            (Grade::Same, response) => format!("response {}", response.text()),
            (request, response) if request == response => request.text().to_owned(),
            (request, response) => format!("request {}, response {}", request.text(), response.text()),
        }
    }
}

/// The direction in which a value is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Direction {
    pub(super) request: bool,
    pub(super) response: bool,
}

impl Direction {
    pub(super) const REQUEST: Self = Self { request: true, response: false };
    pub(super) const RESPONSE: Self = Self { request: false, response: true };
}

/// How the set of values that may be sent has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shift {
    /// The same values, described in another way.
    Same,
    /// Additional values that nobody has to send or read.
    Added,
    /// More values than before: a server may send one that an old client does not know.
    Widened,
    /// Fewer values: a server may reject one that an old client sends.
    Narrowed,
    /// Other values.
    Altered,
}

impl Shift {
    /// A client sends requests and reads responses, so the two directions are opposites.
    pub(super) fn wire(self, direction: Direction) -> Wire {
        let (request, response) = match self {
            Self::Same => (Grade::Same, Grade::Same),
            Self::Added => (Grade::Compatible, Grade::Compatible),
            Self::Widened => (Grade::Compatible, Grade::Breaking),
            Self::Narrowed => (Grade::Breaking, Grade::Compatible),
            Self::Altered => (Grade::Breaking, Grade::Breaking),
        };
        Wire {
            request: if direction.request { request } else { Grade::Same },
            response: if direction.response { response } else { Grade::Same },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_widens_one_direction_narrows_the_other() {
        let both = Direction { request: true, response: true };
        assert_eq!(Shift::Widened.wire(both), Wire { request: Grade::Compatible, response: Grade::Breaking });
        assert_eq!(Shift::Narrowed.wire(both), Wire { request: Grade::Breaking, response: Grade::Compatible });
        assert_eq!(Shift::Altered.wire(Direction::REQUEST), Wire::request(Grade::Breaking));
        assert_eq!(Shift::Altered.wire(Direction::default()), Wire::SAME);
    }
}
