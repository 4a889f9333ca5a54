//! An application is registered with the portal, as its keepers do it.

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use super::application::Application;
use crate::{
    connection::Connection,
    requests::{self, SignIn},
};

/// 內政部消防署, which the demo has.
const OWNER: &str = "2.16.886.101.20003.20001.20003";

/// Who registers which application.
#[derive(Args)]
pub(crate) struct Registration {
    #[command(flatten)]
    administrator: SignIn,
    /// The code of an application that is there
    #[arg(long)]
    application: String,
    #[arg(long)]
    redirect_uri: String,
}

impl Registration {
    /// Prints the client's secret.
    pub(crate) async fn run(&self) -> Result<()> {
        let (mut connection, cookie) = self.administrator.first().await?;
        let keeper = Keeper {
            port: self.administrator.port,
            cookie,
        };
        let registered = keeper
            .register(&mut connection, &self.application, &self.redirect_uri, None)
            .await?;
        println!("secret {}", registered.secret);
        Ok(())
    }
}

/// An administrator of the portal.
pub(super) struct Keeper {
    pub(super) port: u16,
    pub(super) cookie: String,
}

impl Keeper {
    /// A new application at this address, which lets everybody in.
    pub(super) async fn open(&self, connection: &mut Connection, code: &str, address: &str) -> Result<()> {
        let application = json!({
            "code": code, "name_zh": "測試", "name_en": "", "description_zh": "測試", "description_en": "", "glyph": "測",
            "notice_zh": "", "notice_en": "", "launch_url": address, "owner_agency": OWNER, "state": "open", "contact": "02-8195-9119", "position": 90,
        });
        self.post(connection, "/api/v1/managed-applications", &application)
            .await?;
        Ok(())
    }

    /// An application's client, which hears of ends at this address.
    pub(super) async fn register(
        &self,
        connection: &mut Connection,
        code: &str,
        redirect_uri: &str,
        backchannel: Option<&str>,
    ) -> Result<Application> {
        let client = json!({
            "redirect_uris": [redirect_uri], "post_logout_redirect_uris": [], "backchannel_logout_uri": backchannel,
            "initiate_login_uri": null, "authentication": "client_secret", "jwks": null, "signing_algorithm": "ES256",
            "subject_type": "public", "refresh_tokens": true, "extends_session": false, "reads_directory": false,
            "pushed_requests_only": false,
        });
        let path = format!("/api/v1/managed-applications/{code}/client");
        let registered = self.post(connection, &path, &client).await?;
        Ok(Application {
            port: self.port,
            client_id: code.to_owned(),
            secret: registered["client_secret"]
                .as_str()
                .context("no secret came")?
                .to_owned(),
            redirect_uri: redirect_uri.to_owned(),
        })
    }

    async fn post(&self, connection: &mut Connection, path: &str, body: &Value) -> Result<Value> {
        let request = requests::post(self.port, path, &self.cookie, &body.to_string());
        Ok(serde_json::from_slice(
            connection.ask(&request).await?.check()?.body,
        )?)
    }
}
