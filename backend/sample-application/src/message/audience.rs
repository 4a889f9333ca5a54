//! Whom a message is for, as it is chosen and as it is remembered.

use serde::{Deserialize, Serialize};

use crate::{
    directory::{Agency, ApplicationRole, Criteria, Directory},
    language::Language,
    portal::Fault,
};

/// Whom a message is for, by names: names may change later, and a message was for whom they meant then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Audience {
    pub(super) agency: Option<Agency>,
    pub(super) below: bool,
    pub(super) role: Option<ApplicationRole>,
}

impl Audience {
    /// What was chosen, with the names that the directory has for it.
    pub(super) async fn named(directory: &Directory, criteria: &Criteria) -> Result<Self, Fault> {
        let agency = match &criteria.agency {
            None => None,
            Some(oid) => Some(directory.agency(oid).await?.unwrap_or_else(|| Agency {
                oid: oid.clone(),
                name: oid.clone(),
            })),
        };
        let role = match &criteria.role {
            None => None,
            Some((application, role)) => {
                let is_it = |it: &ApplicationRole| it.application == *application && it.role == *role;
                Some(
                    directory
                        .roles()
                        .await?
                        .into_iter()
                        .find(is_it)
                        .unwrap_or_else(|| ApplicationRole {
                            application: application.clone(),
                            application_name: application.clone(),
                            role: role.clone(),
                            role_name: role.clone(),
                        }),
                )
            }
        };
        Ok(Self {
            agency,
            below: criteria.below,
            role,
        })
    }

    /// In words.
    pub(super) fn label(&self, l: Language) -> String {
        let mut parts = Vec::new();
        if let Some(agency) = &self.agency {
            let below = if self.below {
                l.say("及所屬機關", " and below")
            } else {
                ""
            };
            parts.push(format!("{}{below}", agency.name));
        }
        if let Some(role) = &self.role {
            parts.push(match l {
                Language::Chinese => format!("「{}」的{}", role.application_name, role.role_name),
                Language::English => format!("{} in {}", role.role_name, role.application_name),
            });
        }
        parts.join(l.say("，", ", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_told_in_words() {
        let audience = Audience {
            agency: Some(Agency {
                oid: "2.16.886.101.90010.20002".into(),
                name: "彰化縣政府".into(),
            }),
            below: true,
            role: Some(ApplicationRole {
                application: "emic".into(),
                application_name: "EMIC 應變服務".into(),
                role: "reporter".into(),
                role_name: "災情查通報".into(),
            }),
        };
        assert_eq!(
            audience.label(Language::Chinese),
            "彰化縣政府及所屬機關，「EMIC 應變服務」的災情查通報"
        );
        let alone = Audience {
            agency: None,
            ..audience
        };
        assert_eq!(alone.label(Language::English), "災情查通報 in EMIC 應變服務");
    }
}
