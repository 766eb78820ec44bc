//! Strings, by the names of their fields.

use super::Context;
use crate::calendar;
use crate::contract::Schema;
use crate::world::{ATTRIBUTES, POLICIES, ROLES};

/// A string that the schema allows.
pub(super) fn value(context: &Context<'_>, schema: Schema, name: &str) -> String {
    let made = match schema.format() {
        Some(format) => formatted(context, format, name),
        None => named(context, name),
    };
    let (least, most) = (schema.count("minLength").unwrap_or(0), schema.count("maxLength").unwrap_or(usize::MAX));
    let length = made.chars().count();
    made.chars().take(most).chain(std::iter::repeat_n('x', least.saturating_sub(length))).collect()
}

fn formatted(context: &Context<'_>, format: &str, name: &str) -> String {
    let number = context.number;
    match format {
        "date-time" => moment(context, name),
        "date" => moment(context, name).chars().take(10).collect(),
        "uuid" => uuid(context, name),
        "email" => context.facts.person(context.kind, number, name),
        "uri" => format!("https://host-{}.example.com/{number}", number % 40),
        "hostname" => format!("host-{}.example.com", number % 40),
        // Addresses that are reserved for documentation.
        "ip" | "ipv4" => format!("192.0.2.{}", number % 254 + 1),
        "ipv6" => format!("2001:db8::{:x}", number % 65_535 + 1),
        "password" => "******".to_owned(),
        _ => named(context, name),
    }
}

/// A value for a field of this name. All fields of a record refer to the same object.
fn named(context: &Context<'_>, name: &str) -> String {
    let (facts, number) = (context.facts, context.number);
    let lower: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let objects = facts.sizes.catalog_objects;
    let object = number.checked_rem(objects);
    let source = match object {
        Some(object) => Some(facts.source_of(object)),
        None => number.checked_rem(facts.sizes.data_sources),
    };
    let policy = &POLICIES[number % POLICIES.len()];
    let attribute = &ATTRIBUTES[number % ATTRIBUTES.len()];
    let is_time = has(&["date", "time", "timestamp"]) || name.ends_with("_at") || name.ends_with("At");
    match lower.as_str() {
        "id" => return facts.id(context.kind, number),
        "firstname" => return facts.first_name(number).to_owned(),
        "lastname" => return facts.last_name(number).to_owned(),
        "source" | "ds" | "system" | "datasource" | "datasourcename" | "systemlocation" | "idsource" => {
            return source.map_or_else(String::new, |source| facts.sources.name(source));
        }
        _ => {}
    }
    if lower.ends_with("id") {
        return identifier(context, &lower);
    }
    if has(&["fullyqualified", "fullobject", "fqn", "fqdn", "fullcollection"]) {
        return object.map_or_else(String::new, |object| facts.qualified_name(object));
    }
    if has(&["objectname", "tablename", "collectionname", "filename"]) {
        return object.map_or_else(String::new, |object| facts.object_name(object));
    }
    if has(&["datasource", "source", "system"]) && !has(&["type", "owner"]) {
        return source.map_or_else(String::new, |source| facts.sources.name(source));
    }
    if lower == "datasourcetype" || lower == "scannertype" {
        return source.map_or_else(String::new, |source| facts.sources.kind(source).to_owned());
    }
    if is_time {
        return moment(context, name);
    }
    if has(&["email", "mail", "owner", "assignee", "createdby", "updatedby", "initiator"]) {
        return facts.person(context.kind, number, name);
    }
    if has(&["policydescription"]) {
        return policy.description.to_owned();
    }
    if has(&["policy", "rulename"]) {
        return policy.name.to_owned();
    }
    if has(&["severity"]) {
        return policy.severity.to_owned();
    }
    if has(&["attribute"]) {
        return if has(&["original"]) { attribute.original_name } else { attribute.name }.to_owned();
    }
    if has(&["classif"]) {
        return attribute.original_name.to_owned();
    }
    if has(&["categor"]) {
        return attribute.category.to_owned();
    }
    if has(&["query"]) {
        return format!("attribute = \"{}\"", attribute.name);
    }
    if has(&["description", "comment", "reason", "note"]) {
        return format!("About {}.", attribute.name.to_lowercase());
    }
    if has(&["url", "link"]) {
        return format!("https://host-{}.example.com/{number}", number % 40);
    }
    if has(&["location", "country", "residency"]) {
        return facts.place(number).to_owned();
    }
    if has(&["version"]) {
        return "6.1.0".to_owned();
    }
    match lower.as_str() {
        "role" | "rolename" => ROLES[number % ROLES.len()].to_owned(),
        "status" | "state" => "active".to_owned(),
        "color" => format!("#{:06x}", context.random(name).below(0x0100_0000)),
        "language" => "English".to_owned(),
        "token" => String::new(),
        "name" | "displayname" | "friendlyname" | "title" | "label" => format!("{} {}", noun(context.kind), number + 1),
        _ => plain(context, name),
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
