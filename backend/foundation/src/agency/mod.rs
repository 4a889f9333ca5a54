//! The public register of agencies (機關OID): its file, read and checked, and the agencies of it in memory, searched and
//! walked through. Who keeps the rows, and what a change of them means, is each server's own.

pub mod index;
pub mod register;
