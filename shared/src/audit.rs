//! 稽核紀錄: the deeds that the audit log records, and its rows as they are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{person::AgencyView, time::Timestamp};

/// Declares the actions once: variant, the word for it in the log, and what it is about.
macro_rules! audit_actions {
    ($($(#[$doc:meta])* $variant:ident $name:literal $group:ident;)+) => {
        /// What was done. The word is what the log holds, so it never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum AuditAction {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl AuditAction {
            /// Every action, group by group.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word for it in the log.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it is about.
            pub const fn group(self) -> AuditGroup {
                match self { $(Self::$variant => AuditGroup::$group,)+ }
            }
        }
    };
}

audit_actions! {
    /// Somebody signed in.
    SignedIn "signed_in" SignIn;
    /// A sign-in was refused: wrong name or password, or the account is disabled.
    SignInRefused "sign_in_refused" SignIn;
    /// A sign-in was not even tried, because of the failures before it.
    SignInThrottled "sign_in_throttled" SignIn;
    /// A session was ended by its person.
    SignedOut "signed_out" SignIn;
    /// A session was ended by its person from another session.
    SessionRevoked "session_revoked" SignIn;
    /// A session was ended by MyEGov's back-channel logout.
    SessionEndedByEgov "session_ended_by_egov" SignIn;
    /// Somebody started an application: it was told who they are.
    ApplicationStarted "application_started" SignIn;
    /// An account of EMIC was created.
    AccountCreated "account_created" Account;
    /// A person was created from MyEGov's claims.
    PersonCreated "person_created" Account;
    /// A person's MyEGov-owned fields were refreshed and differed.
    PersonRefreshed "person_refreshed" Account;
    /// Somebody was invited to an account of EMIC.
    InvitationSent "invitation_sent" Account;
    /// An invitation was sent once more, with a new link.
    InvitationResent "invitation_resent" Account;
    /// An invitation was taken back.
    InvitationCancelled "invitation_cancelled" Account;
    /// A person asked for a link to a new password.
    PasswordResetRequested "password_reset_requested" Account;
    /// A person set a new password by such a link.
    PasswordReset "password_reset" Account;
    /// A person changed their password.
    PasswordChanged "password_changed" Account;
    /// A person asked for another address of e-mail.
    EmailChangeRequested "email_change_requested" Account;
    /// A person confirmed another address of e-mail.
    EmailChanged "email_changed" Account;
    /// An account was disabled.
    AccountDisabled "account_disabled" Account;
    /// An account was enabled again.
    AccountEnabled "account_enabled" Account;
    /// A person was moved to another agency.
    PersonMoved "person_moved" Account;
    /// A person's sessions were ended by a manager.
    SessionsEnded "sessions_ended" Account;
    /// Somebody asked for roles of an application.
    PermissionRequested "permission_requested" Permission;
    /// A request for roles was withdrawn by the one who sent it.
    PermissionRequestWithdrawn "permission_request_withdrawn" Permission;
    /// Somebody said something about a request.
    PermissionRequestCommented "permission_request_commented" Permission;
    /// A file was added to a request.
    AttachmentAdded "attachment_added" Permission;
    /// A file was taken from a request.
    AttachmentRemoved "attachment_removed" Permission;
    /// A file of a request was handed out to somebody else than who had added it.
    AttachmentDownloaded "attachment_downloaded" Permission;
    /// A manager agreed to a request, which goes on to the application's owner.
    PermissionEndorsed "permission_endorsed" Permission;
    /// A request was approved, and its roles were granted.
    PermissionApproved "permission_approved" Permission;
    /// A request was rejected.
    PermissionRejected "permission_rejected" Permission;
    /// A request was sent back for correction.
    PermissionReturned "permission_returned" Permission;
    /// A request was sent once more, corrected.
    PermissionResubmitted "permission_resubmitted" Permission;
    /// A request that nobody acted on went to the next level.
    PermissionEscalated "permission_escalated" Permission;
    /// A request lapsed because its days had passed.
    PermissionLapsed "permission_lapsed" Permission;
    /// A grant was taken back.
    GrantRevoked "grant_revoked" Permission;
    /// A review campaign was opened.
    CampaignOpened "campaign_opened" Permission;
    /// Its deadline was moved.
    CampaignExtended "campaign_extended" Permission;
    /// It was cancelled.
    CampaignCancelled "campaign_cancelled" Permission;
    /// It was closed, after its deadline.
    CampaignClosed "campaign_closed" Permission;
    /// Its result was exported.
    CampaignExported "campaign_exported" Permission;
    /// A grant was kept in a campaign.
    GrantKept "grant_kept" Permission;
    /// A grant lapsed because nobody answered in a campaign.
    GrantLapsed "grant_lapsed" Permission;
    /// A person named who decides in their place.
    DelegationBegun "delegation_begun" Permission;
    /// That came to an end before its time.
    DelegationEnded "delegation_ended" Permission;
    /// Somebody began a surge list.
    SurgeListCreated "surge_list_created" Permission;
    /// A surge list was changed: an entry more or less, or another level.
    SurgeListChanged "surge_list_changed" Permission;
    /// A surge list was submitted for approval.
    SurgeListSubmitted "surge_list_submitted" Permission;
    /// What was submitted was taken back.
    SurgeListRecalled "surge_list_recalled" Permission;
    /// One of several consented to a surge list.
    SurgeListEndorsed "surge_list_endorsed" Permission;
    /// A surge list was approved: it counts in every event from now on.
    SurgeListApproved "surge_list_approved" Permission;
    /// A surge list was sent back for correction.
    SurgeListReturned "surge_list_returned" Permission;
    /// A surge list counts no more.
    SurgeListWithdrawn "surge_list_withdrawn" Permission;
    /// A response centre was activated.
    ActivationOpened "activation_opened" Permission;
    /// Its level was raised or lowered.
    ActivationLevelChanged "activation_level_changed" Permission;
    /// It was activated for further agencies.
    ActivationAgenciesAdded "activation_agencies_added" Permission;
    /// The event is over.
    ActivationClosed "activation_closed" Permission;
    /// An event gave a person a role.
    SurgeGranted "surge_granted" Permission;
    /// What an event gave came to an end.
    SurgeEnded "surge_ended" Permission;
    /// What an event gave was reviewed after it.
    SurgeReviewed "surge_reviewed" Permission;
    /// The register of agencies was imported.
    AgenciesImported "agencies_imported" Administration;
    /// A person changed their profile.
    ProfileChanged "profile_changed" Profile;
    /// A person changed how they are told of things.
    NotificationPreferencesChanged "notification_preferences_changed" Profile;
    /// A person looked at somebody else's profile.
    ProfileViewed "profile_viewed" Profile;
    /// A person took their own data away.
    ProfileExported "profile_exported" Profile;
    /// An access token was made by its person.
    TokenCreated "token_created" Token;
    /// An access token was revoked by its person.
    TokenRevoked "token_revoked" Token;
    /// The audit log was exported.
    AuditExported "audit_exported" Administration;
    /// Old rows of the audit log were taken into an archive.
    AuditArchived "audit_archived" Administration;
    /// A person was given a post, or how far it reaches was changed.
    PostGiven "post_given" Administration;
    /// A post was taken from a person.
    PostTaken "post_taken" Administration;
    /// An application was created.
    ApplicationCreated "application_created" Administration;
    /// What is kept of an application was changed.
    ApplicationChanged "application_changed" Administration;
    /// An application was given a picture, or another one.
    ApplicationIconChanged "application_icon_changed" Administration;
    /// An application's picture was taken away.
    ApplicationIconRemoved "application_icon_removed" Administration;
    /// An application was given a further role.
    ApplicationRoleAdded "application_role_added" Administration;
    /// A role was changed, closed or opened again.
    ApplicationRoleChanged "application_role_changed" Administration;
    /// A rule of which roles are in conflict was set or changed.
    RoleConflictSet "role_conflict_set" Administration;
    /// Such a rule was removed.
    RoleConflictRemoved "role_conflict_removed" Administration;
    /// An application was registered as a client.
    ClientRegistered "client_registered" Administration;
    /// How it is registered was changed.
    ClientChanged "client_changed" Administration;
    /// Its registration was taken away.
    ClientRemoved "client_removed" Administration;
    /// It was given a further secret.
    ClientSecretMade "client_secret_made" Administration;
    /// A secret was ended.
    ClientSecretEnded "client_secret_ended" Administration;
    /// A token was made with which an application registers itself.
    RegistrationTokenMade "registration_token_made" Administration;
    /// A person proposed the agency they belong to.
    AgencyProposed "agency_proposed" Account;
    /// The person took the proposal back.
    AgencyProposalWithdrawn "agency_proposal_withdrawn" Account;
    /// A manager confirmed it.
    AgencyConfirmed "agency_confirmed" Account;
    /// A manager refused it.
    AgencyRefused "agency_refused" Account;
}

impl AuditAction {
    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

/// What actions are about, for those who look for some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditGroup {
    /// 登入與登出.
    SignIn,
    /// 帳號與人員.
    Account,
    /// 權限.
    Permission,
    /// 個人資料.
    Profile,
    /// 存取權杖.
    Token,
    /// 系統管理.
    Administration,
}

impl AuditGroup {
    /// Every group.
    pub const ALL: &[Self] = &[
        Self::SignIn,
        Self::Account,
        Self::Permission,
        Self::Profile,
        Self::Token,
        Self::Administration,
    ];

    /// The word for it in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Account => "account",
            Self::Permission => "permission",
            Self::Profile => "profile",
            Self::Token => "token",
            Self::Administration => "administration",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|group| group.name() == name)
    }

    /// Its actions.
    pub fn actions(self) -> impl Iterator<Item = AuditAction> {
        AuditAction::ALL
            .iter()
            .copied()
            .filter(move |action| action.group() == self)
    }
}

/// One row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEventView {
    /// The row.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// What was done: the word in the log. A newer node may write words that an older one does not know.
    #[cfg_attr(feature = "openapi", schema(example = "signed_in"))]
    pub action: String,
    /// Who did it, if anybody is known.
    pub actor: Option<AuditPerson>,
    /// To whom.
    pub subject: Option<AuditPerson>,
    /// From which network address.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.1"))]
    pub source: Option<String>,
    /// What else is known, by name.
    #[cfg_attr(feature = "openapi", schema(example = json!({ "with": "emic" })))]
    pub details: BTreeMap<String, String>,
    /// The chain that the row is in.
    pub chain: i32,
    /// Its number there.
    pub number: i64,
}

/// A person in the audit log, as they are called now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPerson {
    /// The person; what the log holds.
    pub id: Uuid,
    /// The name; none when the person is not there any more.
    #[cfg_attr(feature = "openapi", schema(example = "陳大文"))]
    pub name: Option<String>,
    /// The agency now.
    pub agency: Option<AgencyView>,
}

/// The forms that the audit log is exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditFormat {
    /// For spreadsheets.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

impl AuditFormat {
    /// The word for it, and the ending of the file's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_in_one_group_and_found_by_its_word() {
        let grouped: usize = AuditGroup::ALL.iter().map(|group| group.actions().count()).sum();
        assert_eq!(grouped, AuditAction::ALL.len());
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::from_name(action.name()), Some(*action));
            let json = serde_json::to_value(action).unwrap();
            assert_eq!(json, action.name());
        }
        for group in AuditGroup::ALL {
            assert_eq!(AuditGroup::from_name(group.name()), Some(*group));
        }
    }
}
