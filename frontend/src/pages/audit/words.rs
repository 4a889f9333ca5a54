//! The log in words: what was done, what it is about, and what else is known of it.

use shared::{
    access::RequestState,
    audit::{AuditAction, AuditGroup},
};

use crate::{
    i18n::{Text, text},
    pages::access,
};

/// What was done.
pub(super) fn action(action: AuditAction) -> Text {
    match action {
        AuditAction::SignedIn => text!(audit.signed_in),
        AuditAction::SignInRefused => text!(audit.sign_in_refused),
        AuditAction::SignInThrottled => text!(audit.sign_in_throttled),
        AuditAction::SignedOut => text!(audit.signed_out),
        AuditAction::SessionRevoked => text!(audit.session_revoked),
        AuditAction::SessionEndedByEgov => text!(audit.session_ended_by_egov),
        AuditAction::AccountCreated => text!(audit.account_created),
        AuditAction::PersonCreated => text!(audit.person_created),
        AuditAction::PersonRefreshed => text!(audit.person_refreshed),
        AuditAction::InvitationSent => text!(audit.invitation_sent),
        AuditAction::InvitationResent => text!(audit.invitation_resent),
        AuditAction::InvitationCancelled => text!(audit.invitation_cancelled),
        AuditAction::PasswordResetRequested => text!(audit.password_reset_requested),
        AuditAction::PasswordReset => text!(audit.password_reset),
        AuditAction::PasswordChanged => text!(audit.password_changed),
        AuditAction::EmailChangeRequested => text!(audit.email_change_requested),
        AuditAction::EmailChanged => text!(audit.email_changed),
        AuditAction::AccountDisabled => text!(audit.account_disabled),
        AuditAction::AccountEnabled => text!(audit.account_enabled),
        AuditAction::PersonMoved => text!(audit.person_moved),
        AuditAction::SessionsEnded => text!(audit.sessions_ended),
        AuditAction::PermissionRequested => text!(audit.permission_requested),
        AuditAction::PermissionRequestWithdrawn => text!(audit.permission_request_withdrawn),
        AuditAction::AttachmentAdded => text!(audit.attachment_added),
        AuditAction::AttachmentRemoved => text!(audit.attachment_removed),
        AuditAction::AttachmentDownloaded => text!(audit.attachment_downloaded),
        AuditAction::PermissionRequestCommented => text!(audit.permission_request_commented),
        AuditAction::PermissionEndorsed => text!(audit.permission_endorsed),
        AuditAction::PermissionApproved => text!(audit.permission_approved),
        AuditAction::PermissionRejected => text!(audit.permission_rejected),
        AuditAction::PermissionReturned => text!(audit.permission_returned),
        AuditAction::PermissionResubmitted => text!(audit.permission_resubmitted),
        AuditAction::PermissionEscalated => text!(audit.permission_escalated),
        AuditAction::PermissionLapsed => text!(audit.permission_lapsed),
        AuditAction::GrantRevoked => text!(audit.grant_revoked),
        AuditAction::CampaignOpened => text!(audit.campaign_opened),
        AuditAction::CampaignExtended => text!(audit.campaign_extended),
        AuditAction::CampaignCancelled => text!(audit.campaign_cancelled),
        AuditAction::CampaignClosed => text!(audit.campaign_closed),
        AuditAction::CampaignExported => text!(audit.campaign_exported),
        AuditAction::GrantKept => text!(audit.grant_kept),
        AuditAction::GrantLapsed => text!(audit.grant_lapsed),
        AuditAction::DelegationBegun => text!(audit.delegation_begun),
        AuditAction::DelegationEnded => text!(audit.delegation_ended),
        AuditAction::SurgeListCreated => text!(audit.surge_list_created),
        AuditAction::SurgeListChanged => text!(audit.surge_list_changed),
        AuditAction::SurgeListSubmitted => text!(audit.surge_list_submitted),
        AuditAction::SurgeListRecalled => text!(audit.surge_list_recalled),
        AuditAction::SurgeListEndorsed => text!(audit.surge_list_endorsed),
        AuditAction::SurgeListApproved => text!(audit.surge_list_approved),
        AuditAction::SurgeListReturned => text!(audit.surge_list_returned),
        AuditAction::SurgeListWithdrawn => text!(audit.surge_list_withdrawn),
        AuditAction::ActivationOpened => text!(audit.activation_opened),
        AuditAction::ActivationLevelChanged => text!(audit.activation_level_changed),
        AuditAction::ActivationAgenciesAdded => text!(audit.activation_agencies_added),
        AuditAction::ActivationClosed => text!(audit.activation_closed),
        AuditAction::SurgeGranted => text!(audit.surge_granted),
        AuditAction::SurgeEnded => text!(audit.surge_ended),
        AuditAction::SurgeReviewed => text!(audit.surge_reviewed),
        AuditAction::AgenciesImported => text!(audit.agencies_imported),
        AuditAction::ProfileChanged => text!(audit.profile_changed),
        AuditAction::NotificationPreferencesChanged => text!(audit.notification_preferences_changed),
        AuditAction::ProfileViewed => text!(audit.profile_viewed),
        AuditAction::ProfileExported => text!(audit.profile_exported),
        AuditAction::TokenCreated => text!(audit.token_created),
        AuditAction::TokenRevoked => text!(audit.token_revoked),
        AuditAction::PostGiven => text!(audit.post_given),
        AuditAction::PostTaken => text!(audit.post_taken),
        AuditAction::ApplicationCreated => text!(audit.application_created),
        AuditAction::ApplicationChanged => text!(audit.application_changed),
        AuditAction::ApplicationIconChanged => text!(audit.application_icon_changed),
        AuditAction::ApplicationIconRemoved => text!(audit.application_icon_removed),
        AuditAction::ApplicationRoleAdded => text!(audit.application_role_added),
        AuditAction::ApplicationRoleChanged => text!(audit.application_role_changed),
        AuditAction::RoleConflictSet => text!(audit.role_conflict_set),
        AuditAction::RoleConflictRemoved => text!(audit.role_conflict_removed),
        AuditAction::ApplicationStarted => text!(audit.application_started),
        AuditAction::ClientRegistered => text!(audit.client_registered),
        AuditAction::ClientChanged => text!(audit.client_changed),
        AuditAction::ClientRemoved => text!(audit.client_removed),
        AuditAction::ClientSecretMade => text!(audit.client_secret_made),
        AuditAction::ClientSecretEnded => text!(audit.client_secret_ended),
        AuditAction::RegistrationTokenMade => text!(audit.registration_token_made),
        AuditAction::AgencyProposed => text!(audit.agency_proposed),
        AuditAction::AgencyProposalWithdrawn => text!(audit.agency_proposal_withdrawn),
        AuditAction::AgencyConfirmed => text!(audit.agency_confirmed),
        AuditAction::AgencyRefused => text!(audit.agency_refused),
        AuditAction::AuditExported => text!(audit.audit_exported),
        AuditAction::AuditArchived => text!(audit.audit_archived),
    }
}

/// What actions are about.
pub(super) fn group(group: AuditGroup) -> Text {
    match group {
        AuditGroup::SignIn => text!(audit.group_sign_in),
        AuditGroup::Account => text!(audit.group_account),
        AuditGroup::Permission => text!(audit.group_permission),
        AuditGroup::Profile => text!(audit.group_profile),
        AuditGroup::Token => text!(audit.group_token),
        AuditGroup::Administration => text!(audit.group_administration),
    }
}

/// What a detail is called; none for one that this page does not know.
pub(super) fn detail(name: &str) -> Option<Text> {
    Some(match name {
        "with" => text!(audit.detail_with),
        "session" => text!(audit.detail_session),
        "sid" => text!(audit.detail_sid),
        "sessions" => text!(audit.detail_sessions),
        "invitation" => text!(audit.detail_invitation),
        "lost_posts" => text!(audit.detail_lost_posts),
        "reason" => text!(audit.detail_reason),
        "fields" => text!(audit.detail_fields),
        "request" => text!(audit.detail_request),
        "application" => text!(audit.detail_application),
        "roles" => text!(audit.detail_roles),
        "agency" => text!(audit.detail_agency),
        "token" => text!(audit.detail_token),
        "scopes" => text!(audit.detail_scopes),
        "expires_at" => text!(audit.detail_expires_at),
        "by_token" => text!(audit.detail_by_token),
        "format" => text!(audit.detail_format),
        "actions" => text!(audit.detail_actions),
        "by" => text!(audit.detail_by),
        "to" => text!(audit.detail_to),
        "people" => text!(audit.detail_people),
        "from" => text!(audit.detail_from),
        "until" => text!(audit.detail_until),
        "before" => text!(audit.detail_before),
        "after" => text!(audit.detail_after),
        "grant" | "grants" => text!(audit.detail_grants),
        "role" => text!(audit.detail_roles),
        "in_place_of" => text!(audit.detail_in_place_of),
        "delegation" => text!(audit.detail_delegation),
        "attachment" => text!(audit.detail_attachment),
        "by_itself" => text!(audit.detail_by_itself),
        "keep_old_hours" => text!(audit.detail_keep_old_hours),
        "rule" => text!(audit.detail_rule),
        "despite_conflicts" => text!(audit.detail_despite),
        "campaign" => text!(audit.detail_campaign),
        "name" => text!(audit.detail_name),
        "mail" => text!(audit.detail_mail),
        "proposal" => text!(audit.detail_proposal),
        "rows" => text!(audit.detail_rows),
        "sha256" => text!(audit.detail_sha256),
        "added" => text!(audit.detail_added),
        "changed" => text!(audit.detail_changed),
        "vanished" => text!(audit.detail_vanished),
        "returned" => text!(audit.detail_returned),
        "skipped" => text!(audit.detail_skipped),
        "list" => text!(audit.detail_list),
        "activation" => text!(audit.detail_activation),
        "level" => text!(audit.detail_level),
        "agencies" => text!(audit.detail_agency),
        "ended" => text!(audit.detail_ended),
        "verdict" => text!(audit.detail_verdict),
        "added_entry" => text!(audit.detail_added_entry),
        "removed_entry" => text!(audit.detail_removed_entry),
        _ => return None,
    })
}

/// A detail's value in words, where it is a word of the log's own.
pub(super) fn value(name: &str, value: &str) -> Option<Text> {
    Some(match (name, value) {
        ("with", "emic") => text!(audit.with_emic),
        ("with", "egov") => text!(audit.with_egov),
        ("mail", "enqueued") => text!(audit.mail_enqueued),
        ("mail", "no_address") => text!(audit.mail_no_address),
        ("level" | "before" | "after", "first") => text!(activations.first),
        ("level" | "before" | "after", "second") => text!(activations.second),
        ("level" | "before" | "after", "third") => text!(activations.third),
        ("verdict", "in_order") => text!(activations.in_order),
        ("verdict", "not_in_order") => text!(activations.not_in_order),
        ("before" | "after", state) => return RequestState::from_name(state).map(access::state::name),
        ("reason", "credentials") => text!(audit.reason_credentials),
        ("reason", "disabled") => text!(audit.reason_disabled),
        ("reason", "untrusted_answer") => text!(audit.reason_untrusted_answer),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn every_action_and_group_has_words_in_both_languages() {
        for locale in [Locale::zh_Hant_TW, Locale::en] {
            let mut words: Vec<_> = AuditAction::ALL
                .iter()
                .map(|one| action(*one)(locale))
                .chain(AuditGroup::ALL.iter().map(|one| group(*one)(locale)))
                .collect();
            let all = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), all, "two are called alike");
            assert!(words.iter().all(|words| !words.is_empty()));
        }
    }
}
