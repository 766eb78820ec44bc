//! Failures, in the form of each profile.

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::json;

use super::response_template::{Mark, ResponseTemplate};
use crate::auth::Rejection;
use crate::profile::Profile;

/// A token was rejected.
pub(crate) fn auth_failure(profile: Profile, rejection: Rejection) -> ResponseTemplate {
    match rejection {
        Rejection::Failed => unauthorized(profile, "Failed to authenticate token."),
        Rejection::NotValid => unauthorized(profile, "Refresh token not valid"),
    }
}

/// A user name and password were rejected, or this server does not accept any.
pub(crate) fn session_failure(profile: Profile) -> ResponseTemplate {
    unauthorized(profile, "Authentication failed. Username / Password incorrect or insufficient roles in AD.")
}

/// `{"message": ..}` with this status.
pub(crate) fn problem(status: StatusCode, message: &str) -> ResponseTemplate {
    ResponseTemplate::json(&json!({"message": message})).status(status)
}

/// The response of an Express application to an unknown route.
pub(crate) fn express_not_found(method: &Method, path: &str) -> ResponseTemplate {
    let path = path.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n\
         <body>\n<pre>Cannot {method} {path}</pre>\n</body>\n</html>\n"
    );
    ResponseTemplate::html(page)
        .status(StatusCode::NOT_FOUND)
        .header(HeaderName::from_static("content-security-policy"), HeaderValue::from_static("default-src 'none'"))
        .header(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"))
}

fn unauthorized(profile: Profile, message: &'static str) -> ResponseTemplate {
    match profile {
        // The field order is the recorded one; the body is the same to the byte.
        Profile::Deployed2023 => ResponseTemplate::json_text(format!(r#"{{"success":false,"message":"{message}"}}"#))
            .marked(Mark::RefusedUnder200),
        Profile::Deployed6x | Profile::Spec => problem(StatusCode::UNAUTHORIZED, message),
    }
}
