//! The sites: their settings, and what a person is told about them.

use std::path::PathBuf;

use anyhow::Result;

use super::ports::Ports;
use super::{built, secret};
use crate::external::External;
use crate::server::Server;
use crate::workspace;

/// The file of the portal's database.
const PORTAL_DATABASE: &str = "portal.db";
/// The file of MyEGov's.
const MYEGOV_DATABASE: &str = "myegov.db";
const CLIENT_ID: &str = "emic-portal";
/// The applications that the portal starts: kind, `client_id`, and what it is called.
const SAMPLES: [(&str, &str, &str); 2] = [
    ("response", "emic", "the sample EMIC response service"),
    ("messages", "messages", "the sample message platform"),
];

/// All sites on this machine.
pub(crate) struct Sites {
    ports: Ports,
    data: PathBuf,
    client_secret: String,
    samples_secret: String,
    portal: PathBuf,
    myegov: PathBuf,
    sample: PathBuf,
}

impl Sites {
    /// Fails when a program was not built.
    pub(crate) fn new(ports: Ports, data: PathBuf, profile: &str) -> Result<Self> {
        Ok(Self {
            ports,
            client_secret: secret::kept_in(&data.join("egov-client-secret"))?,
            samples_secret: secret::kept_in(&data.join("samples-client-secret"))?,
            data,
            portal: built(profile, "emic-portal")?,
            myegov: built(profile, "myegov")?,
            sample: built(profile, "sample-application")?,
        })
    }

    /// Starts them, each after those that it talks to, in the order in which they are returned.
    pub(crate) fn start(&self) -> Result<Vec<Server>> {
        let log = |name: &str| self.data.join("logs").join(name);
        self.import_agencies()?;
        let myegov = Server::start("the MyEGov stand-in", self.myegov(&["serve"]), &log("myegov.log"))?;
        let portal = Server::start("the portal", self.portal(&["serve"]), &log("portal.log"))?;
        let mut servers = vec![myegov, portal];
        for (kind, client_id, name) in SAMPLES {
            let log = log(&format!("{kind}.log"));
            servers.push(Server::start(name, self.sample(kind, client_id, name), &log)?);
        }
        Ok(servers)
    }

    /// The ports of the servers, in the order in which they are started.
    pub(crate) fn ports(&self) -> [u16; 4] {
        let Ports {
            portal,
            myegov,
            response,
            messages,
            ..
        } = self.ports;
        [myegov, portal, response, messages]
    }

    /// Fills new databases with the public register of agencies.
    fn import_agencies(&self) -> Result<()> {
        let import = ["agencies", "import"];
        for (database, site) in [
            (MYEGOV_DATABASE, self.myegov(&import)),
            (PORTAL_DATABASE, self.portal(&import)),
        ] {
            if !self.data.join(database).exists() {
                println!("agencies: importing the public register of 2014 into {database}");
                site.args([workspace::path("backend/portal/demo/agencies-gds.csv")])
                    .run()?;
            }
        }
        Ok(())
    }

    fn portal(&self, args: &[&str]) -> External {
        let Ports { portal, metrics, .. } = self.ports;
        External::new(&self.portal, "the portal")
            .args(args)
            .env("EMIC_LISTEN", format!("127.0.0.1:{portal}"))
            .env("EMIC_PUBLIC_URL", self.portal_url())
            // `trunk serve` passes a developer's calls on from here (Trunk.toml).
            .env("EMIC_FURTHER_ORIGINS", "http://localhost:8090")
            .env("EMIC_DATABASE_URL", self.database(PORTAL_DATABASE))
            .env("EMIC_EGOV_ISSUER", self.myegov_url())
            .env("EMIC_EGOV_JOIN_URL", format!("{}/join", self.myegov_url()))
            .env("EMIC_EGOV_MEMBER_URL", format!("{}/profile", self.myegov_url()))
            .env("EMIC_EGOV_CLIENT_ID", CLIENT_ID)
            .env("EMIC_EGOV_CLIENT_SECRET", &self.client_secret)
            .env("EMIC_DEMO", "1")
            .env("EMIC_DEMO_RESPONSE_URL", self.sample_url("response"))
            .env("EMIC_DEMO_MESSAGES_URL", self.sample_url("messages"))
            .env("EMIC_DEMO_CLIENT_SECRET", &self.samples_secret)
            .env("EMIC_METRICS_LISTEN", format!("127.0.0.1:{metrics}"))
            .env("EMIC_MAIL_FOLDER", self.data.join("mail"))
            .env("EMIC_DOWNLOADS", self.data.join("downloads"))
    }

    fn myegov(&self, args: &[&str]) -> External {
        let portal = self.portal_url();
        External::new(&self.myegov, "the MyEGov stand-in")
            .args(args)
            .env("MYEGOV_LISTEN", format!("127.0.0.1:{}", self.ports.myegov))
            .env("MYEGOV_PUBLIC_URL", self.myegov_url())
            .env("MYEGOV_DATABASE_URL", self.database(MYEGOV_DATABASE))
            .env("MYEGOV_CLIENT_ID", CLIENT_ID)
            .env("MYEGOV_CLIENT_SECRET", &self.client_secret)
            .env(
                "MYEGOV_CLIENT_REDIRECT_URIS",
                format!("{portal}/auth/egov/callback"),
            )
            .env(
                "MYEGOV_CLIENT_POST_LOGOUT_REDIRECT_URIS",
                format!("{portal}/login"),
            )
            .env(
                "MYEGOV_CLIENT_BACKCHANNEL_LOGOUT_URI",
                format!("{portal}/auth/egov/backchannel-logout"),
            )
            .env("MYEGOV_CLIENT_EVENTS_URI", format!("{portal}/auth/egov/events"))
            .env("MYEGOV_DEMO", "1")
            .env("MYEGOV_MAIL_FOLDER", self.data.join("myegov-mail"))
    }

    fn sample(&self, kind: &str, client_id: &str, name: &str) -> External {
        let port = self.sample_port(kind);
        External::new(&self.sample, name)
            .env("SAMPLE_KIND", kind)
            .env("SAMPLE_LISTEN", format!("127.0.0.1:{port}"))
            .env("SAMPLE_PUBLIC_URL", self.sample_url(kind))
            .env("SAMPLE_DATABASE_URL", self.database(&format!("{kind}.db")))
            .env("SAMPLE_ISSUER", self.portal_url())
            .env("SAMPLE_CLIENT_ID", client_id)
            .env("SAMPLE_CLIENT_SECRET", &self.samples_secret)
            .env("SAMPLE_MAIL_FOLDER", self.data.join("messages-mail"))
    }

    fn sample_port(&self, kind: &str) -> u16 {
        if kind == "response" {
            self.ports.response
        } else {
            self.ports.messages
        }
    }

    fn sample_url(&self, kind: &str) -> String {
        format!("http://localhost:{}", self.sample_port(kind))
    }

    fn portal_url(&self) -> String {
        format!("http://localhost:{}", self.ports.portal)
    }

    fn myegov_url(&self) -> String {
        format!("http://localhost:{}", self.ports.myegov)
    }

    fn database(&self, file: &str) -> String {
        format!("sqlite://{}?mode=rwc", self.data.join(file).display())
    }

    /// The addresses and who can sign in.
    pub(crate) fn tell(&self, servers: &[Server]) {
        println!("\n  Portal            {}", self.portal_url());
        println!("  MyEGov stand-in   {}", self.myegov_url());
        println!("  EMIC 應變服務      {}", self.sample_url("response"));
        println!("  訊息服務發送平台   {}", self.sample_url("messages"));
        for (site, command) in [
            ("EMIC", self.portal(&["demo-accounts"])),
            ("MyEGov", self.myegov(&["demo-accounts"])),
        ] {
            println!("\n  {site}: demo accounts");
            match command.run_quietly() {
                Ok(accounts) => accounts.lines().for_each(|line| println!("    {line}")),
                Err(error) => println!("    cannot be shown: {error:#}"),
            }
        }
        println!("\n  Data: {}", self.data.display());
        println!("  Mail: {} (.eml files)", self.data.join("mail").display());
        println!("        {}/mailbox (MyEGov's)", self.myegov_url());
        for server in servers {
            println!("  Log:  {}", server.log().display());
        }
        println!("\nCtrl-C stops them.");
    }
}
