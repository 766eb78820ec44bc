//! A server that lies in every way that is known of servers, read by [`Pages`] without a network: however it lies,
//! reading ends within a stated number of requests, no record comes twice, and none is lost in silence.
//!
//! What nobody can know is left out, and stands in [`Server::hides_losses`]. This file is long because the lies are of
//! one server, so that they meet each other.

use std::collections::HashSet;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use futures_core::Stream as _;
use http::StatusCode;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::paging::paginated::{Fetch, Offset, Paginated};
use crate::paging::{Key, MAX_UNCOUNTED_PAGES, Pages, RawPage, Total};
use crate::progress::{Incomplete, ListProgress};
use crate::types::ApiErrorBody;
use crate::{Error, MAX_FAILURES};

/// Which key fields the records have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    First,
    Second,
    /// Some the first field, some the second, with the same values.
    Mixed,
    /// Numbers, texts that are written alike, and objects.
    Kinds,
    /// Every third has none.
    Some,
    None,
    /// None, and all records are equal.
    Equal,
}

/// Which page the server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PageOrder {
    /// The one that was asked for.
    Honest,
    /// Always the first.
    Never,
    /// The one that `offset` says, which counts for nothing where it is not sent.
    OnlyOffset,
    /// The page before once more, at this request.
    StutterAt(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Stable,
    /// Another at every request.
    Shuffled,
    /// Another at every request that does not say which.
    ShuffledUnlessSorted,
}

/// How the records change between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    None,
    /// The contents of one, or of all.
    One,
    All,
    /// One is inserted at the front, or appended; the first is deleted.
    Insert,
    Append,
    Delete,
}

/// What the server says of the number of its records: what it adds to it (or takes), and how much more at every
/// request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Nothing,
    Off { by: i64, growth: i64 },
    Huge,
}

#[derive(Clone, Debug)]
struct Server {
    records: u64,
    keys: Keys,
    turning: PageOrder,
    order: Order,
    change: Change,
    count: Says,
    estimate: Says,
    cap: u64,
    ignores_limit: bool,
    /// A request whose page is short.
    short_at: Option<u64>,
    /// Elements that are not records.
    malformed: bool,
    refuses_sort: Option<u16>,
    sends_offset: bool,
    limit: i64,
}

/// What has been asked for, and the records as they are by now, by their numbers.
#[derive(Debug)]
struct State {
    server: Server,
    requests: u64,
    records: Vec<u64>,
    next: u64,
}

impl State {
    fn change(&mut self) {
        match self.server.change {
            // As if people worked while the list is read, and not faster than it is.
            _ if self.requests.is_multiple_of(2) || self.requests > 20 => {}
            Change::Insert => self.records.insert(0, self.next),
            Change::Append => self.records.push(self.next),
            Change::Delete if !self.records.is_empty() => {
                self.records.remove(0);
            }
            _ => {}
        }
        self.next += 1;
    }

    fn respond(&mut self, skip: u64, limit: u64, sorted: bool) -> Result<RawPage<Value>, Error<ApiErrorBody>> {
        let server = self.server.clone();
        if let Some(status) = server.refuses_sort.filter(|_| sorted) {
            let refusal = http::Response::builder().status(status).body("").unwrap();
            return Err(Error::UnexpectedResponse(Box::new(refusal.into())));
        }
        self.requests += 1;
        let request = self.requests;
        let mut limit = if server.ignores_limit { u64::MAX } else { limit.min(server.cap) };
        if server.short_at == Some(request) {
            limit = limit.min(server.cap) / 2;
        }
        let skip = match server.turning {
            PageOrder::Never => 0,
            PageOrder::OnlyOffset if !server.sends_offset => 0,
            PageOrder::StutterAt(at) if at == request => skip.saturating_sub(limit),
            _ => skip,
        };
        let mut records = self.records.clone();
        if server.order == Order::Shuffled || server.order == Order::ShuffledUnlessSorted && !sorted {
            records.sort_by_key(|number| {
                number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_mul(request | 1).rotate_left(23)
            });
        }
        let page = records.into_iter().skip(usize::try_from(skip).unwrap_or(usize::MAX));
        let page = page.take(usize::try_from(limit).unwrap_or(usize::MAX));
        let elements: Vec<Value> = page.map(|number| server.element(number, request)).collect();
        let real = self.records.len() as u64;
        let total = Total { exact: says(server.count, real, request), estimate: says(server.estimate, real, request) };
        self.change();
        let (records, malformed): (Vec<_>, Vec<_>) = (0..).zip(elements).partition(|(_, element)| element.is_object());
        Ok(RawPage { records: records.into_iter().map(|(_, record)| record).collect(), malformed, total })
    }
}

fn says(says: Says, real: u64, request: u64) -> Option<u64> {
    match says {
        Says::Nothing => None,
        Says::Off { by, growth } => {
            let requests = i64::try_from(request).unwrap_or(i64::MAX);
            Some(real.saturating_add_signed(by).saturating_add_signed(growth.saturating_mul(requests)))
        }
        Says::Huge => Some(u64::MAX),
    }
}

impl Server {
    fn element(&self, number: u64, request: u64) -> Value {
        if self.malformed && number % 5 == 4 {
            return Value::Null;
        }
        let text = number.to_string();
        let mut record = match self.keys {
            Keys::First => json!({ "_id": text }),
            Keys::Second => json!({ "_id": null, "id": text }),
            Keys::Mixed if number.is_multiple_of(2) => json!({ "_id": (number / 2).to_string(), "id": "same" }),
            Keys::Mixed => json!({ "id": (number / 2).to_string() }),
            Keys::Kinds => match number % 3 {
                0 => json!({ "_id": number / 3 }),
                1 => json!({ "_id": (number / 3).to_string() }),
                _ => json!({ "_id": { "$oid": (number / 3).to_string() } }),
            },
            Keys::Some if number.is_multiple_of(3) => json!({ "_id": "", "name": text }),
            Keys::Some => json!({ "_id": text }),
            Keys::None => json!({ "name": text }),
            Keys::Equal => json!({ "name": "x" }),
        };
        if self.change == Change::All || self.change == Change::One && number == 0 {
            record["updated_at"] = json!(request);
        }
        record
    }

    fn has_keys(&self) -> bool {
        !matches!(self.keys, Keys::Some | Keys::None | Keys::Equal)
    }

    fn turns(&self) -> bool {
        self.turning == PageOrder::Honest || self.turning == PageOrder::OnlyOffset && self.sends_offset
    }

    fn is_in_order(&self) -> bool {
        match self.order {
            Order::Stable => true,
            Order::Shuffled => false,
            Order::ShuffledUnlessSorted => self.refuses_sort.is_none(),
        }
    }

    /// Whether it does nothing but cap its pages, refuse an order or estimate too much. Its list comes whole, without a
    /// complaint.
    fn is_honest(&self) -> bool {
        let counts = match self.count {
            Says::Nothing => true,
            Says::Off { by, growth } => by == 0 && growth == 0,
            Says::Huge => false,
        };
        let estimates = match self.estimate {
            Says::Nothing | Says::Huge => true,
            Says::Off { by, growth } => by >= 0 && growth >= 0,
        };
        let is_counted = self.count != Says::Nothing || self.estimate != Says::Nothing;
        let changes = !matches!(self.change, Change::None | Change::One | Change::All);
        // Pages of equal records that nobody counts are what a server sends that does not turn its pages.
        let is_known = is_counted || self.keys != Keys::Equal && self.short_at.is_none();
        counts
            && estimates
            && self.short_at.is_none()
            && is_known
            && self.short_at.is_none()
            && self.turns()
            && self.is_in_order()
            && !changes
            && !self.malformed
    }

    /// Whether a record can be missing that nobody can miss: it has no key, or the count that would tell is too low, or
    /// there is none and the list changed or had a short page.
    fn hides_losses(&self) -> bool {
        let is_low = |says: Says| matches!(says, Says::Off { by, growth } if by < 0 || growth < 0);
        let is_uncounted = self.count == Says::Nothing;
        let is_short = self.short_at.is_some() && is_uncounted && self.estimate == Says::Nothing;
        let is_inserted = self.turning != PageOrder::Honest && !is_uncounted && self.change == Change::Delete;
        !self.has_keys()
            || is_low(self.count)
            || is_low(self.estimate) && is_uncounted
            || is_short
            || is_inserted
            || is_uncounted && matches!(self.change, Change::Delete)
    }

    /// How many requests its list takes at most.
    fn bound(&self) -> u64 {
        // Each record is new once, or is one of two pages in a row with nothing new; 20 pages on trust, one far ahead
        // and one again.
        2 * (self.records + 40) + 30
    }
}

/// The builder of an operation on that server.
#[derive(Clone)]
struct Call(Arc<Mutex<State>>);

impl Paginated for Call {
    type Record = Value;

    fn offset(&self) -> Result<Offset, String> {
        Ok(Offset { skip: None, limit: Some(self.0.lock().unwrap().server.limit) })
    }

    fn has_default_sort(&self) -> bool {
        true
    }

    fn fetch(&self, skip: i64, limit: i64, sorted: bool) -> Fetch<Value> {
        let (skip, limit) = (u64::try_from(skip).unwrap(), u64::try_from(limit).unwrap());
        Box::pin(ready(self.0.lock().unwrap().respond(skip, limit, sorted)))
    }

    fn key(record: &Value) -> Option<Key> {
        let fields: &Map<String, Value> = record.as_object()?;
        let key = |place, name| Key::of(place, None::<&String>, &fields.clone().into(), name, "");
        key(0, "_id").or_else(|| key(1, "id"))
    }
}

/// A list that was read to its end.
struct Outcome {
    came: Vec<Value>,
    progress: ListProgress,
    end: Option<Incomplete>,
    requests: u64,
    /// The records that were there all the time.
    constant: Vec<u64>,
}

fn read(server: &Server, prefetch: bool) -> Outcome {
    let records: Vec<u64> = (0..server.records).collect();
    let state = State { server: server.clone(), requests: 0, next: server.records, records: records.clone() };
    let state = Arc::new(Mutex::new(state));
    let mut pages = Pages::new(Call(state.clone())).prefetch(prefetch);
    let mut context = Context::from_waker(Waker::noop());
    let (mut came, mut end) = (Vec::new(), None);
    loop {
        match Pin::new(&mut pages).poll_next(&mut context) {
            Poll::Ready(Some(Ok(page))) => {
                assert!(!page.has_nothing(), "an empty page is no item");
                came.extend(page.records);
            }
            Poll::Ready(Some(Err(Error::Incomplete(incomplete)))) => end = Some(*incomplete),
            Poll::Ready(Some(Err(other))) => panic!("{other:?}"),
            Poll::Ready(None) => break,
            Poll::Pending => panic!("every response is ready"),
        }
        assert!(state.lock().unwrap().requests <= u64::from(2 * MAX_UNCOUNTED_PAGES), "no end");
    }
    let state = state.lock().unwrap();
    let constant = records.into_iter().filter(|number| state.records.contains(number)).collect();
    Outcome { came, progress: pages.progress(), end, requests: state.requests, constant }
}

fn server() -> impl Strategy<Value = Server> {
    let says = || {
        prop_oneof![
            3 => Just(Says::Nothing),
            3 => Just(Says::Off { by: 0, growth: 0 }),
            2 => (-30..60_i64).prop_map(|by| Says::Off { by, growth: 0 }),
            1 => (-5..20_i64).prop_map(|growth| Says::Off { by: 0, growth }),
            1 => Just(Says::Huge),
        ]
    };
    let keys = select(vec![Keys::First, Keys::Second, Keys::Mixed, Keys::Kinds, Keys::Some, Keys::None, Keys::Equal]);
    let turning = prop_oneof![
        3 => Just(PageOrder::Honest),
        1 => Just(PageOrder::Never),
        1 => Just(PageOrder::OnlyOffset),
        1 => (1..6_u64).prop_map(PageOrder::StutterAt),
    ];
    let order = select(vec![Order::Stable, Order::Stable, Order::Shuffled, Order::ShuffledUnlessSorted]);
    let change = select(vec![
        Change::None,
        Change::None,
        Change::None,
        Change::One,
        Change::All,
        Change::Insert,
        Change::Append,
        Change::Delete,
    ]);
    let sizes = (0..60_u64, 1..20_u64, 1..25_i64, prop::option::weighted(0.2, 1..4_u64));
    let switches = (prop::bool::weighted(0.2), prop::bool::weighted(0.1), any::<bool>());
    let refusal = prop_oneof![2 => Just(None), 1 => Just(Some(400)), 1 => Just(Some(422))];
    (sizes, keys, turning, order, change, (says(), says()), switches, refusal).prop_map(
        |(sizes, keys, turning, order, change, (count, estimate), switches, refuses_sort)| {
            let (records, cap, limit, short_at) = sizes;
            let (ignores_limit, malformed, sends_offset) = switches;
            Server {
                records,
                keys,
                turning,
                order,
                change,
                count,
                estimate,
                cap,
                ignores_limit,
                short_at,
                malformed,
                refuses_sort,
                sends_offset,
                limit,
            }
        },
    )
}

fn judge(server: &Server, prefetch: bool) -> Result<(), TestCaseError> {
    let Outcome { came, progress, end, requests, constant } = read(server, prefetch);
    prop_assert!(requests <= server.bound(), "{} requests", requests);
    prop_assert_eq!(progress.records, came.len() as u64);
    let mut keys = HashSet::new();
    for key in came.iter().filter_map(Call::key) {
        prop_assert!(keys.insert(key.clone()), "{:?} came twice", key);
    }
    let missing = |number: &&u64| match Call::key(&server.element(**number, 0)) {
        Some(key) => !keys.contains(&key),
        None => false,
    };
    let lost = constant.iter().filter(missing).count();
    if server.is_honest() {
        prop_assert_eq!((&end, came.len()), (&None, constant.len()));
    }
    if !server.hides_losses() {
        prop_assert!(end.is_some() || lost == 0, "{} records lost in silence", lost);
    }
    // An empty page at the wrong moment shows that pages are turned.
    if server.keys == Keys::None
        && server.short_at.is_none()
        && !server.turns()
        && server.is_in_order()
        && server.change == Change::None
    {
        let distinct: HashSet<String> = came.iter().map(Value::to_string).collect();
        let stutters = matches!(server.turning, PageOrder::StutterAt(_));
        prop_assert!(stutters || distinct.len() == came.len(), "pages that were not turned came twice");
    }
    if server.malformed && progress.malformed > 0 {
        prop_assert!(end.is_some(), "elements that are not records");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_server_that_lies_is_read_to_an_end_and_loses_nothing_in_silence(server in server(), prefetch: bool) {
        judge(&server, prefetch)?;
    }
}

#[test]
fn every_form_of_key_and_count_meets_every_way_not_to_turn_a_page() {
    let says = [
        Says::Nothing,
        Says::Off { by: 0, growth: 0 },
        Says::Off { by: 20, growth: 0 },
        Says::Off { by: 0, growth: 7 },
        Says::Huge,
    ];
    let mut read = 0;
    for keys in [Keys::First, Keys::Second, Keys::Mixed, Keys::Kinds, Keys::Some, Keys::None, Keys::Equal] {
        for turning in [
            PageOrder::Honest,
            PageOrder::Never,
            PageOrder::OnlyOffset,
            PageOrder::StutterAt(2),
            PageOrder::StutterAt(3),
        ] {
            for change in [Change::None, Change::One, Change::All, Change::Insert, Change::Append, Change::Delete] {
                for (count, estimate) in
                    says.iter().flat_map(|count| says.iter().map(move |estimate| (*count, *estimate)))
                {
                    for (records, cap, limit) in
                        [(0, 9, 9), (1, 9, 1), (20, 20, 5), (20, 4, 10), (23, 23, 7), (5, 9, 9)]
                    {
                        let server = Server {
                            records,
                            keys,
                            turning,
                            order: Order::Stable,
                            change,
                            count,
                            estimate,
                            cap,
                            ignores_limit: false,
                            short_at: None,
                            malformed: false,
                            refuses_sort: None,
                            sends_offset: false,
                            limit,
                        };
                        judge(&server, false).unwrap_or_else(|error| panic!("{error}: {server:?}"));
                        read += 1;
                    }
                }
            }
        }
    }
    assert_eq!(read, 31_500);
}

#[test]
fn an_order_that_is_refused_is_left_out_once_and_other_refusals_are_errors() {
    for status in [400, 401, 403, 422, 500] {
        let respond = move |request: u64, sorted: bool| {
            let records = if request <= 2 { vec![json!({ "_id": request })] } else { Vec::new() };
            let page = RawPage { records, malformed: Vec::new(), total: Total { exact: Some(1), estimate: None } };
            let refusal = http::Response::builder().status(status).body("").unwrap();
            if sorted { Err(Error::UnexpectedResponse(Box::new(refusal.into()))) } else { Ok(page) }
        };
        let calls = Arc::new(Mutex::new(Vec::new()));
        let mut pages = Pages::new(Scripted { calls: calls.clone(), respond: Arc::new(respond) });
        let mut context = Context::from_waker(Waker::noop());
        let mut statuses = Vec::new();
        while let Poll::Ready(Some(item)) = Pin::new(&mut pages).poll_next(&mut context) {
            statuses.push(item.map(|page| page.len()).map_err(|error| error.status()));
        }
        let calls = calls.lock().unwrap().clone();
        if status == 400 || status == 422 {
            assert_eq!((statuses, calls), (vec![Ok(1)], vec![(0, true), (0, false), (1, false)]), "{status}");
        } else {
            let refused = Err(Some(StatusCode::from_u16(status).unwrap()));
            assert_eq!(statuses.iter().filter(|item| **item == refused).count(), MAX_FAILURES as usize, "{status}");
            assert_eq!(
                (statuses.last(), calls),
                (Some(&Err(None)), vec![(0, true); MAX_FAILURES as usize]),
                "{status}"
            );
        }
    }
}

#[test]
fn a_server_that_always_has_one_more_page_is_left() {
    for (counted, requests) in [(None, u64::from(MAX_UNCOUNTED_PAGES) + 1), (Some(50), 50 + 20 + 2)] {
        let respond = move |request: u64, _: bool| {
            let records = vec![json!({ "_id": request })];
            Ok(RawPage {
                records,
                malformed: Vec::new(),
                total: Total { exact: counted.map(|count| count + request), estimate: None },
            })
        };
        let calls = Arc::new(Mutex::new(Vec::new()));
        let mut pages = Pages::new(Scripted { calls: calls.clone(), respond: Arc::new(respond) });
        let mut context = Context::from_waker(Waker::noop());
        let mut last = None;
        while let Poll::Ready(Some(item)) = Pin::new(&mut pages).poll_next(&mut context) {
            last = Some(item);
        }
        assert!(matches!(last, Some(Err(Error::Incomplete(_)))), "{last:?}");
        assert!(calls.lock().unwrap().len() as u64 <= requests + u64::from(MAX_UNCOUNTED_PAGES), "{counted:?}");
    }
}

type Script = dyn Fn(u64, bool) -> Result<RawPage<Value>, Error<ApiErrorBody>> + Send + Sync;

/// A call whose responses follow from the number of the request and whether it asks for an order.
#[derive(Clone)]
struct Scripted {
    calls: Arc<Mutex<Vec<(i64, bool)>>>,
    respond: Arc<Script>,
}

impl Paginated for Scripted {
    type Record = Value;

    fn offset(&self) -> Result<Offset, String> {
        Ok(Offset { skip: None, limit: Some(1) })
    }

    fn has_default_sort(&self) -> bool {
        true
    }

    fn fetch(&self, skip: i64, _: i64, sorted: bool) -> Fetch<Value> {
        let mut calls = self.calls.lock().unwrap();
        calls.push((skip, sorted));
        Box::pin(ready((self.respond)(calls.len() as u64, sorted)))
    }

    fn key(record: &Value) -> Option<Key> {
        Call::key(record)
    }
}
