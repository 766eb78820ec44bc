use bigid_api::ExpectedBody;
use http::StatusCode;
use proptest::prelude::*;

use super::*;
use crate::wire::verdict::{Evidence, meaning};

const AUTHORIZATIONS: [AuthorizedBy; 3] = [AuthorizedBy::Session, AuthorizedBy::UserToken, AuthorizedBy::Password];

/// Whether parsing a body finds a failure for any kind of call. The scan must suspect each of these.
fn is_failure(body: &[u8]) -> bool {
    let mut is_any = false;
    for authorization in AUTHORIZATIONS {
        for (is_described, expected) in
            [(true, ExpectedBody::Json), (false, ExpectedBody::Json), (false, ExpectedBody::Unknown)]
        {
            let status = StatusCode::OK;
            let (is_attachment, is_whole, start) = (false, true, body);
            let evidence = Evidence { is_described, expected, authorization, status, is_attachment, start, is_whole };
            let is_failure = meaning(&evidence, body).is_some();
            assert!(
                !is_failure || may_be_failure(body, authorization),
                "{authorization:?}, {expected:?}: {}",
                String::from_utf8_lossy(body)
            );
            is_any |= is_failure;
        }
    }
    is_any
}

const KEYS: [&str; 14] = [
    "\"success\"",
    "\"status\"",
    "\"statusCode\"",
    "\"message\"",
    "\"data\"",
    "success",
    "status",
    "\"s\\u0075ccess\"",
    "\"st\\u0061tus\"",
    "\"statu\\u0053\"",
    "\"status\\u0043ode\"",
    "\"\\u006dessage\"",
    "\"\\success\"",
    "\"is_success\"",
];

const GAPS: [&str; 7] = [":", " : ", "\t:\r\n", "\u{1}:\u{7f}", "::", " ", ":\u{feff}"];

const VALUES: [&str; 28] = [
    "false",
    "true",
    "null",
    "\"false\"",
    "\"error\"",
    "\"ERROR\"",
    "\"\\u0065rror\"",
    "\"erro\\r\"",
    "\"Error \"",
    "error",
    "\"success\"",
    "\"statusCode\":500",
    "404",
    "599",
    "200",
    "4e2",
    "400.0",
    "0404",
    "-404",
    "1e400",
    "NaN",
    "\" Failed to authenticate token.\"",
    "\"\\u0020Failed to authenticate token\"",
    "\"Failed to authenticate\\u0020token\"",
    "\"Refresh token not valid\"",
    "\"Authentication failed\"",
    "{\"success\":false,\"status\":\"error\",\"statusCode\":500}",
    "",
];

/// Each of these members, among others that help or hinder the scan, in bodies that are JSON, that can be repaired, and
/// that are neither.
#[test]
fn nothing_that_is_a_failure_goes_unsuspected() {
    let around = [
        ("{", "}"),
        (" \n{\"data\":[],", "}"),
        ("{", ",\"data\":{\"ds_connections\":[]}}"),
        ("{\"statusCode\":200,", ",\"x\":NaN}"),
        ("{\"success\":true,\"status\":\"success\",", "}\u{0}"),
        ("{\"x\":{", "}}"),
        ("{\"x\":\"\\ud83d\",\"data\":null,", "}"),
    ];
    let (mut bodies, mut failures) = (0, 0);
    for key in KEYS {
        for (gap, value) in GAPS.iter().flat_map(|gap| VALUES.iter().map(move |value| (gap, value))) {
            for (start, end) in around {
                bodies += 1;
                failures += usize::from(is_failure(format!("{start}{key}{gap}{value}{end}").as_bytes()));
            }
        }
    }
    assert!(bodies > 15_000 && failures > 500, "{failures} of {bodies}");
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let text =
        |choices: &'static [&'static str]| prop::sample::select(choices).prop_map(|text| text.as_bytes().to_vec());
    prop_oneof![
        4 => (text(&KEYS), text(&GAPS[..3]), text(&VALUES)).prop_map(|(key, gap, value)| [key, gap, value, b",".to_vec()].concat()),
        2 => text(&["{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\u0073", " ", "\"data\":[{", "}],"]),
        1 => prop::collection::vec(any::<u8>(), 0..4),
        1 => "[a-zA-Z]{0,8}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_document_means_another_status_than_the_scan_allows(pieces in prop::collection::vec(piece(), 0..8)) {
        let inner = pieces.concat();
        let inner = inner.strip_suffix(b",").unwrap_or(&inner);
        is_failure(&[b"{", inner, b"}"].concat());
        is_failure(&[b"{", inner].concat());
    }
}

#[test]
fn an_honest_response_is_not_read() {
    for body in [
        include_bytes!("../../../../tests/replay/ds-connections.json").as_slice(),
        br#"{"status":"success","statusCode":200,"data":{"statusCode":"200","errors":["status"]},"message":null}"#,
        br#"{"success":true,"systemToken":"x.y.z","message":"ok"}"#,
        br#"{"id":"1","name":"4 errors","text":"a \"quoted\" line\n"}"#,
    ] {
        for authorization in AUTHORIZATIONS {
            assert!(!may_be_failure(body, authorization), "{}", String::from_utf8_lossy(body));
        }
    }
}

#[test]
fn every_recorded_refusal_is_suspected_wherever_it_is() {
    for authorization in [AuthorizedBy::Session, AuthorizedBy::UserToken, AuthorizedBy::Password] {
        for refusal in authorization.refusals() {
            for object in
                [format!(r#"{{"message":"{refusal}"}}"#), format!(r#"{{"data":"FRA\\ F","message":"{refusal}. F"}}"#)]
            {
                assert!(may_be_failure(object.as_bytes(), authorization), "{object}");
            }
        }
        assert!(!may_be_failure(br#"{"data":"FRA\\ Failed to Refresh Authentication"}"#, authorization));
    }
}
