//! Logs for people or for machines, and metrics for Prometheus.

use std::{io::IsTerminal, sync::OnceLock, thread, time::Duration};

use axum::{Router, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::Setting;

/// How often what histograms have gathered is summed up. Until then each request holds a few bytes, for ever where
/// nobody asks for `/metrics`.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// The form of the log on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogForm {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

impl Setting for LogForm {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            _ => Err("takes human or json".to_owned()),
        }
    }
}

/// Starts the log. `filter` has `tracing`'s syntax, such as `info,portal=debug`.
pub fn log(form: LogForm, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("the log filter: {error}"))?;
    let registry = tracing_subscriber::registry().with(filter);
    // Colours are for eyes; in a file they are noise.
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match form {
        LogForm::Human => registry.with(lines.with_target(false)).try_init(),
        LogForm::Json => registry
            .with(lines.json().flatten_event(true).with_current_span(true))
            .try_init(),
    }
    .map_err(|error| error.to_string())
}

/// The process' metrics; the first call installs them.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(
                Matcher::Full("http_request_duration_seconds".to_owned()),
                &[
                    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
                ],
            )
            .unwrap_or_else(|_| PrometheusBuilder::new())
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; /metrics stays empty");
        }
        sum_up_regularly(handle.clone());
        handle
    })
}

fn sum_up_regularly(handle: PrometheusHandle) {
    let thread = thread::Builder::new().name("metrics".to_owned()).spawn(move || {
        loop {
            thread::sleep(SUM_UP_EVERY);
            handle.run_upkeep();
        }
    });
    if let Err(error) = thread {
        tracing::warn!(%error, "metrics take memory until somebody asks for them");
    }
}

/// `GET /metrics`, for a listener of its own that only the monitoring reaches.
pub fn metrics_router() -> Router {
    Router::new().route(
        "/metrics",
        get(|| async {
            let handle = metrics();
            handle.run_upkeep();
            ([("content-type", "text/plain; version=0.0.4")], handle.render())
        }),
    )
}
