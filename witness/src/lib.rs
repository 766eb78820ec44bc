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
pub use contract::{Answer, Contract, Request, contract};

mod request;
pub use request::Judged;

mod answer;
pub use answer::JudgedAnswer;

mod cell;
pub use cell::{Cell, Cells};

mod excuse;
pub use excuse::Excuse;

mod form;

mod canary;

mod sandbox;
pub use sandbox::{Witness, sandbox};
