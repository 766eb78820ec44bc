//! The icons of an app.

use http::HeaderValue;

/// An icon.
#[derive(Clone)]
pub struct Asset {
    pub(crate) content_type: HeaderValue,
    pub(crate) bytes: &'static [u8],
}

impl Asset {
    /// The bytes with their media type, such as `image/png`.
    #[must_use]
    pub fn new(content_type: &'static str, bytes: &'static [u8]) -> Self {
        let fallback = HeaderValue::from_static("application/octet-stream");
        Self { content_type: HeaderValue::from_str(content_type).unwrap_or(fallback), bytes }
    }

    /// The media type.
    #[must_use]
    pub fn content_type(&self) -> &HeaderValue {
        &self.content_type
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &'static [u8] {
        self.bytes
    }
}

impl std::fmt::Debug for Asset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asset({:?}, {} bytes)", self.content_type, self.bytes.len())
    }
}
