//! The OpenID Foundation's conformance list for providers: one test a module, by the module's own name, through the real
//! router, on SQLite and on PostgreSQL. docs/conformance.md has the table; a test keeps the two the same.
//!
//! The suite itself runs outside, against a provider that it can reach; these are its modules as a program that is run at
//! every change can hold them. They send PKCE (RFC 7636) everywhere, since no client of ours goes without it: the suite
//! sends it when it is told so.

mod discovery;
mod logout;
mod misuse;
mod plans;
mod requests;
mod scopes;
mod suite;
mod tokens;
