//! The keywords of one schema.

use serde_json::Value;

use super::ContractWalk;
use super::schema::Slot;
use crate::diff::grade::{Grade, Shift, Wire};
use crate::diff::kind::ChangeKind;
use crate::diff::place::Place;

impl ContractWalk<'_, '_> {
    /// The keywords that describe a schema in its position, even next to a reference.
    pub(super) fn said_of(&mut self, slot: &Slot) {
        let (old, new) = (self.raw_old(&slot.old), self.raw_new(&slot.new));
        let label = slot.said("its description");
        self.words(&slot.place, &label, &old["description"], &new["description"]);
        self.evidence(&slot.place, old, new);
        self.deprecation(&slot.place, old["deprecated"] == true, new["deprecated"] == true);
        let (before, after) = (&old["x-rust-name"], &new["x-rust-name"]);
        if before != after {
            let text = format!("its name in Rust (`x-rust-name`) is {}, was {}", or_own(after), or_own(before));
            self.note(&slot.place, ChangeKind::RustNameChanged, Wire::SAME, text);
        }
    }

    /// Whether the type itself changed; if so, the change is noted.
    pub(super) fn kind(&mut self, slot: &Slot, old: &Value, new: &Value) -> bool {
        let (before, after) = (type_of(old), type_of(new));
        if before == after {
            return false;
        }
        let shift = match (before, after) {
            (Some("string" | "array"), Some(TEXT_OR_LIST)) => Shift::Widened,
            (Some(TEXT_OR_LIST), Some("string" | "array")) => Shift::Narrowed,
            (_, None) | (Some("integer"), Some("number")) => Shift::Widened,
            (None, _) | (Some("number"), Some("integer")) => Shift::Narrowed,
            _ => Shift::Altered,
        };
        let text = format!("its type is {}, was {}", after.unwrap_or("any JSON"), before.unwrap_or("any JSON"));
        self.note(&slot.place, ChangeKind::TypeChanged, shift.wire(slot.direction), slot.said(&text));
        true
    }

    /// The constraints on the values of a type.
    pub(super) fn scalars(&mut self, slot: &Slot, old: &Value, new: &Value) {
        match (old["nullable"] == true, new["nullable"] == true) {
            (false, true) => self.say(slot, ChangeKind::NullableAdded, Shift::Widened, "may be null"),
            (true, false) => self.say(slot, ChangeKind::NullableRemoved, Shift::Narrowed, "may not be null any more"),
            _ => {}
        }
        self.default(slot, &old["default"], &new["default"]);
        self.format(slot, old, new);
        self.enumeration(slot, old, new);
        for (key, is_upper) in BOUNDS {
            self.bound(slot, key, is_upper, &old[key], &new[key]);
        }
        self.pattern(slot, &old["pattern"], &new["pattern"]);
    }

    fn say(&mut self, slot: &Slot, kind: ChangeKind, shift: Shift, text: &str) {
        self.note(&slot.place, kind, shift.wire(slot.direction), slot.said(text));
    }

    /// A changed default changes what the server does with the same request. The client never sends a default.
    fn default(&mut self, slot: &Slot, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        let text = match (old.is_null(), new.is_null()) {
            (true, _) => format!("its default is said to be {new}"),
            (_, true) => format!("its default, {old}, is not said any more"),
            _ => format!("its default is {new}, was {old}"),
        };
        let request = if old.is_null() || new.is_null() { Grade::Compatible } else { Grade::Breaking };
        let grade = if slot.direction.request { request } else { Grade::Same };
        self.note(&slot.place, ChangeKind::DefaultChanged, Wire::request(grade), slot.said(&text));
    }

    fn format(&mut self, slot: &Slot, old: &Value, new: &Value) {
        let (before, after) = (old["format"].as_str(), new["format"].as_str());
        if before == after {
            return;
        }
        let shift = match (before, after) {
            // The hint that a text is a secret does not change its values.
            (None | Some("password"), None | Some("password")) => Shift::Same,
            // Every integer of the contract has 64 bits unless it says otherwise, and every number is a double.
            (None | Some("int64"), None | Some("int64")) | (None | Some("double"), None | Some("double")) => {
                Shift::Same
            }
            (Some("int32"), None | Some("int64")) | (Some("float"), None | Some("double")) => Shift::Widened,
            (None | Some("int64"), Some("int32")) | (None | Some("double"), Some("float")) => Shift::Narrowed,
            (None, _) => Shift::Narrowed,
            (_, None) => Shift::Widened,
            _ => Shift::Altered,
        };
        let text = format!("its format is {}, was {}", after.unwrap_or("open"), before.unwrap_or("open"));
        self.say(slot, ChangeKind::FormatChanged, shift, &text);
    }

    fn enumeration(&mut self, slot: &Slot, old: &Value, new: &Value) {
        let list = |schema: &Value| schema["enum"].as_array().cloned();
        let (before, after) = match (list(old), list(new)) {
            (None, None) => return,
            (None, Some(_)) => {
                return self.say(slot, ChangeKind::ValueRemoved, Shift::Narrowed, "its values are listed now");
            }
            (Some(_), None) => {
                return self.say(slot, ChangeKind::ValueAdded, Shift::Widened, "its values are not listed any more");
            }
            (Some(before), Some(after)) => (before, after),
        };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let place = |value: &str| match &slot.named {
            Some(schema) => Place::value(schema, value),
            None => slot.place.clone(),
        };
        let mut tell = |value: &Value, kind: ChangeKind, shift: Shift, done: &str| {
            let value = text(value);
            let said =
                if slot.named.is_some() { done.to_owned() } else { slot.said(&format!("the value `{value}` {done}")) };
            self.note(&place(&value), kind, shift.wire(slot.direction), said);
        };
        after
            .iter()
            .filter(|value| !before.contains(value))
            .for_each(|value| tell(value, ChangeKind::ValueAdded, Shift::Widened, "is new"));
        before
            .iter()
            .filter(|value| !after.contains(value))
            .for_each(|value| tell(value, ChangeKind::ValueRemoved, Shift::Narrowed, "is gone"));
    }

    fn bound(&mut self, slot: &Slot, key: &str, is_upper: bool, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        let is_looser = match (old.as_f64(), new.as_f64()) {
            (None, _) => false,
            (_, None) => true,
            (Some(old), Some(new)) => (new > old) == is_upper,
        };
        let (kind, shift) = if is_looser {
            (ChangeKind::BoundLoosened, Shift::Widened)
        } else {
            (ChangeKind::BoundTightened, Shift::Narrowed)
        };
        let shown = |value: &Value| if value.is_null() { "open".to_owned() } else { value.to_string() };
        self.say(slot, kind, shift, &format!("its `{key}` is {}, was {}", shown(new), shown(old)));
    }

    fn pattern(&mut self, slot: &Slot, old: &Value, new: &Value) {
        let shift = match (old.as_str(), new.as_str()) {
            (before, after) if before == after => return,
            (None, _) => Shift::Narrowed,
            (_, None) => Shift::Widened,
            // Patterns are not compared for inclusion.
            _ => Shift::Altered,
        };
        self.say(slot, ChangeKind::PatternChanged, shift, "its pattern changed");
    }
}

/// The bounds of a value, and whether each is an upper bound.
const BOUNDS: [(&str, bool); 6] = [
    ("minimum", false),
    ("maximum", true),
    ("minLength", false),
    ("maxLength", true),
    ("minItems", false),
    ("maxItems", true),
];

/// The kind of a schema that is a choice between two.
const TEXT_OR_LIST: &str = "text or a list of texts";

/// The type of a schema. The one choice between schemas that the model supports counts as a type.
fn type_of(schema: &Value) -> Option<&str> {
    schema["type"].as_str().or_else(|| schema.get("oneOf").map(|_| TEXT_OR_LIST))
}

fn or_own(name: &Value) -> String {
    name.as_str().map_or_else(|| "its own".to_owned(), |name| format!("`{name}`"))
}
