//! The forms of a failure, and what each of them means for each kind of call.

use super::call::Call;

/// What is wrong with a response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// The words for a refused session.
    Session,
    /// Words that are believed of a user token only. On a data call, a failure where it says `success: false`, and
    /// nothing otherwise.
    UserToken { fails: bool },
    /// A page, and the status in its title.
    Page(Option<u16>),
    /// An envelope with a status, and whether it says `success: false`.
    Envelope { status: u16, fails: bool },
    /// `success: false`, and words about something else.
    Failure,
}

pub const CASES: [(Form, &str); 20] = [
    // Recorded in 2023, and in the 6.x form of 2026.
    (Form::Session, r#"{"success":false,"message":"Failed to authenticate token."}"#),
    (Form::Session, r#"{"message":"Failed to authenticate token."}"#),
    (Form::UserToken { fails: true }, r#"{"success":false,"message":"Refresh token not valid"}"#),
    (Form::UserToken { fails: false }, r#"{"message":"Refresh token not valid"}"#),
    // The same as other servers may write it.
    (Form::Session, r#"{"message":"Failed to authenticate token: jwt expired","success":false,"odd":"\ud83d"}"#),
    (Form::Session, r#"{"success":true,"odd":NaN,"success":false,"message":"Failed to authenticate token"}"#),
    (Form::Session, r#"{"status":"error","statusCode":500,"data":null,"message":"Failed to authenticate token."}"#),
    (Form::Page(Some(502)), "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body></html>"),
    (Form::Page(Some(503)), "<!DOCTYPE html><!-- x --><HTML><TITLE>503 Service Unavailable</TITLE></HTML>"),
    (Form::Page(None), "<!doctype html><html><head><title>Sign in</title></head></html>"),
    (Form::Page(None), "<!-- hello --><html><body>Failed to authenticate token.</body></html>"),
    (Form::Envelope { status: 409, fails: false }, r#"{"status":"error","statusCode":409,"data":null,"message":"No"}"#),
    (Form::Envelope { status: 404, fails: true }, r#"{"success":false,"statusCode":404}"#),
    (Form::Envelope { status: 422, fails: false }, r#"{"statusCode":200,"statusCode":422,"data":{"a":[1]}}"#),
    (Form::Failure, r#"{"success":false,"message":"Authentication failed for user 'root' (using password: YES)"}"#),
    (Form::Failure, r#"{"success":false,"message":"The source said: Failed to authenticate token."}"#),
    (Form::UserToken { fails: true }, r#"{"success":false,"message":"Failed to authenticate token of Snowflake"}"#),
    (Form::Failure, r#"{"success":false}"#),
    (Form::Failure, r#"{"success":false,"message":"nothing","odd":1e400}"#),
    (
        Form::Failure,
        "{\"message\":\"Authentication failed. Username / Password incorrect\",\"success\":false,\"x\":\"a\tb\"}",
    ),
];

/// The status that a response means, written down here a second time.
fn meant(form: Form, call: Call, sent: u16) -> u16 {
    match (form, call) {
        (Form::Session, _) | (Form::UserToken { .. }, Call::Exchange) => 401,
        _ if sent != 200 => sent,
        (Form::Page(Some(status)), _) => status,
        (Form::Page(None), Call::Undescribed) => 200,
        (Form::Page(None), _) => 502,
        (Form::Envelope { status, fails }, _) if fails || call.is_described() => status,
        (Form::Envelope { .. }, _) => 200,
        (Form::Failure | Form::UserToken { fails: true }, _) => 400,
        // A JSON object is not a documented text file.
        (Form::UserToken { fails: false }, Call::Export) => 400,
        (Form::UserToken { fails: false }, _) => 200,
    }
}

/// The result of a call whose first request, or whose first exchange, gets this response.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    /// The status of the error, or none. What a success holds is compared where it is the good response.
    pub error: Option<u16>,
    pub good: bool,
    pub exchanges: usize,
    pub calls: usize,
}

pub fn expected(form: Form, call: Call, sent: u16) -> Outcome {
    let meant = meant(form, call, sent);
    if call == Call::Exchange {
        let is_page_of_another_server = form == Form::Page(None) && sent == 200;
        let passes = meant >= 500 && !is_page_of_another_server;
        let error = (!passes).then_some(meant);
        return Outcome { error, good: passes, exchanges: if passes { 2 } else { 1 }, calls: 0 };
    }
    match meant {
        401 => Outcome { error: None, good: true, exchanges: 1, calls: 2 },
        200 => Outcome { error: None, good: false, exchanges: 0, calls: 1 },
        _ => Outcome { error: Some(meant), good: false, exchanges: 0, calls: 1 },
    }
}
