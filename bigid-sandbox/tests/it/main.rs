//! The integration tests, in one program, because linking a program takes longer than running it.

mod access;
mod binary;
mod common;
mod console;
mod contract;
mod deployed;
mod evidence;
mod exports;
mod faults;
mod fields;
mod first_test;
mod hostile;
mod journal;
mod lifecycle;
mod lists;
mod nodes;
mod observer;
mod records;
mod responses;
mod tls;
mod tokens;
mod wire_faults;
mod world;
