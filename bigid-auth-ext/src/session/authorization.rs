//! The authorization of a request.

use bigid_api::Secret;
use http::HeaderValue;

use crate::dialect::AuthScheme;
use crate::session::Serial;

/// The header and the serial number of a session.
#[derive(Clone)]
pub(crate) struct Authorization {
    pub(crate) header: HeaderValue,
    pub(crate) serial: Serial,
}

/// A sensitive header. The clone makes its bytes shared now rather than in the first call.
pub(crate) fn header(token: &Secret, scheme: AuthScheme) -> Result<HeaderValue, &'static str> {
    let text = match scheme {
        AuthScheme::Raw => token.expose().to_owned(),
        AuthScheme::Bearer => format!("Bearer {}", token.expose()),
    };
    if token.is_empty() {
        return Err("the token is empty");
    }
    let mut header =
        HeaderValue::try_from(text).map_err(|_| "the token contains characters that are not valid in a header")?;
    header.set_sensitive(true);
    Ok(header.clone())
}

/// The same header with `Bearer` before the token.
pub(crate) fn with_bearer(header: &HeaderValue) -> Option<HeaderValue> {
    let mut bearer = HeaderValue::from_bytes(&[b"Bearer ", header.as_bytes()].concat()).ok()?;
    bearer.set_sensitive(true);
    Some(bearer.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_sensitive_and_holds_one_line() {
        let secret = Secret::from("t0ken");
        assert!(header(&secret, AuthScheme::Bearer).unwrap().is_sensitive());
        assert_eq!(header(&secret, AuthScheme::Raw).unwrap(), "t0ken");
        assert!(header(&Secret::from("a\nb"), AuthScheme::Raw).is_err());
        assert!(header(&Secret::from(""), AuthScheme::Bearer).is_err());
    }
}
