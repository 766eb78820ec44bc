use super::*;

fn evidence(status: u16, body: &[u8]) -> Evidence<'_> {
    Evidence {
        is_described: true,
        expected: ExpectedBody::Json,
        authorization: AuthorizedBy::Session,
        status: StatusCode::from_u16(status).unwrap(),
        is_attachment: false,
        start: body,
        is_whole: true,
    }
}

fn of(evidence: &Evidence<'_>) -> Option<(u16, Option<String>)> {
    let verdict = judge(evidence, &Redactor::default())?;
    Some((verdict.status.as_u16(), verdict.body.map(|body| String::from_utf8(body.to_vec()).unwrap())))
}

fn verdict(status: u16, body: &str) -> Option<(u16, Option<String>)> {
    of(&evidence(status, body.as_bytes()))
}

fn said(text: &str) -> Option<String> {
    Some(String::from_utf8(message(text).to_vec()).unwrap())
}

const AUTHORIZATIONS: [AuthorizedBy; 3] = [AuthorizedBy::Session, AuthorizedBy::UserToken, AuthorizedBy::Password];

#[test]
fn recorded_words_are_believed_in_their_place_under_any_status_and_nowhere_else() {
    // Whether a message is accepted as a rejection of a session, a user token, a password.
    for (words, believed) in [
        ("Failed to authenticate token.", [true, true, false]),
        ("Failed to authenticate token", [true, true, false]),
        (" Failed to authenticate token: jwt expired", [true, true, false]),
        ("Failed to authenticate token (expired)", [true, true, false]),
        ("Failed to authenticate token of Snowflake", [false, true, false]),
        ("Failed to authenticate tokens", [false, true, false]),
        ("The source said: Failed to authenticate token.", [false; 3]),
        ("Refresh token not valid", [false, true, false]),
        ("Authentication failed. Username / Password incorrect", [false, false, true]),
        ("Authentication failed for user 'root'", [false, false, true]),
        ("No such thing", [false; 3]),
        ("", [false; 3]),
    ] {
        for (authorization, believed) in AUTHORIZATIONS.into_iter().zip(believed) {
            for status in [200, 201, 299, 400, 401, 403, 404, 419, 440, 498, 500, 502, 503, 599] {
                for success in [r#""success":false,"#, "", r#""success":null,"#, r#""success":"false","#] {
                    let body = format!(r#"{{{success}"message":"{words}","x":[1]}}"#);
                    let meant = of(&Evidence { authorization, ..evidence(status, body.as_bytes()) });
                    let refused = success.contains(":false");
                    let expected = match status {
                        401 => None,
                        _ if believed => Some((401, None)),
                        200..=299 if refused => Some((400, None)),
                        _ => None,
                    };
                    assert_eq!(meant, expected, "{authorization:?} {status} {body}");
                }
                let body = format!(r#"{{"success":true,"message":"{words}","data":{{"message":"{words}"}}}}"#);
                assert_eq!(of(&Evidence { authorization, ..evidence(status, body.as_bytes()) }), None, "{body}");
            }
        }
    }
}

#[test]
fn a_failure_under_a_success_has_the_status_that_it_names_or_400() {
    for (body, status) in [
        (r#"{"success":false,"message":"No such thing"}"#, Some(400)),
        (r#"{"success":false}"#, Some(400)),
        (r#"{"success":false,"statusCode":409}"#, Some(409)),
        (r#"{"success":false,"statusCode":200,"message":7}"#, Some(400)),
        (r#"{"status":"error","statusCode":409,"data":null,"message":"No"}"#, Some(409)),
        (r#"{"status":"Error","statusCode":200,"data":null,"message":"No"}"#, Some(400)),
        (r#"{"status":"error","data":null}"#, Some(400)),
        (r#"{"statusCode":599}"#, Some(599)),
        // The last of two equal keys counts.
        (r#"{"success":true,"success":false}"#, Some(400)),
        (r#"{"success":false,"success":true}"#, None),
        (r#"{"statusCode":409,"statusCode":200}"#, None),
        (r#"{"status":"success","statusCode":200,"data":[]}"#, None),
        // The state of the requested object.
        (r#"{"status":"error","message":"the scan failed"}"#, None),
        (r#"{"statusCode":"409"}"#, None),
        (r#"{"statusCode":70000}"#, None),
        (r#"{"success":true,"statusCode":409}"#, None),
        (r#"{"data":{"statusCode":409}}"#, None),
    ] {
        assert_eq!(verdict(200, body), status.map(|status| (status, None)), "{body}");
        for sent in [400, 403, 500] {
            assert_eq!(verdict(sent, body), None, "an error keeps its status: {body}");
        }
        for expected in [ExpectedBody::Unknown, ExpectedBody::Json] {
            let undescribed = of(&Evidence { expected, is_described: false, ..evidence(200, body.as_bytes()) });
            let believed = body.contains(r#""success":false"#) && status.is_some();
            assert_eq!(undescribed, status.filter(|_| believed).map(|status| (status, None)), "undescribed: {body}");
        }
    }
}

#[test]
fn a_value_that_rust_cannot_hold_costs_no_verdict() {
    for odd in [&b"\"\xaa\""[..], br#""\ud800""#, b"1e400", b"NaN", b"-Infinity", b"\"\0\""] {
        for mark in [&b""[..], b"\xef\xbb\xbf"] {
            for (status, expected) in [(200, Some((401, None))), (403, Some((401, None))), (401, None)] {
                let body = [mark, br#" {"success":false,"message":"Failed to authenticate token.","odd":"#, odd, b"}"]
                    .concat();
                assert_eq!(of(&evidence(status, &body)), expected, "{odd:?} under {status}");
            }
        }
    }
}

#[test]
fn an_honest_response_passes() {
    for body in [
        "",
        "{}",
        r#"{"success":true,"systemToken":"x"}"#,
        r#"{"success":"false"}"#,
        r#"{"data":{"success":false,"message":"Failed to authenticate token."}}"#,
        r#"[{"success":false}]"#,
        r#"{"success":false,"mess"#,
        "plain text, success: false",
        "\"<html>\"",
        "<htm",
        "a,b\n<html>,1",
    ] {
        assert_eq!(verdict(200, body), None, "{body}");
    }
}

#[test]
fn a_page_under_200_becomes_what_its_title_names() {
    let gateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body></html>";
    assert_eq!(verdict(200, gateway), Some((502, said("502 Bad Gateway"))));
    assert_eq!(
        verdict(200, "<!DOCTYPE HTML><HTML><TITLE>503 Service\n Unavailable</TITLE>"),
        Some((503, said("503 Service Unavailable")))
    );
    assert_eq!(verdict(200, "<html><title lang=en>504: late</title>"), Some((504, said("504: late"))));
    for body in ["\u{feff}<html><title>Sign in</title>", "<html><title>200 OK</title>", "<html><title>5020 x</title>"] {
        assert_eq!(verdict(200, body).unwrap().0, 502, "{body}");
    }
    assert_eq!(verdict(200, "<html>"), Some((502, said("a page of HTML"))));
    // An undescribed call may have requested a page, unless the page reports an error.
    let undescribed = |body: &str| of(&Evidence { expected: ExpectedBody::Unknown, ..evidence(200, body.as_bytes()) });
    assert_eq!(undescribed("<html><title>Sign in</title>"), None);
    assert!(undescribed(gateway).is_some());
}

#[test]
fn a_file_is_an_error_where_it_says_so_or_is_none() {
    let object = r#"{"rows":[]}"#;
    let gateway = "<html><title>502 Bad Gateway</title>";
    for (body, text, file) in [
        (object, Some(400), None),
        (r#"{"success":true}"#, Some(400), None),
        (r#"{"success":false}"#, Some(400), Some(400)),
        (r#"{"status":"error"}"#, Some(400), Some(400)),
        (r#"{"statusCode":403}"#, Some(403), Some(403)),
        (r#"{"message":"Failed to authenticate token."}"#, Some(401), Some(401)),
        ("{\"a\":1}\n{\"a\":2}", None, None),
        ("a,b", None, None),
        ("[{}]", None, None),
        ("<report/>", None, None),
        (gateway, Some(502), Some(502)),
    ] {
        for (expected, status) in [(ExpectedBody::Text, text), (ExpectedBody::File, file)] {
            let evidence = Evidence { expected, ..evidence(200, body.as_bytes()) };
            assert_eq!(of(&evidence).map(|(status, _)| status), status, "{expected:?} {body}");
            let attached = of(&Evidence { is_attachment: true, ..evidence }).map(|(status, _)| status);
            assert_eq!(attached, status.filter(|_| body != gateway), "an attachment: {expected:?} {body}");
        }
    }
    for (expected, status) in [(ExpectedBody::Text, Some(400)), (ExpectedBody::File, None), (ExpectedBody::Json, None)]
    {
        let long = Evidence { expected, is_whole: false, ..evidence(200, br#"{"rows":["#) };
        assert_eq!(of(&long).map(|(status, _)| status), status, "longer than what is held back: {expected:?}");
    }
}

#[test]
fn an_error_without_json_gets_one() {
    assert_eq!(verdict(401, ""), Some((401, said("Unauthorized"))));
    assert_eq!(verdict(404, "Cannot POST\n /x"), Some((404, said("Cannot POST /x"))));
    assert_eq!(verdict(502, "<html><title>502 Bad Gateway</title>"), Some((502, said("502 Bad Gateway"))));
    assert_eq!(verdict(500, "{broken"), Some((500, said("{broken"))));
    assert_eq!(verdict(500, "[1]"), Some((500, said("[1]"))));
    assert_eq!(verdict(401, r#"{"message":"Refresh token not valid"}"#), None);
    assert_eq!(verdict(401, "\u{c}{}"), None);
    assert_eq!(verdict(400, &"é".repeat(4000)).unwrap().1, said(&"é".repeat(200)));
}

#[test]
fn a_message_holds_no_secret_however_it_was_written_or_cut() {
    let redactor = Redactor::default();
    redactor.register(&"correct horse".into());
    let kept = |body: &str, is_whole| {
        let verdict = judge(&Evidence { is_whole, ..evidence(502, body.as_bytes()) }, &redactor).unwrap();
        Some(String::from_utf8(verdict.body.unwrap().to_vec()).unwrap())
    };
    assert_eq!(kept("not correct\n\thorse!", true), said("not [redacted]!"));
    assert_eq!(kept("<html><title>not correct\nhorse</title>", true), said("not [redacted]"));
    assert_eq!(kept("not correct hor", false), said("not [redacted]"));
    assert_eq!(kept("not correct hor", true), said("not [redacted]"));
    assert_eq!(kept(&format!("not {}correct horse", " ".repeat(790)), true), said("not [redac"));
    assert_eq!(kept(&format!("not {}correct\nhorse", " ".repeat(790)), true), said("not [redac"));
    assert_eq!(kept(&format!("not{}é", " ".repeat(796)), true), said("not"));
}

#[test]
fn no_bytes_make_it_panic() {
    for body in [
        &b"<html><title>\xff\xfe</title>"[..],
        b"\xef\xbb\xbf",
        b"<html><title>",
        b"<html><title",
        b"{\xff",
        b"\0\0\0",
        b"<html><TITLE>999 x</title>",
    ] {
        for status in [200, 299, 400, 599] {
            let _ = of(&evidence(status, body));
        }
    }
}

/// What may stand before a value, as a decoder ignores it.
const IGNORED: [&[u8]; 9] = [
    b"",
    b" \r\n\t",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf\xef\xbb\xbf",
    b"\0",
    b"\x0b",
    b"\x7f",
    b"\0\xef\xbb\xbf \x01",
    b"\x1b\n",
];

#[test]
fn a_verdict_looks_at_what_a_decoder_reads() {
    let bodies: [&[u8]; 6] = [
        br#"{"success":false,"statusCode":500,"message":"boom"}"#,
        br#"{"success":false,"message":"Failed to authenticate token."}"#,
        br#"{"success":false,"data":null}"#,
        br#"{"status":"error","statusCode":404,"data":{}}"#,
        br#"{"data":{"ds_connections":[]}}"#,
        b"<!doctype html><title>502 Bad Gateway</title>",
    ];
    for body in bodies {
        for expected in [ExpectedBody::Json, ExpectedBody::Text, ExpectedBody::File, ExpectedBody::Unknown] {
            for status in [200, 400, 503] {
                let verdict = |ignored: &[u8]| {
                    let start = &[ignored, body].concat()[..];
                    let status = StatusCode::from_u16(status).unwrap();
                    let evidence = Evidence {
                        is_described: true,
                        expected,
                        authorization: AuthorizedBy::Session,
                        status,
                        is_attachment: false,
                        start,
                        is_whole: true,
                    };
                    let read = from_json::<Value>(start).ok();
                    (judge(&evidence, &Redactor::default()), read)
                };
                for ignored in IGNORED {
                    assert_eq!(
                        verdict(ignored),
                        verdict(b""),
                        "{expected:?}, {status}: {:?}",
                        ignored.escape_ascii().to_string()
                    );
                }
            }
        }
    }
}
