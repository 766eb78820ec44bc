//! The parser of the query language.

use super::{Bql, BqlError, Operand, Operator};
use crate::calendar;

/// Parses a whole text; `past()` counts back from `now_ms`.
pub(super) fn parse(text: &str, now_ms: i64) -> Result<Bql, BqlError> {
    let mut parser = Parser { text, at: 0, now_ms, terms: 0 };
    let parsed = parser.alternatives(0)?;
    parser.skip_space();
    if parser.at < text.len() { Err(parser.expected("AND, OR or the end")) } else { Ok(parsed) }
}

/// A query that is being parsed.
struct Parser<'t> {
    text: &'t str,
    /// The offset of the next byte.
    at: usize,
    /// The time that `past()` counts back from.
    now_ms: i64,
    /// The comparisons so far.
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
        let is_contains = self.word("contains");
        if is_contains || self.word("like") {
            let Operand::Text(text) = self.operand()? else { return Err(self.expected("a text")) };
            // Wildcards at both ends of a pattern mean the same as `CONTAINS` without them.
            let text = if is_contains { text.as_str() } else { text.trim_matches('%') }.to_lowercase();
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
            let goes_on = match self.rest().chars().next() {
                Some('"' | '\'') => field.ends_with('.'),
                // After a quoted part.
                Some('.') => !field.ends_with('.'),
                _ => false,
            };
            if !goes_on {
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

    /// Consumes a keyword, in any case, if it is next.
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

/// The maximum nesting of parentheses and negations, because the parser recurses; no program nests deeper.
pub(super) const MAX_DEPTH: usize = 64;

/// The maximum number of comparisons in a query.
pub(super) const MAX_TERMS: usize = 1_000;
