//! One receiver: a message sent, and sent again until it is taken or its time is over.
//!
//! Enters: an id and a body. Leaves: one POST a try, signed anew each time under the same id. Never here: a secret in an error, a
//! redirect that is followed, a statement that waits.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use door::SigningKey;
use event::TimeNs;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use reqwest::Client;
use url::Url;

use super::config::{Format, WebhookConfig, WebhookError, span};
use crate::limits::{WEBHOOK_PAUSE, WEBHOOK_PAUSE_MAX, WEBHOOK_TRIES_MAX};

/// One receiver, ready.
pub(super) struct Receiver {
    pub config: WebhookConfig,
    client: Client,
    url: Url,
    key: Option<SigningKey>,
}

/// What became of one try.
#[derive(Debug, PartialEq, Eq)]
enum Tried {
    Taken,
    Later(String),
    Refused(String),
}

impl Receiver {
    pub fn new(config: WebhookConfig) -> Result<Self, WebhookError> {
        let key = match &config.secret {
            Some(secret) => Some(SigningKey::of(&secret.read()?)?),
            None if config.format == Format::Json => return Err(WebhookError::Unsigned),
            None => None,
        };
        let mut builder = Client::builder()
            .use_preconfigured_tls(config.tls.client()?)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(span(config.timeout))
            .user_agent(concat!("firn/", env!("CARGO_PKG_VERSION")));
        let failed = |error: reqwest::Error| WebhookError::Client(error.to_string());
        builder = match &config.proxy {
            None => builder.no_proxy(),
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone()).map_err(failed)?),
        };
        Ok(Self {
            url: config.address()?,
            client: builder.build().map_err(failed)?,
            key,
            config,
        })
    }

    /// Sends it; how often it was tried, and why in vain.
    pub async fn send(
        &self,
        id: &str,
        body: &[u8],
        now: impl Fn() -> TimeNs,
    ) -> Result<usize, String> {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(WEBHOOK_PAUSE)
            .with_max_delay(WEBHOOK_PAUSE_MAX)
            .with_max_times(WEBHOOK_TRIES_MAX)
            .with_jitter()
            .build();
        let mut tries = 0;
        let mut last = String::new();
        for pause in std::iter::once(Duration::ZERO).chain(pauses) {
            tokio::time::sleep(pause).await;
            tries += 1;
            match self.once(id, body, now()).await {
                Tried::Taken => return Ok(tries),
                Tried::Refused(why) => return Err(why),
                Tried::Later(why) => last = why,
            }
        }
        Err(format!("{last}, {tries} times"))
    }

    async fn once(&self, id: &str, body: &[u8], now: TimeNs) -> Tried {
        let timestamp = now.0.div_euclid(1_000_000_000).to_string();
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp);
        if let Some(key) = &self.key {
            request = request.header("webhook-signature", key.sign(id, &timestamp, body));
        }
        match request.body(body.to_vec()).send().await {
            Ok(answer) => tried(answer.status()),
            Err(error) if error.is_timeout() => {
                Tried::Later("it does not answer in time".to_owned())
            }
            // Without its address, which may be a secret.
            Err(error) => Tried::Later(format!("it cannot be reached: {}", cause(&error))),
        }
    }
}

fn tried(status: StatusCode) -> Tried {
    match status {
        status if status.is_success() => Tried::Taken,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            Tried::Later(format!("it answers {status}"))
        }
        status if status.is_client_error() => Tried::Refused(format!("it answers {status}")),
        status => Tried::Later(format!("it answers {status}")),
    }
}

fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
