//! Lists that are read page by page, from the sandbox and from misbehaving servers. This file is long because one
//! server has every kind of misbehaviour.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bigid_api::http::{Extensions, Method, StatusCode};
use bigid_api::types::{DataSource, DataSourceQuery};
use bigid_api::{
    BaseUrl, Client, DEFAULT_PAGE_SIZE, Error, Incomplete, ListProgress, MAX_FAILURES, Records, Transport,
};
use bigid_api::{reqwest, reqwest_middleware};
use bigid_sandbox::{Fault, Gate, ReceivedRequest, ResponseTemplate, Sandbox};
use futures_util::{Stream as _, StreamExt as _};
use serde_json::{Value, json};

use crate::common::client_of;
use crate::watched;

async fn sandbox(data_sources: usize) -> (Sandbox, Client) {
    let sandbox = watched::sandbox().data_sources(data_sources).start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    (sandbox, client)
}

/// A server of data sources that sends what a function of `skip` and `limit` returns.
async fn server(response: impl Fn(usize, usize) -> Value + Send + Sync + 'static) -> (Sandbox, Client) {
    let (sandbox, client) = sandbox(0).await;
    sandbox.route(Method::GET, "/api/v1/ds-connections", move |request: &ReceivedRequest| {
        let number = |name| request.query_value(name).unwrap().parse().unwrap();
        ResponseTemplate::json(&response(number("skip"), number("limit")))
    });
    (sandbox, client)
}

fn record(number: usize) -> Value {
    json!({ "_id": format!("{number}"), "name": format!("source {number}") })
}

/// A page as an honest server sends it.
fn page(all: &[Value], skip: usize, limit: usize) -> Value {
    json!(all.iter().skip(skip).take(limit).collect::<Vec<_>>())
}

fn counted(records: Value, total: usize) -> Value {
    json!({ "data": { "ds_connections": records, "totalCount": total } })
}

fn uncounted(records: Value) -> Value {
    json!({ "data": { "ds_connections": records } })
}

fn names(records: &[DataSource]) -> BTreeSet<&str> {
    records.iter().map(|record| record.name.as_deref().unwrap()).collect()
}

/// All records, and the last item if it is an error.
async fn read(records: &mut Records<DataSource>) -> (Vec<DataSource>, Option<Incomplete>) {
    let mut came = Vec::new();
    let end = loop {
        match records.try_next().await {
            Ok(Some(record)) => came.push(record),
            Ok(None) => break None,
            Err(Error::Incomplete(incomplete)) => break Some(*incomplete),
            Err(other) => panic!("{other:?}"),
        }
    };
    assert!(records.next().await.is_none(), "an end is an end");
    assert_eq!(records.size_hint().0, 0);
    (came, end)
}

fn counts(progress: ListProgress) -> (Option<u64>, u64, u64, u64, u64) {
    (progress.total, progress.pages, progress.records, progress.duplicates, progress.malformed)
}

#[tokio::test]
async fn every_record_comes_once_in_as_many_requests_as_there_are_pages() {
    for (count, page_size, requests) in [(0, 10, 1), (1, 10, 1), (25, 10, 3), (30, 10, 4), (3, 1, 4), (250, 200, 2)] {
        for prefetch in [false, true] {
            let (sandbox, client) = sandbox(count).await;
            let mut records = client.list_data_sources().records().page_size(page_size).prefetch(prefetch);
            let (came, end) = read(&mut records).await;
            assert_eq!((came.len(), names(&came).len(), end), (count, count, None));
            let pages = requests as u64;
            assert_eq!(counts(records.progress()), (Some(count as u64), pages, count as u64, 0, 0));
            assert_eq!(sandbox.calls("list_data_sources"), requests);
            for request in sandbox.requests() {
                let asked = ["sort", "requireTotalCount", "limit"].map(|name| request.query_value(name).unwrap());
                assert_eq!(asked, ["_id", "true", &page_size.to_string()]);
            }
        }
    }
}

#[tokio::test]
async fn what_the_caller_chose_is_sent_as_it_was_chosen() {
    let (sandbox, client) = sandbox(30).await;
    let list = client.list_data_sources().sort("name").require_total_count(false).skip(12).limit(10);
    let mut records = list.clone().records();
    let (came, end) = read(&mut records).await;
    assert_eq!((came.len(), end), (18, None));
    assert_eq!(counts(records.progress()), (Some(18), 2, 18, 0, 0));
    let asked: Vec<_> = sandbox.requests().iter().map(|request| request.query().to_owned()).collect();
    assert_eq!(asked, [12, 22].map(|skip| format!("sort=name&requireTotalCount=false&skip={skip}&limit=10")));

    let (came, end) =
        read(&mut list.filter("[{\"field\":\"name\",\"operator\":\"equal\",\"value\":\"x\"}]").records()).await;
    assert_eq!((came.len(), end), (0, None));
}

#[tokio::test]
async fn pages_of_nothing_are_refused_and_nothing_is_sent() {
    let (sandbox, client) = sandbox(3).await;
    for mut records in [
        client.list_data_sources().records().page_size(0),
        client.list_data_sources().limit(0).records(),
        client.list_data_sources().limit(-1).records(),
        client.list_data_sources().skip(-1).records(),
    ] {
        let error = records.try_next().await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    }
    assert_eq!(sandbox.total_calls(), 0);
}

#[tokio::test]
async fn the_default_is_the_documented_one() {
    let (sandbox, client) = sandbox(1).await;
    assert_eq!((DEFAULT_PAGE_SIZE, MAX_FAILURES), (200, 10));
    client.list_data_sources().records().try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(sandbox.requests()[0].query_value("limit").unwrap(), "200");
}

#[tokio::test]
async fn a_query_in_a_body_is_paged_as_well() {
    let (sandbox, client) = sandbox(25).await;
    let all: Vec<DataSource> =
        client.query_data_sources(DataSourceQuery::new()).records().page_size(10).try_collect().await.unwrap();
    assert_eq!(names(&all).len(), 25);
    let skips: Vec<_> =
        sandbox.requests().iter().map(|request| request.json().unwrap()["query"]["skip"].clone()).collect();
    assert_eq!(skips, [0, 10, 20]);
}

#[tokio::test]
async fn a_list_whose_order_shifts_is_whole_because_an_order_is_asked_for() {
    let sandbox = watched::sandbox().data_sources(60).shifting_order().start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    let all: Vec<DataSource> = client.list_data_sources().records().page_size(20).try_collect().await.unwrap();
    assert_eq!(names(&all).len(), 60);

    // An empty order is also the caller's choice.
    let mut records = client.list_data_sources().sort("").records().page_size(20);
    let (came, end) = read(&mut records).await;
    let counts = end.unwrap().progress();
    assert_eq!((names(&came).len() as u64, counts.total), (counts.records, Some(60)));
    assert!(counts.records < 60 && counts.duplicates > 0, "{counts:?}");
}

#[tokio::test]
async fn a_page_that_fails_is_one_error_and_is_asked_for_again() {
    for prefetch in [false, true] {
        let (sandbox, client) = sandbox(25).await;
        sandbox.on("list_data_sources").after(1).times(2, Fault::Status(StatusCode::BAD_GATEWAY));
        let mut records = client.list_data_sources().records().page_size(10).prefetch(prefetch);
        let (mut came, mut errors) = (Vec::new(), Vec::new());
        while let Some(record) = records.next().await {
            match record {
                Ok(record) => came.push(record),
                Err(error) => errors.push((came.len(), error.status().unwrap().as_u16())),
            }
        }
        assert_eq!(errors, [(10, 502), (10, 502)], "after the records that had come");
        assert_eq!((came.len(), names(&came).len()), (25, 25));
        assert_eq!(sandbox.calls("list_data_sources"), 5);
    }
}

#[tokio::test]
async fn a_page_that_fails_for_ever_ends_the_list_with_a_word() {
    let (sandbox, client) = sandbox(25).await;
    for accept in [false, true] {
        sandbox.clear_journal();
        sandbox.clear_faults();
        sandbox.on("list_data_sources").after(1).always(Fault::Status(StatusCode::UNAUTHORIZED));
        let records = client.list_data_sources().records().page_size(10);
        let records = if accept { records.accept_incomplete() } else { records };
        let items: Vec<_> = records.collect().await;
        assert_eq!(items.iter().filter(|item| item.is_ok()).count(), 10);
        let statuses = items.iter().filter(|item| matches!(item, Err(error) if error.status().is_some()));
        assert_eq!(statuses.count(), MAX_FAILURES as usize);
        let Err(Error::Incomplete(incomplete)) = items.last().unwrap() else { panic!("a loss is never silent") };
        assert!(incomplete.to_string().contains("10 of 25 records were received"), "{incomplete}");
        assert_eq!(sandbox.calls("list_data_sources"), 11);
    }
}

/// Counts the requests as they leave, which is when their future is first polled.
struct Departures(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl reqwest_middleware::Middleware for Departures {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: reqwest_middleware::Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        self.0.fetch_add(1, Ordering::SeqCst);
        next.run(request, extensions).await
    }
}

#[tokio::test]
async fn the_next_page_is_asked_for_while_a_page_is_used_if_that_is_wanted() {
    let sandbox = watched::sandbox().data_sources(5).start().await.unwrap();
    for (prefetch, departures) in [(false, [1, 1, 2, 2, 3]), (true, [2, 2, 3, 3, 3])] {
        let departed = Arc::new(AtomicUsize::new(0));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let chain = reqwest_middleware::ClientBuilder::new(http.clone()).with(Departures(departed.clone())).build();
        let base = BaseUrl::parse(&sandbox.base_url()).unwrap();
        sandbox.route(Method::GET, "/api/v1/ds-connections", |request| {
            let all: Vec<Value> = (0..5).map(record).collect();
            let skip = request.query_value("skip").unwrap().parse().unwrap();
            ResponseTemplate::json(&counted(page(&all, skip, 2), 5))
        });
        let client = Client::new(Transport::with_layers(base, http, chain));
        let mut records = client.list_data_sources().records().page_size(2).prefetch(prefetch);
        for expected in departures {
            records.try_next().await.unwrap().unwrap();
            assert_eq!(departed.load(Ordering::SeqCst), expected);
        }
        assert!(records.try_next().await.unwrap().is_none());
        assert_eq!(departed.load(Ordering::SeqCst), 3);
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_its_page_on_the_way() {
    let (sandbox, client) = sandbox(5).await;
    let gate = Gate::new();
    sandbox.on("list_data_sources").once(Fault::Hold(gate.clone()));
    let mut records = client.list_data_sources().records();
    tokio::select! {
        biased;
        _ = records.try_next() => panic!("the gate is closed"),
        () = gate.wait_for_held(1) => {}
    }
    gate.open();
    assert_eq!(read(&mut records).await.0.len(), 5);
    assert_eq!(sandbox.calls("list_data_sources"), 1);
}

#[tokio::test]
async fn what_is_certain_and_what_the_server_says_are_told_apart() {
    let (_sandbox, client) = sandbox(25).await;
    let mut records = client.list_data_sources().records().page_size(10);
    assert_eq!((records.size_hint(), records.total(), records.remaining()), ((0, None), None, None));
    records.try_next().await.unwrap();
    assert_eq!((records.size_hint(), records.total(), records.remaining()), ((9, None), Some(25), Some(24)));

    let (_sandbox, client) = server(|_, _| counted(json!([record(1)]), usize::MAX)).await;
    let mut records = client.list_data_sources().records();
    records.try_next().await.unwrap();
    assert_eq!((records.size_hint(), records.remaining()), ((0, None), Some(u64::MAX - 1)));
    // Collecting does not trust the server's count with an allocation.
    assert!(read(&mut records).await.1.is_some());
}

#[tokio::test]
async fn a_server_that_ignores_skip_is_not_read_for_ever() {
    let all: Arc<Vec<Value>> = Arc::new((0..4).map(record).collect());
    // With a count: the second page without anything new ends an incomplete list.
    for (page_size, is_whole, requests) in [(2, false, 3), (4, true, 2), (10, true, 1)] {
        let given = all.clone();
        let (sandbox, client) = server(move |_, limit| counted(page(&given, 0, limit), 4)).await;
        let (came, end) = read(&mut client.list_data_sources().records().page_size(page_size)).await;
        assert_eq!((came.len(), end.is_none()), (4.min(page_size as usize), is_whole), "{page_size}");
        assert_eq!(sandbox.total_calls(), requests, "{page_size}");
    }
    // Without a count: a repeated page may not be everything, unless it is longer than requested.
    for (page_size, ignores_limit, is_whole) in [(2, false, false), (10, false, false), (2, true, true)] {
        let given = all.clone();
        let (sandbox, client) =
            server(move |_, limit| uncounted(page(&given, 0, if ignores_limit { 99 } else { limit }))).await;
        let (came, end) = read(&mut client.list_data_sources().records().page_size(page_size)).await;
        let expected = if ignores_limit { 4 } else { 4.min(page_size as usize) };
        assert_eq!((came.len(), end.is_none()), (expected, is_whole), "{page_size}");
        assert_eq!(sandbox.total_calls(), 2);
    }
}

#[tokio::test]
async fn a_count_that_lies_neither_stops_the_list_nor_keeps_it_going() {
    for (total, is_whole, requests) in
        [(0, true, 3), (3, true, 3), (25, true, 3), (26, false, 4), (1_000_000, false, 4)]
    {
        let all: Vec<Value> = (0..25).map(record).collect();
        let (sandbox, client) = server(move |skip, limit| counted(page(&all, skip, limit), total)).await;
        let (came, end) = read(&mut client.list_data_sources().records().page_size(10)).await;
        assert_eq!((came.len(), end.is_none(), sandbox.total_calls()), (25, is_whole, requests), "{total}");
    }
    for total in [json!(null), json!("25"), json!(-1), json!(1.5), json!({})] {
        let all: Vec<Value> = (0..25).map(record).collect();
        let (_sandbox, client) = server(
            move |skip, limit| json!({ "data": { "ds_connections": page(&all, skip, limit), "totalCount": total } }),
        )
        .await;
        let mut records = client.list_data_sources().records().page_size(10);
        let (came, end) = read(&mut records).await;
        assert_eq!((came.len(), end, records.total()), (25, None, None));
    }
}

#[tokio::test]
async fn a_server_that_caps_its_pages_is_read_to_the_end() {
    for (is_counted, cap, requests) in [(true, 4, 3), (false, 4, 3), (true, 5, 3), (false, 5, 3), (false, 10, 2)] {
        let all: Vec<Value> = (0..10).map(record).collect();
        let (sandbox, client) = server(move |skip, limit| {
            let page = page(&all, skip, limit.min(cap));
            if is_counted { counted(page, 10) } else { uncounted(page) }
        })
        .await;
        let (came, end) = read(&mut client.list_data_sources().records().page_size(100)).await;
        assert_eq!((came.len(), end, sandbox.total_calls()), (10, None, requests), "{is_counted} {cap}");
    }
}

#[tokio::test]
async fn what_comes_again_is_left_out_and_may_hide_what_was_skipped() {
    let (_sandbox, client) = server(|skip, _| {
        let numbers: &[usize] = if skip == 0 {
            &[1, 2]
        } else if skip == 2 {
            &[2, 3]
        } else {
            &[3]
        };
        counted(json!(numbers.iter().map(|number| record(*number)).collect::<Vec<_>>()), 5)
    })
    .await;
    let mut records = client.list_data_sources().records().page_size(2);
    let (came, end) = read(&mut records).await;
    assert_eq!(names(&came).into_iter().collect::<Vec<_>>(), ["source 1", "source 2", "source 3"]);
    let end = end.unwrap();
    assert_eq!(counts(end.progress()), (Some(5), 3, 3, 2, 0));
    assert!(end.to_string().starts_with("3 of 5 records were received, 2 were repeated; "), "{end}");
    let error: Error = Error::Incomplete(Box::new(end));
    assert_eq!((error.status(), error.is_retryable()), (None, false));
    assert!(std::error::Error::source(&error).is_some_and(|source| source.is::<Incomplete>()));

    let mut records = client.list_data_sources().records().page_size(2).accept_incomplete();
    let (came, end) = read(&mut records).await;
    assert_eq!((came.len(), end, records.progress().duplicates), (3, None, 2));
}

#[tokio::test]
async fn a_list_that_shrinks_while_it_is_read_is_not_called_whole() {
    // The first record is deleted after the first page, so that the third record moves to the page that was read.
    let (_sandbox, client) = server(|skip, limit| {
        let all: Vec<Value> = (usize::from(skip > 0)..4).map(record).collect();
        counted(page(&all, skip, limit), all.len())
    })
    .await;
    let (came, end) = read(&mut client.list_data_sources().records().page_size(2)).await;
    assert_eq!((came.len(), end.unwrap().progress().total), (3, Some(4)));
}

#[tokio::test]
async fn records_without_an_id_all_come() {
    let all = [json!({ "name": "a" }), json!({ "name": "a" }), json!({ "_id": null, "name": "b" }), json!({})];
    let (_sandbox, client) = server(move |skip, limit| uncounted(page(&all, skip, limit))).await;
    let mut records = client.list_data_sources().records().page_size(2);
    assert_eq!(read(&mut records).await.0.len(), 4);
    assert_eq!(counts(records.progress()), (None, 3, 4, 0, 0));

    // An identifier that is not a string is also an identifier.
    let all = [json!({ "_id": 7 }), json!({ "_id": 7 }), json!({ "_id": { "$oid": "x" } })];
    let (_sandbox, client) = server(move |skip, limit| uncounted(page(&all, skip, limit))).await;
    let mut records = client.list_data_sources().records();
    assert_eq!((read(&mut records).await.0.len(), records.progress().duplicates), (2, 1));
}

#[tokio::test]
async fn records_without_an_id_from_a_server_that_ignores_skip_end() {
    for (page_size, is_whole) in [(1, true), (2, false), (3, false)] {
        // Longer than requested, equal, shorter.
        let (sandbox, client) = server(|_, _| uncounted(json!([{ "name": "a" }, { "name": "b" }]))).await;
        let (came, end) = read(&mut client.list_data_sources().records().page_size(page_size)).await;
        assert_eq!((came.len(), end.is_none(), sandbox.total_calls()), (2, is_whole, 2));
    }
}

#[tokio::test]
async fn elements_that_are_no_records_lose_nothing_else_and_are_told() {
    let all = [record(0), json!(null), record(1), json!("text"), json!([]), record(2)];
    let (_sandbox, client) = server(move |skip, limit| counted(page(&all, skip, limit), 6)).await;
    for accept in [false, true] {
        let records = client.list_data_sources().records().page_size(2);
        let mut records = if accept { records.accept_incomplete() } else { records };
        let (came, end) = read(&mut records).await;
        assert_eq!(names(&came).len(), 3);
        assert_eq!(
            records.malformed().map(|(index, value)| (index, value.clone())).collect::<Vec<_>>(),
            [(1, json!(null)), (3, json!("text")), (4, json!([])),]
        );
        match end {
            Some(end) => assert!(!accept && end.to_string().contains("3 elements are not records"), "{end}"),
            None => assert!(accept),
        }
        assert_eq!(records.progress().malformed, 3);
    }

    let (_sandbox, client) = server(|_, _| uncounted(json!([null, null]))).await;
    let mut records = client.list_data_sources().records().page_size(2);
    let (came, end) = read(&mut records).await;
    assert_eq!((came.len(), end.unwrap().progress().malformed, records.malformed().count()), (0, 2, 2));
}

#[tokio::test]
async fn a_response_without_a_list_is_an_error_and_not_the_end() {
    for response in
        [json!({}), json!({ "data": [] }), json!({ "data": {} }), json!({ "data": { "ds_connections": { "a": 1 } } })]
    {
        let given = response.clone();
        let (_sandbox, client) = server(move |_, _| given.clone()).await;
        let mut records = client.list_data_sources().records();
        match records.try_next().await.unwrap_err() {
            Error::Payload(payload) => {
                assert_eq!(serde_json::from_slice::<Value>(payload.body()).unwrap(), response);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn null_in_place_of_a_list_is_an_empty_one() {
    for response in [
        json!({ "data": null }),
        json!({ "status": "success", "statusCode": 200, "data": null, "message": null }),
        json!({ "data": { "ds_connections": null } }),
        json!({ "data": { "ds_connections": null, "totalCount": 0 } }),
        json!({ "data": { "ds_connections": null, "totalCount": null } }),
        json!({ "data": { "ds_connections": [], "totalCount": 0 } }),
    ] {
        let given = response.clone();
        let (sandbox, client) = server(move |_, _| given.clone()).await;
        let (came, end) = read(&mut client.list_data_sources().records()).await;
        assert_eq!((came.len(), end, sandbox.total_calls()), (0, None, 1), "{response}");
    }
    let (_sandbox, client) = server(|_, _| json!({ "data": { "ds_connections": null, "totalCount": 5 } })).await;
    let (came, end) = read(&mut client.list_data_sources().records()).await;
    assert!(came.is_empty() && end.unwrap().to_string().starts_with("0 of 5 records were received"));
}

#[tokio::test]
async fn a_list_in_no_envelope_that_ignores_its_parameters_is_whole() {
    let (sandbox, client) = sandbox(0).await;
    for number in 0..3 {
        let profile = bigid_api::types::ScanProfile::new().name(format!("profile {number}"));
        client.create_scan_profile(profile).send().await.unwrap();
    }
    let profiles: Vec<_> = client.list_scan_profiles().records().page_size(2).try_collect().await.unwrap();
    assert_eq!((profiles.len(), sandbox.calls("list_scan_profiles")), (3, 2));
}

#[tokio::test]
async fn pages_hold_what_is_new_in_them() {
    let (_sandbox, client) = sandbox(25).await;
    let mut pages = client.list_data_sources().pages().page_size(10).prefetch(true);
    let mut lengths = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        assert!(page.malformed.is_empty() && page.iter().all(|record| record.object_id.is_some()));
        lengths.push(page.into_iter().count());
    }
    assert_eq!((lengths, pages.progress().records), (vec![10, 10, 5], 25));
}

#[tokio::test]
async fn a_stream_can_be_sent_and_shows_no_record() {
    fn is_send<T: Send + Unpin>(_: &T) {}
    let (_sandbox, client) = sandbox(3).await;
    let mut records = client.list_data_sources().records();
    records.try_next().await.unwrap();
    is_send(&records);
    let shown = format!("{records:?} {:?}", client.list_data_sources().pages());
    assert!(shown.contains("at_hand: 2") && !shown.contains("name"), "{shown}");
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(Pin::new(&mut records).poll_next(&mut context), Poll::Ready(Some(Ok(_)))));
}
