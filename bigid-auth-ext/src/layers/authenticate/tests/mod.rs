//! The layer above servers that are functions: no socket, and exact numbers of requests and exchanges.

mod endpoints;
mod herd;
mod nodes;
mod rules;
mod scripted;
