//! Files that are generated piece by piece, so that a million records take no more memory than those that the client
//! reads next.

use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::Call;
use crate::lock::lock;
use crate::query::Fields;
use crate::record::Record;
use crate::state::State;
use crate::wire::ResponseTemplate;
use crate::world::{Collection, Generate, World};

/// A file under construction.
pub(crate) trait Export: Send {
    /// Appends the next piece, and returns whether there is more. A piece may be empty, if none of its records was
    /// written.
    fn next(&mut self, state: &State, out: &mut Vec<u8>) -> bool;
}

/// The rest of a file after its first bytes, in the extensions of its response.
#[derive(Clone)]
pub(crate) struct Rest(Arc<Mutex<Box<dyn Export>>>);

impl Rest {
    /// Returns the next piece, and whether there is more.
    pub(crate) fn next(&self, state: &State) -> (Bytes, bool) {
        let mut piece = Vec::new();
        let has_more = lock(&self.0).next(state, &mut piece);
        (piece.into(), has_more)
    }
}

/// The file as a response: a short file whole, with its length; a longer one as its first bytes, and the rest as the
/// client reads it.
pub(super) fn respond(state: &State, call: &Call<'_>, mut export: impl Export + 'static) -> ResponseTemplate {
    let (mut first, mut has_more) = (Vec::new(), true);
    for _ in 0..FIRST_PIECES {
        if !has_more || first.len() >= MAX_WHOLE {
            break;
        }
        has_more = export.next(state, &mut first);
    }
    let success = &call.described.success;
    let response = match success.content.map(|(media_type, _)| media_type) {
        Some("text/csv") | None => ResponseTemplate::csv(String::from_utf8_lossy(&first)),
        Some(media_type) => ResponseTemplate::of_profile(media_type, String::from_utf8_lossy(&first).into_owned()),
    };
    let response = response.status(success.status);
    if has_more { response.continued(Rest(Arc::new(Mutex::new(Box::new(export))))) } else { response }
}

/// The maximum size in bytes of a file that is sent with its length.
const MAX_WHOLE: usize = 256 * 1024;

/// The maximum number of pieces that are generated before the head of the response is sent.
const FIRST_PIECES: usize = 64;

/// What is exported.
#[derive(Clone, Copy)]
pub(super) enum ExportKind {
    Objects,
    Findings,
    DataSources,
}

impl ExportKind {
    fn with<T>(self, world: &World, act: impl FnOnce(&Collection, &dyn Generate) -> T) -> T {
        match self {
            Self::Objects => world.with_objects(act),
            Self::Findings => world.with_findings(act),
            Self::DataSources => world.data_sources.with(act),
        }
    }
}

/// One record of an export.
pub(super) struct At<'a> {
    pub(super) number: usize,
    collection: &'a Collection,
    generator: &'a dyn Generate,
}

impl At<'_> {
    /// Its fields, each generated only when it is read.
    pub(super) fn fields(&self) -> impl Fields + '_ {
        self.collection.row(self.number, self.generator)
    }

    pub(super) fn record(&self) -> Arc<Record> {
        self.collection.get(self.number, self.generator).unwrap_or_default()
    }
}

/// How an export writes records.
pub(super) trait Rows: Send + 'static {
    /// The number of records in a piece.
    const STEP: usize = 512;

    fn open(&mut self, _out: &mut Vec<u8>) {}

    /// Writes or skips a record; returns false if no more records are wanted.
    fn row(&mut self, world: &World, at: &At<'_>, out: &mut Vec<u8>) -> bool;

    fn close(&mut self, _out: &mut Vec<u8>) {}
}

/// An export of all records of a kind, in order of creation.
pub(super) struct Walk<R> {
    of: ExportKind,
    rows: R,
    next: usize,
    is_open: bool,
    /// The records, if they have another order.
    order: Option<Vec<usize>>,
}

impl<R: Rows> Walk<R> {
    pub(super) fn new(of: ExportKind, rows: R) -> Self {
        Self { of, rows, next: 0, is_open: false, order: None }
    }

    pub(super) fn ordered(self, order: Vec<usize>) -> Self {
        Self { order: Some(order), ..self }
    }
}

impl<R: Rows> Export for Walk<R> {
    fn next(&mut self, state: &State, out: &mut Vec<u8>) -> bool {
        let Self { of, rows, next, is_open, order } = self;
        if !std::mem::replace(is_open, true) {
            rows.open(out);
        }
        let world = &state.world;
        let has_more = of.with(world, |collection, generator| {
            let all = order.as_ref().map_or_else(|| collection.next(), Vec::len);
            let end = next.saturating_add(R::STEP).min(all);
            for place in *next..end {
                let number = order.as_ref().map_or(Some(place), |order| order.get(place).copied());
                let number = number.filter(|number| collection.has(*number) && generator.exists(*number));
                let Some(number) = number else { continue };
                if !rows.row(world, &At { number, collection, generator }, out) {
                    return false;
                }
            }
            *next = end;
            end < all
        });
        if !has_more {
            rows.close(out);
        }
        has_more
    }
}

/// A JSON array.
#[derive(Default)]
pub(super) struct JsonArray {
    has_elements: bool,
}

impl JsonArray {
    pub(super) fn open(&self, out: &mut Vec<u8>) {
        out.push(b'[');
    }

    pub(super) fn push(&mut self, json: &str, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.has_elements, true) {
            out.push(b',');
        }
        out.extend_from_slice(json.as_bytes());
    }

    pub(super) fn close(&self, out: &mut Vec<u8>) {
        out.push(b']');
    }
}

/// A line of CSV: every column quoted, a quote doubled.
pub(super) fn csv_line<const N: usize>(columns: [String; N]) -> String {
    let quoted = columns.map(|column| format!("\"{}\"", column.replace('"', "\"\"")));
    quoted.join(",") + "\n"
}
