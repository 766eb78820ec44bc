//! BigID's query language, as far as clients use it: comparisons, `IN`, `CONTAINS`, `AND`, `OR`, `NOT`, parentheses,
//! strings with escapes, `past()` and `to_date()`.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::Fields;
use crate::calendar;

/// A parsed condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bql {
    And(Box<Bql>, Box<Bql>),
    Or(Box<Bql>, Box<Bql>),
    Not(Box<Bql>),
    Compare { field: String, operator: Operator, value: Operand },
    In { field: String, values: Vec<Operand> },
    Contains { field: String, text: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Text(String),
    Number(f64),
    Boolean(bool),
    Null,
    /// A point in time, in milliseconds since 1970.
    Time(i64),
}

/// Why a text is not a query; the number is the place of the first character that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BqlError {
    at: usize,
    expected: &'static str,
}

impl fmt::Display for BqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the filter is not a query: {} expected at character {}", self.expected, self.at + 1)
    }
}

impl Bql {
    /// Reads a query; `now_ms` is what `past()` counts from.
    pub(crate) fn parse(text: &str, now_ms: i64) -> Result<Self, BqlError> {
        let mut parser = Parser { text, at: 0, now_ms, terms: 0 };
        let parsed = parser.alternatives(0)?;
        parser.skip_space();
        if parser.at < text.len() { Err(parser.expected("AND, OR or the end")) } else { Ok(parsed) }
    }

    pub(crate) fn matches(&self, row: &dyn Fields) -> bool {
        match self {
            Self::And(one, other) => one.matches(row) && other.matches(row),
            Self::Or(one, other) => one.matches(row) || other.matches(row),
            Self::Not(inner) => !inner.matches(row),
            Self::Compare { field, operator, value } => compare(&value_of(row, field), *operator, value),
            Self::In { field, values } => {
                let actual = value_of(row, field);
                values.iter().any(|value| compare(&actual, Operator::Equal, value))
            }
            Self::Contains { field, text } => contains(&value_of(row, field), text),
        }
    }
}

fn value_of<'r>(row: &'r dyn Fields, field: &str) -> Cow<'r, Value> {
    row.at(field).unwrap_or(Cow::Owned(Value::Null))
}

/// An array holds what one of its items holds; that it does not equal a value means that none of them does.
fn compare(actual: &Value, operator: Operator, wanted: &Operand) -> bool {
    if operator == Operator::NotEqual {
        return !compare(actual, Operator::Equal, wanted);
    }
    if let Value::Array(items) = actual {
        return items.iter().any(|item| compare(item, operator, wanted));
    }
    let ordering = match (actual, wanted) {
        (Value::String(actual), Operand::Text(wanted)) => Some(actual.as_str().cmp(wanted)),
        (Value::String(actual), Operand::Time(wanted)) => calendar::parse_iso(actual).map(|actual| actual.cmp(wanted)),
        (Value::Number(actual), Operand::Time(wanted)) => actual.as_i64().map(|actual| actual.cmp(wanted)),
        (Value::Number(actual), Operand::Number(wanted)) => actual.as_f64().and_then(|one| one.partial_cmp(wanted)),
        (Value::String(actual), Operand::Number(wanted)) => {
            actual.parse::<f64>().ok().and_then(|one| one.partial_cmp(wanted))
        }
        (Value::Number(actual), Operand::Text(wanted)) => {
            actual.as_f64().zip(wanted.parse::<f64>().ok()).and_then(|(one, other)| one.partial_cmp(&other))
        }
        (Value::Bool(actual), Operand::Boolean(wanted)) => Some(actual.cmp(wanted)),
        (Value::Bool(actual), Operand::Text(wanted)) => wanted.parse::<bool>().ok().map(|wanted| actual.cmp(&wanted)),
        (Value::String(actual), Operand::Boolean(wanted)) => {
            actual.parse::<bool>().ok().map(|actual| actual.cmp(wanted))
        }
        (Value::Null, Operand::Null) => Some(std::cmp::Ordering::Equal),
        _ => None,
    };
    ordering.is_some_and(|ordering| match operator {
        Operator::Equal | Operator::NotEqual => ordering.is_eq(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
    })
}

fn contains(actual: &Value, text: &str) -> bool {
    match actual {
        Value::String(actual) => actual.to_lowercase().contains(text),
        Value::Array(items) => items.iter().any(|item| contains(item, text)),
        _ => false,
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    now_ms: i64,
    terms: usize,
}

impl Parser<'_> {
    fn alternatives(&mut self, depth: usize) -> Result<Bql, BqlError> {
        let mut parsed = self.conjunction(depth)?;
        while self.word("or") {
            parsed = Bql::Or(Box::new(parsed), Box::new(self.conjunction(depth)?));
        }
        Ok(parsed)
    }

    fn conjunction(&mut self, depth: usize) -> Result<Bql, BqlError> {
        let mut parsed = self.negation(depth)?;
        while self.word("and") {
            parsed = Bql::And(Box::new(parsed), Box::new(self.negation(depth)?));
        }
        Ok(parsed)
    }

    fn negation(&mut self, depth: usize) -> Result<Bql, BqlError> {
        if depth >= MAX_DEPTH {
            return Err(self.expected("fewer parentheses and NOTs"));
        }
        if self.word("not") {
            return Ok(Bql::Not(Box::new(self.negation(depth + 1)?)));
        }
        if self.symbol("(") {
            let inner = self.alternatives(depth + 1)?;
            return if self.symbol(")") { Ok(inner) } else { Err(self.expected("a closing parenthesis")) };
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Bql, BqlError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.expected("fewer conditions"));
        }
        let field = self.field()?;
        let negated = self.word("not");
        if self.word("in") {
            let within = Bql::In { field, values: self.values()? };
            return Ok(if negated { Bql::Not(Box::new(within)) } else { within });
        }
        if self.word("contains") || self.word("like") {
            let Operand::Text(text) = self.operand()? else { return Err(self.expected("a text")) };
            let text = text.trim_matches('%').to_lowercase();
            let contains = Bql::Contains { field, text };
            return Ok(if negated { Bql::Not(Box::new(contains)) } else { contains });
        }
        if negated {
            return Err(self.expected("IN or CONTAINS"));
        }
        let operators = [
            ("!=", Operator::NotEqual),
            ("<>", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("==", Operator::Equal),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let found = operators.into_iter().find(|(symbol, _)| self.symbol(symbol));
        let Some((_, operator)) = found else { return Err(self.expected("a comparison, IN or CONTAINS")) };
        Ok(Bql::Compare { field, operator, value: self.operand()? })
    }

    fn values(&mut self) -> Result<Vec<Operand>, BqlError> {
        if !self.symbol("(") {
            return Err(self.expected("an opening parenthesis"));
        }
        let mut values = Vec::new();
        loop {
            values.push(self.operand()?);
            if self.symbol(")") {
                return Ok(values);
            }
            if !self.symbol(",") {
                return Err(self.expected("a comma or a closing parenthesis"));
            }
        }
    }

    fn operand(&mut self) -> Result<Operand, BqlError> {
        self.skip_space();
        if let Some(quote @ ('"' | '\'')) = self.rest().chars().next() {
            return self.quoted(quote).map(Operand::Text);
        }
        let start = self.at;
        let word = self.take_while(|letter| letter.is_ascii_alphanumeric() || "_.+-".contains(letter));
        match word.to_ascii_lowercase().as_str() {
            "true" => return Ok(Operand::Boolean(true)),
            "false" => return Ok(Operand::Boolean(false)),
            "null" => return Ok(Operand::Null),
            "past" => return self.argument().and_then(|text| self.past(&text, start)),
            "to_date" => return self.argument().and_then(|text| self.date(&text, start)),
            _ => {}
        }
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Operand::Number(number)),
            _ => {
                Err(BqlError { at: start, expected: "a quoted text, a number, true, false, null, past() or to_date()" })
            }
        }
    }

    fn argument(&mut self) -> Result<String, BqlError> {
        if !self.symbol("(") {
            return Err(self.expected("an opening parenthesis"));
        }
        let Operand::Text(text) = self.operand()? else { return Err(self.expected("a quoted text")) };
        if self.symbol(")") { Ok(text) } else { Err(self.expected("a closing parenthesis")) }
    }

    /// `past("1d")`: a number and a unit, which is `h`, `d`, `w`, `m` (30 days) or `y` (365 days).
    fn past(&self, text: &str, at: usize) -> Result<Operand, BqlError> {
        let wrong = BqlError { at, expected: "past(\"<number><h, d, w, m or y>\")" };
        let text = text.trim();
        let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let unit = text.get(digits.len()..).unwrap_or_default();
        let hours: i64 = match unit.to_ascii_lowercase().as_str() {
            "h" | "hour" | "hours" => 1,
            "d" | "day" | "days" => 24,
            "w" | "week" | "weeks" => 7 * 24,
            "m" | "month" | "months" => 30 * 24,
            "y" | "year" | "years" => 365 * 24,
            _ => return Err(wrong),
        };
        let count: i64 = digits.trim().parse().map_err(|_| wrong)?;
        Ok(Operand::Time(self.now_ms.saturating_sub(count.saturating_mul(hours).saturating_mul(3_600_000))))
    }

    fn date(&self, text: &str, at: usize) -> Result<Operand, BqlError> {
        let time = calendar::parse_iso(text.trim());
        time.map(Operand::Time).ok_or(BqlError { at, expected: "to_date(\"<year>-<month>-<day>\")" })
    }

    fn field(&mut self) -> Result<String, BqlError> {
        self.skip_space();
        let mut field = String::new();
        loop {
            match self.rest().chars().next() {
                // A part of a field's name may be quoted: `catalog_tag."Data Owner"`.
                Some(quote @ ('"' | '\'')) if field.ends_with('.') => field += &self.quoted(quote)?,
                _ => field += self.take_while(|letter| letter.is_alphanumeric() || "_-@.".contains(letter)),
            }
            if !field.ends_with('.') || !matches!(self.rest().chars().next(), Some('"' | '\'')) {
                break;
            }
        }
        let starts_well = field.chars().next().is_some_and(|first| first.is_alphabetic() || "_@".contains(first));
        if starts_well && !field.ends_with('.') { Ok(field) } else { Err(self.expected("a field")) }
    }

    fn quoted(&mut self, quote: char) -> Result<String, BqlError> {
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((offset, letter)) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, escaped)) => text.push(escaped),
                    None => break,
                },
                end if end == quote => {
                    self.at += offset + quote.len_utf8();
                    return Ok(text);
                }
                other => text.push(other),
            }
        }
        self.at = self.text.len();
        Err(self.expected("a closing quote"))
    }

    /// Takes a word, in any case, if it stands here and ends here.
    fn word(&mut self, word: &str) -> bool {
        self.skip_space();
        let Some(start) = self.rest().get(..word.len()) else { return false };
        let ends = self.rest()[word.len()..].chars().next().is_none_or(|next| !(next.is_alphanumeric() || next == '_'));
        let found = start.eq_ignore_ascii_case(word) && ends;
        if found {
            self.at += word.len();
        }
        found
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &str {
        let end = self.rest().find(|letter| !keep(letter)).unwrap_or(self.rest().len());
        let start = self.at;
        self.at += end;
        &self.text[start..self.at]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn expected(&self, expected: &'static str) -> BqlError {
        BqlError { at: self.text[..self.at].chars().count(), expected }
    }
}

/// How deep parentheses and negations may be nested: no program nests deeper, and the parser recurses.
const MAX_DEPTH: usize = 64;

/// How many comparisons a query may have.
const MAX_TERMS: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::*;
    use serde_json::json;

    const NOW_MS: i64 = 1_700_000_000_000;

    fn holds(text: &str) -> bool {
        let object = json!({
            "source": "Orders \"North\"", "total_pii_count": 12, "open_access": "Yes", "was_scanned": true,
            "attribute": ["Email", "Last Name"], "scanDate": "2023-11-14T20:00:00.000Z", "owner": null,
            "acl": {"rights": "read"},
        });
        let record = Record::from_object(object.as_object().unwrap());
        Bql::parse(text, NOW_MS).unwrap_or_else(|error| panic!("{text}: {error}")).matches(&record)
    }

    #[test]
    fn each_form_means_what_it_says() {
        for (text, expected) in [
            (r#"source = "Orders \"North\"""#, true),
            (r#"source = 'Orders "North"'"#, true),
            (r#"source = "orders \"north\"""#, false),
            (r#"source != "x""#, true),
            (r#"source <> 'x'"#, true),
            ("total_pii_count > 11", true),
            ("total_pii_count>=12 AND total_pii_count<=12", true),
            ("total_pii_count < 12", false),
            (r#"total_pii_count = "12""#, true),
            ("was_scanned = true", true),
            ("was_scanned = false", false),
            ("owner = null", true),
            ("absent = null", true),
            ("source = null", false),
            (r#"attribute = "Email""#, true),
            (r#"attribute != "Email""#, false),
            (r#"attribute IN ("x", "Last Name")"#, true),
            (r#"attribute not in ("x", "y")"#, true),
            (r#"source CONTAINS "NORTH""#, true),
            (r#"source NOT CONTAINS "south""#, true),
            (r#"acl.rights = "read""#, true),
            (r#"acl."rights" = "read""#, true),
            (r#"scanDate > past("1d")"#, true),
            (r#"scanDate > past("1h")"#, false),
            (r#"scanDate >= to_date("2023-11-14")"#, true),
            (r#"scanDate < to_date("2023-11-14")"#, false),
            (r#"NOT source = "x" AND (open_access = "No" OR total_pii_count > 3)"#, true),
            // AND binds closer than OR.
            (r#"was_scanned = true OR was_scanned = false AND open_access = "No""#, true),
            (r#"(was_scanned = true OR was_scanned = false) AND open_access = "No""#, false),
            (r#"not (not (was_scanned = true))"#, true),
        ] {
            assert_eq!(holds(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_query_is_refused_with_a_place() {
        for text in [
            "",
            "source",
            "source =",
            "source = x",
            r#"source = "a"b""#,
            r#"source = "open"#,
            r#"source = "a\"#,
            "source = 'a' AND",
            "(source = 'a'",
            "source = 'a')",
            "source IN ()",
            "source IN ('a'",
            "source not = 'a'",
            "= 'a'",
            "'a' = source",
            "a. = 1",
            "source = nan",
            "source = inf",
            r#"scanDate > past("soon")"#,
            r#"scanDate > to_date("tomorrow")"#,
            r#"[{"field":"a","operator":"equal","value":1}]"#,
            "ö = 'ü' ß",
        ] {
            let error = Bql::parse(text, NOW_MS).expect_err(text).to_string();
            assert!(error.contains("expected at character"), "{error}");
        }
    }

    #[test]
    fn no_depth_and_no_length_exhausts_the_parser() {
        let nested = |depth: usize| "(".repeat(depth) + "a = 1" + &")".repeat(depth);
        assert!(Bql::parse(&nested(MAX_DEPTH - 1), 0).is_ok() && Bql::parse(&nested(100_000), 0).is_err());
        assert!(Bql::parse(&"NOT ".repeat(100_000), 0).is_err());
        assert!(Bql::parse(&vec!["a = 1"; MAX_TERMS].join(" OR "), 0).is_ok());
        assert!(Bql::parse(&vec!["a = 1"; MAX_TERMS + 1].join(" OR "), 0).is_err());
    }

    #[test]
    fn no_text_panics() {
        let mut random = crate::random::Random::seeded(5);
        let pieces =
            ["a", " ", "=", "\"", "\\", "'", "(", ")", ",", "AND", "OR", "NOT", "IN", "past", "ü", "1", ".", "🦤"];
        for _ in 0..20_000 {
            let text: String = (0..random.below(12)).filter_map(|_| random.pick(&pieces)).collect();
            let _ = Bql::parse(&text, 0);
        }
    }
}
