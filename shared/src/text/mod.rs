//! Texts with rules, checked by the same code on both sides.

mod bilingual;
mod business_number;
mod email;
mod fold;
mod national_id;
mod oid;
mod passport;
pub mod password;
mod person_name;
mod phone;
pub mod postal;
mod roc_date;
mod username;
mod written;

pub use bilingual::{Bilingual, Language};
pub use business_number::BusinessNumber;
pub use email::Email;
pub use fold::fold;
pub use national_id::{NationalId, ResidentNumber};
pub use oid::{NotAnOid, Oid};
pub use passport::PassportNumber;
pub use person_name::PersonName;
pub use phone::{LandlinePhone, MobilePhone};
pub use roc_date::RocDate;
pub use username::Username;
pub use written::{Line, is_hidden};
