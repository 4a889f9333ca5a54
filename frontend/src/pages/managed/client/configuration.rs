//! What is put into the application: for common clients, to copy.

use leptos::prelude::*;
use shared::client::ClientView;

use crate::i18n::tr;

/// The part of the page.
pub(super) fn configuration(view: &ClientView) -> AnyView {
    let redirect = view.data.redirect_uris.first().cloned().unwrap_or_default();
    let discovery = [&view.issuer, "/.well-known/openid-configuration"].concat();
    let examples = [
        ("Apache mod_auth_openidc", apache(view, &discovery, &redirect)),
        ("Spring Boot", spring(view, &redirect)),
        ("Node.js openid-client", node(view, &redirect)),
        ("Python Authlib", python(view, &discovery)),
    ];
    let examples = examples.map(|(name, text)| {
        view! {
            <details><summary>{name}</summary><pre tabindex="0"><code>{text}</code></pre></details>
        }
        .into_any()
    });
    view! {
        <section class="part" aria-labelledby="configuration">
            <h2 id="configuration">{tr!(client.configuration)}</h2>
            <p>{tr!(client.configuration_text)}</p>
            <dl class="facts">
                <dt>{tr!(client.discovery)}</dt><dd><code>{discovery}</code></dd>
                <dt>{tr!(client.issuer)}</dt><dd><code>{view.issuer.clone()}</code></dd>
                <dt>{tr!(client.client_id)}</dt><dd><code>{view.client_id.clone()}</code></dd>
                <dt>{tr!(client.scopes)}</dt><dd><code>{SCOPES}</code></dd>
            </dl>
            {examples.collect_view()}
        </section>
    }
    .into_any()
}

/// What a client can ask for.
const SCOPES: &str = "openid profile email agency roles";

fn apache(view: &ClientView, discovery: &str, redirect: &str) -> String {
    [
        "OIDCProviderMetadataURL ",
        discovery,
        "\nOIDCClientID ",
        &view.client_id,
        "\nOIDCClientSecret …",
        "\nOIDCRedirectURI ",
        redirect,
        "\nOIDCScope \"",
        SCOPES,
        "\"",
        "\nOIDCPKCEMethod S256",
        "\nOIDCCryptoPassphrase …",
        "\nOIDCPassClaimsAs headers",
        "\n<Location />\n  AuthType openid-connect\n  Require valid-user\n</Location>",
    ]
    .concat()
}

fn spring(view: &ClientView, redirect: &str) -> String {
    [
        "spring.security.oauth2.client.provider.emic.issuer-uri=",
        &view.issuer,
        "\nspring.security.oauth2.client.registration.emic.client-id=",
        &view.client_id,
        "\nspring.security.oauth2.client.registration.emic.client-secret=…",
        "\nspring.security.oauth2.client.registration.emic.scope=",
        &SCOPES.replace(' ', ","),
        "\nspring.security.oauth2.client.registration.emic.redirect-uri=",
        redirect,
        "\n# ClientRegistration.clientSettings.requireProofKey = true",
    ]
    .concat()
}

fn node(view: &ClientView, redirect: &str) -> String {
    [
        "import * as client from 'openid-client'\n\nconst config = await client.discovery(new URL('", &view.issuer,
        "'), '", &view.client_id, "', process.env.CLIENT_SECRET)\n",
        "const verifier = client.randomPKCECodeVerifier()\n",
        "const address = client.buildAuthorizationUrl(config, {\n  redirect_uri: '", redirect,
        "',\n  scope: '", SCOPES,
        "',\n  code_challenge: await client.calculatePKCECodeChallenge(verifier),\n  code_challenge_method: 'S256',\n  state: client.randomState(),\n})",
    ]
    .concat()
}

fn python(view: &ClientView, discovery: &str) -> String {
    [
        "oauth.register(\n    'emic',\n    server_metadata_url='",
        discovery,
        "',\n    client_id='",
        &view.client_id,
        "',\n    client_secret=os.environ['CLIENT_SECRET'],\n    client_kwargs={'scope': '",
        SCOPES,
        "', 'code_challenge_method': 'S256'},\n)",
    ]
    .concat()
}
