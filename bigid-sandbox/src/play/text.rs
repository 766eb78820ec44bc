//! Strings, by the names of their fields.

use super::Context;
use crate::calendar;
use crate::contract::Schema;
use crate::data::{ATTRIBUTES, Attribute, POLICIES, Policy, ROLES};

/// How the texts of a field are made.
#[derive(Debug)]
pub(crate) struct Text {
    of: TextKind,
    least: usize,
    most: usize,
}

/// What the texts of a field are.
#[derive(Debug)]
enum TextKind {
    /// One text for all records.
    Fixed(&'static str),
    Id,
    /// An identifier by the field's name in lower case.
    Identifier(String),
    FirstName,
    LastName,
    Source,
    SourceType,
    QualifiedName,
    ObjectName,
    /// A point in time, or its date alone.
    Moment,
    Date,
    Person,
    Policy(fn(&'static Policy) -> &'static str),
    Attribute(fn(&'static Attribute) -> &'static str),
    Query,
    About,
    Place,
    Role,
    Color,
    /// The kind of record and its place.
    Title,
    Uuid,
    Url,
    Host,
    IpV4,
    IpV6,
    /// The words of the field's name and the record's place.
    Plain,
}

impl Text {
    pub(super) fn of(schema: Schema, name: &str) -> Self {
        let of = schema.format().and_then(formatted).unwrap_or_else(|| named(name));
        Self {
            of,
            least: schema.count("minLength").unwrap_or(0),
            most: schema.count("maxLength").unwrap_or(usize::MAX),
        }
    }

    pub(super) fn make(&self, context: &Context<'_>, name: &str) -> String {
        let mut made = self.of.make(context, name);
        if self.most < made.len()
            && let Some((end, _)) = made.char_indices().nth(self.most)
        {
            made.truncate(end);
        }
        if self.least > 0 {
            made.extend(std::iter::repeat_n('x', self.least.saturating_sub(made.chars().count())));
        }
        made
    }
}

/// What the texts of a format are.
fn formatted(format: &str) -> Option<TextKind> {
    Some(match format {
        "date-time" => TextKind::Moment,
        "date" => TextKind::Date,
        "uuid" => TextKind::Uuid,
        "email" => TextKind::Person,
        "uri" => TextKind::Url,
        "hostname" => TextKind::Host,
        "ip" | "ipv4" => TextKind::IpV4,
        "ipv6" => TextKind::IpV6,
        "password" => TextKind::Fixed("******"),
        _ => return None,
    })
}

/// What the texts of a field of this name are.
fn named(name: &str) -> TextKind {
    let lower: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let is_time = has(&["date", "time", "timestamp"]) || name.ends_with("_at") || name.ends_with("At");
    match lower.as_str() {
        "id" => return TextKind::Id,
        "firstname" => return TextKind::FirstName,
        "lastname" => return TextKind::LastName,
        "source" | "ds" | "system" | "datasource" | "datasourcename" | "systemlocation" | "idsource" => {
            return TextKind::Source;
        }
        _ => {}
    }
    match lower.as_str() {
        _ if lower.ends_with("id") => TextKind::Identifier(lower),
        _ if has(&["fullyqualified", "fullobject", "fqn", "fqdn", "fullcollection"]) => TextKind::QualifiedName,
        _ if has(&["objectname", "tablename", "collectionname", "filename"]) => TextKind::ObjectName,
        _ if has(&["datasource", "source", "system"]) && !has(&["type", "owner"]) => TextKind::Source,
        "datasourcetype" | "scannertype" => TextKind::SourceType,
        _ if is_time => TextKind::Moment,
        _ if has(&["email", "mail", "owner", "assignee", "createdby", "updatedby", "initiator"]) => TextKind::Person,
        _ if has(&["policydescription"]) => TextKind::Policy(|policy| policy.description),
        _ if has(&["policy", "rulename"]) => TextKind::Policy(|policy| policy.name),
        _ if has(&["severity"]) => TextKind::Policy(|policy| policy.severity),
        _ if has(&["attribute"]) && has(&["original"]) => TextKind::Attribute(|attribute| attribute.original_name),
        _ if has(&["attribute"]) => TextKind::Attribute(|attribute| attribute.name),
        _ if has(&["classif"]) => TextKind::Attribute(|attribute| attribute.original_name),
        _ if has(&["categor"]) => TextKind::Attribute(|attribute| attribute.category),
        _ if has(&["query"]) => TextKind::Query,
        _ if has(&["description", "comment", "reason", "note"]) => TextKind::About,
        _ if has(&["url", "link"]) => TextKind::Url,
        _ if has(&["location", "country", "residency"]) => TextKind::Place,
        _ if has(&["version"]) => TextKind::Fixed("6.1.0"),
        "role" | "rolename" => TextKind::Role,
        "status" | "state" => TextKind::Fixed("active"),
        "color" => TextKind::Color,
        "language" => TextKind::Fixed("English"),
        "token" => TextKind::Fixed(""),
        "name" | "displayname" | "friendlyname" | "title" | "label" => TextKind::Title,
        _ => TextKind::Plain,
    }
}

impl TextKind {
    /// All fields of a record refer to the same object.
    fn make(&self, context: &Context<'_>, name: &str) -> String {
        let (facts, number) = (context.facts, context.number);
        let object = number.checked_rem(facts.sizes.catalog_objects);
        let source = || match object {
            Some(object) => Some(facts.source_of(object)),
            None => number.checked_rem(facts.sizes.data_sources),
        };
        let policy = &POLICIES[number % POLICIES.len()];
        let attribute = &ATTRIBUTES[number % ATTRIBUTES.len()];
        match self {
            Self::Fixed(text) => (*text).to_owned(),
            Self::Id => facts.id(context.kind, number),
            Self::Identifier(lower) => identifier(context, lower),
            Self::FirstName => facts.first_name(number).to_owned(),
            Self::LastName => facts.last_name(number).to_owned(),
            Self::Source => source().map_or_else(String::new, |source| facts.sources.name(source)),
            Self::SourceType => source().map_or_else(String::new, |source| facts.sources.kind(source).to_owned()),
            Self::QualifiedName => object.map_or_else(String::new, |object| facts.qualified_name(object)),
            Self::ObjectName => object.map_or_else(String::new, |object| facts.object_name(object)),
            Self::Moment => moment(context, name),
            Self::Date => moment(context, name).chars().take(10).collect(),
            Self::Person => facts.person(context.kind, number, name),
            Self::Policy(text) => text(policy).to_owned(),
            Self::Attribute(text) => text(attribute).to_owned(),
            Self::Query => format!("attribute = \"{}\"", attribute.name),
            Self::About => format!("About {}.", attribute.name.to_lowercase()),
            Self::Place => facts.place(number).to_owned(),
            Self::Role => ROLES[number % ROLES.len()].to_owned(),
            Self::Color => format!("#{:06x}", context.random(name).below(0x0100_0000)),
            Self::Title => format!("{} {}", noun(context.kind), number + 1),
            Self::Uuid => uuid(context, name),
            Self::Url => format!("https://host-{}.example.com/{number}", number % 40),
            Self::Host => format!("host-{}.example.com", number % 40),
            // Addresses that are reserved for documentation.
            Self::IpV4 => format!("192.0.2.{}", number % 254 + 1),
            Self::IpV6 => format!("2001:db8::{:x}", number % 65_535 + 1),
            Self::Plain => plain(context, name),
        }
    }
}

/// A string for a field of unknown meaning: the words of its name, and a number.
pub(super) fn plain(context: &Context<'_>, name: &str) -> String {
    format!("{} {}", words(name), context.number + 1)
}

fn moment(context: &Context<'_>, name: &str) -> String {
    calendar::iso(super::TIMES_MS + context.random(name).below(31_536_000) as i64 * 1_000)
}

/// An identifier; if the name says of what, an existing one.
fn identifier(context: &Context<'_>, lower: &str) -> String {
    let (facts, number) = (context.facts, context.number);
    let of = |kind: &str, count: usize| number.checked_rem(count).map(|number| facts.id(kind, number));
    let known = match lower {
        _ if lower.contains("case") => of("case", facts.sizes.cases),
        _ if lower.contains("policy") || lower.contains("rule") => of("policy", POLICIES.len()),
        _ if lower.contains("object") => of("object", facts.sizes.catalog_objects),
        _ => None,
    };
    known.unwrap_or_else(|| facts.id(&format!("{} {lower}", context.kind), number))
}

fn uuid(context: &Context<'_>, name: &str) -> String {
    let mut random = context.random(name);
    let (one, other) = (random.next(), random.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        one >> 32,
        (one >> 16) & 0xffff,
        one & 0xfff,
        other >> 52,
        other & 0xffff_ffff_ffff
    )
}

/// The noun for the records of a path: its last word.
fn noun(kind: &str) -> String {
    let literal = kind.split('/').rfind(|segment| !segment.is_empty() && !segment.contains('{'));
    let noun = words(literal.unwrap_or(kind));
    let noun = noun.strip_suffix('s').unwrap_or(&noun);
    noun.chars()
        .enumerate()
        .map(|(place, letter)| if place == 0 { letter.to_ascii_uppercase() } else { letter })
        .collect()
}

/// `sub_domain` and `subDomain` as words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        match letter {
            '_' | '-' | ':' => words.push(' '),
            upper if upper.is_ascii_uppercase() && !words.is_empty() => {
                words.push(' ');
                words.push(upper.to_ascii_lowercase());
            }
            other => words.push(other.to_ascii_lowercase()),
        }
    }
    words.trim().to_owned()
}
