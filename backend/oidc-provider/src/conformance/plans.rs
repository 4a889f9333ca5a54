//! The plans: which modules each has, and which of them have no meaning here.

use super::suite::Mode;

/// A plan whose modules are tests of this name, in files of this one's neighbourhood.
macro_rules! plan {
    ($plan:ident, $mode:expr; $($file:ident { $($name:ident)+ })+) => {
        mod $plan {
            use super::Mode;

            pub(super) const MODULES: &[(&str, &str)] = &[$($((stringify!($file), stringify!($name)),)+)+];

            mod sqlite {
                use super::*;
                $($(
                    #[tokio::test(flavor = "multi_thread")]
                    async fn $name() {
                        crate::conformance::$file::$name(::foundation::testing::Kind::Sqlite, $mode).await;
                    }
                )+)+
            }

            mod postgres {
                use super::*;
                $($(
                    #[tokio::test(flavor = "multi_thread")]
                    async fn $name() {
                        crate::conformance::$file::$name(::foundation::testing::Kind::Postgres, $mode).await;
                    }
                )+)+
            }
        }
    };
}

/// Basic OP and Form Post OP have the same modules.
macro_rules! basic {
    ($plan:ident, $mode:expr) => {
        plan! { $plan, $mode;
            tokens {
                oidcc_server
                oidcc_server_client_secret_post
                oidcc_idtoken_signature
                oidcc_userinfo_get
                oidcc_userinfo_post_header
                oidcc_ensure_request_without_nonce_succeeds_for_code_flow
                oidcc_refresh_token
                oidcc_ensure_request_with_valid_pkce_succeeds
            }
            scopes {
                oidcc_scope_profile
                oidcc_scope_email
                oidcc_scope_address
                oidcc_scope_phone
                oidcc_scope_all
                oidcc_ensure_other_scope_order_succeeds
                oidcc_alternate_happy_flow
            }
            requests {
                oidcc_display_page
                oidcc_display_popup
                oidcc_prompt_login
                oidcc_prompt_none_not_logged_in
                oidcc_prompt_none_logged_in
                oidcc_max_age_1
                oidcc_max_age_10000
                oidcc_ensure_request_with_unknown_parameter_succeeds
                oidcc_id_token_hint
                oidcc_login_hint
                oidcc_ui_locales
                oidcc_claims_locales
                oidcc_ensure_request_with_acr_values_succeeds
                oidcc_ensure_post_request_succeeds
            }
            misuse {
                oidcc_response_type_missing
                oidcc_codereuse
                oidcc_codereuse_30seconds
                oidcc_ensure_registered_redirect_uri
                oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported
                oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported
            }
        }
    };
}

basic! { basic_op, Mode::Query }
basic! { form_post_op, Mode::FormPost }

plan! { config_op, Mode::Query;
    discovery { oidcc_discovery_endpoint_verification }
}

plan! { rp_initiated_logout_op, Mode::Query;
    discovery { oidcc_rp_initiated_logout_discovery_endpoint_verification }
    logout {
        oidcc_rp_initiated_logout
        oidcc_rp_initiated_logout_bad_post_logout_redirect_uri
        oidcc_rp_initiated_logout_modified_id_token_hint
        oidcc_rp_initiated_logout_no_id_token_hint
        oidcc_rp_initiated_logout_no_params
        oidcc_rp_initiated_logout_no_post_logout_redirect_uri
        oidcc_rp_initiated_logout_no_state
        oidcc_rp_initiated_logout_only_state
        oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri
        oidcc_rp_initiated_logout_bad_id_token_hint
    }
}

plan! { back_channel_logout_op, Mode::Query;
    discovery { oidcc_backchannel_logout_discovery_endpoint_verification }
    logout { oidcc_backchannel_rp_initiated_logout }
}

/// Modules of the basic plans that ask for what is optional and not offered, and why it is not.
const NOT_OFFERED: [(&str, &str); 4] = [
    (
        "oidcc-idtoken-unsigned",
        "no ID token goes unsigned: `none` is not among the algorithms",
    ),
    (
        "oidcc-userinfo-post-body",
        "an access token is taken from the header alone (RFC 6750, section 2.2 leaves the body optional; RFC 9700, \
         section 4.3); the suite ends with a warning",
    ),
    (
        "oidcc-claims-essential",
        "`claims_parameter_supported` is false: scopes say what is told",
    ),
    (
        "oidcc-ensure-request-object-with-redirect-uri",
        "`request_parameter_supported` is false: who wants its request unchanged pushes it (RFC 9126)",
    ),
];

#[test]
fn the_document_has_these_tables() {
    let page = include_str!("../../../../docs/conformance.md");
    let table_below = |heading: &str| {
        let (_, below) = page.split_once(&format!("\n## {heading}\n")).unwrap();
        let (_, table) = below.split_once("|---|---|---|\n").unwrap();
        table
            .split_once("\n\n")
            .map_or(table, |(table, _)| table)
            .trim_end()
            .to_owned()
    };
    for (heading, plan, modules) in [
        ("Basic OP", "basic_op", basic_op::MODULES),
        ("Config OP", "config_op", config_op::MODULES),
        ("Form Post OP", "form_post_op", form_post_op::MODULES),
        (
            "RP-Initiated Logout OP",
            "rp_initiated_logout_op",
            rp_initiated_logout_op::MODULES,
        ),
        (
            "Back-Channel Logout OP",
            "back_channel_logout_op",
            back_channel_logout_op::MODULES,
        ),
    ] {
        let row = |(file, name): &(&str, &str)| {
            let id = name.replace('_', "-");
            format!("| `{id}` | yes | `conformance/{file}.rs`, `{plan}::*::{name}` |")
        };
        let rows: Vec<_> = modules.iter().map(row).collect();
        assert_eq!(table_below(heading), rows.join("\n"), "{heading}");
    }
    let (_, below) = page.split_once("| id | why not |\n|---|---|\n").unwrap();
    let rows: Vec<_> = NOT_OFFERED
        .iter()
        .map(|(id, why)| format!("| `{id}` | {why} |"))
        .collect();
    assert_eq!(below.trim_end(), rows.join("\n"));
}
