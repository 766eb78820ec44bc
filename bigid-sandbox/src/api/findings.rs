//! `GET /piiRecords/objects/file-download/export`: findings as CSV.

use super::Call;
use super::exports::csv_line as line;
use crate::random::Random;
use crate::state::State;
use crate::wire::Answer;
use crate::world::Record;

/// A row for each object found. `filter=source=<text>` keeps the sources whose name contains the text: the server
/// matches a part, not the whole. Nothing found is an empty body, without even the header.
pub(super) fn export(state: &mut State, call: &Call<'_>) -> Answer {
    let query = call.query();
    let wanted = query.get("filter").and_then(|filter| filter.strip_prefix("source=")).unwrap_or_default();
    let wanted = wanted.trim_matches('"').to_lowercase();
    let sources = state.world.data_sources.iter();
    let sources = sources.filter(|source| source.text("name").is_some_and(|n| n.to_lowercase().contains(&wanted)));
    let rows: String = sources.flat_map(|source| rows(&source)).collect();
    Answer::csv(if rows.is_empty() { rows } else { line(COLUMNS.map(str::to_owned)) + &rows })
}

/// One to three objects a source, the same at every call.
fn rows(source: &Record) -> Vec<String> {
    let text = |field| source.text(field).unwrap_or_default().to_owned();
    let seed = text("_id").bytes().fold(0_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut random = Random::seeded(seed);
    let row = |number: usize| {
        let object = format!("object_{number}");
        let count = random.below(900).to_string();
        line([
            text("name"),
            text("type"),
            format!("{}.public.{object}", text("name")),
            object,
            format!("owner-{:02}@example.com", random.below(30)),
            text("updated_at"),
            random
                .pick(&["Email Address", "Email Address, Last Name", "Note \"free text\""])
                .unwrap_or_default()
                .into(),
            "members".to_owned(),
            text("location"),
            count,
            random.pick(&["Yes", "No"]).unwrap_or("No").to_owned(),
            format!("owner-{:02}@example.com", random.below(30)),
            text("location"),
            random.below(50).to_string(),
        ])
    };
    (1..=1 + seed as usize % 3).map(row).collect()
}

const COLUMNS: [&str; 14] = [
    "Data Source",
    "Type",
    "Full Object Name",
    "Object Name",
    "Owner",
    "Modified Date",
    "Attributes",
    "Entity Sources",
    "Residencies",
    "PII Count",
    "Open Access",
    "DataSource Owner",
    "Location",
    "Number of Entities",
];
