//! What must hold of everything that reads a server's or a token's text, whatever the text. The fuzz targets and the
//! property tests ask the same.

mod frames;

mod normalize;
pub use normalize::normalize;

mod retry_after;
pub use retry_after::retry_after;

mod claims;
pub use claims::claims;
