#![doc = include_str!("../README.md")]

mod lock;

mod violation;
pub use violation::{Part, Violation};

mod schema;

mod template;

mod operation;
pub use operation::Operation;

mod security;

mod contract;
pub use contract::{Contract, Request, Response, contract};

mod form;

mod request;
pub use request::CheckedRequest;

mod response;
pub use response::CheckedResponse;

mod cell;
pub use cell::{Cell, Cells};

mod allowed_violation;
pub use allowed_violation::AllowedViolation;

mod canary;

mod sandbox;
pub use sandbox::{Witness, sandbox};
