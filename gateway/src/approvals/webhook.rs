//! Telling people where they are: a signed message when a statement is held, and one for what became of it.
//!
//! Enters: what this gateway's own events made of holds, as its fold sees them. Leaves: POSTs to the configured receivers. Never here:
//! authority (an answer takes a sign-in, at the console or the API), a statement that waits for a receiver, an original text or bind.
//!
//! Who sends: the gateway whose event made the change in the journal's order, so each change is told once, whoever races. The id of a
//! message (`webhook-id`) is derived from that event and stays the same when it is sent again, so receivers can drop repeats. A gateway
//! that dies between its event and the delivery does not tell of it: the hold itself, and the list of holds, do not depend on messages.

mod config;
mod message;
mod send;
mod slack;
mod teams;

use std::sync::Arc;
use std::time::Duration;

use journal::clock::Clock;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

pub use config::{ApprovalsConfig, Format, Occasion, WebhookConfig, WebhookError};
pub use message::Message;

use crate::control::state::Phase;
use crate::control::{Changed, Control, Notice};
use crate::limits::{WEBHOOK_QUEUE_MAX, WEBHOOK_SETTLES};
use crate::time::between;
use event::payload::ScopeKind;
use send::Receiver;

/// The receivers, ready to be told.
pub struct Webhooks {
    receivers: Vec<Receiver>,
    console: Option<Url>,
}

impl Webhooks {
    /// Reads the secrets that `configs` name; `console` is where people answer.
    pub fn new(
        configs: impl IntoIterator<Item = WebhookConfig>,
        console: Option<Url>,
    ) -> Result<Self, WebhookError> {
        let receivers = configs.into_iter().map(Receiver::new);
        Ok(Self {
            receivers: receivers.collect::<Result<_, _>>()?,
            console,
        })
    }

    /// Tells of what happens from now on, until `stop`.
    pub(crate) fn run(
        self,
        control: &Control,
        clock: &Arc<dyn Clock>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) {
        if self.receivers.is_empty() {
            return;
        }
        let mut notices = control.notices();
        let mut queues = Vec::new();
        for receiver in self.receivers {
            let (queue, told) = mpsc::channel(WEBHOOK_QUEUE_MAX);
            queues.push(queue);
            let (clock, stop) = (Arc::clone(clock), stop.clone());
            tasks.spawn(async move {
                stop.run_until_cancelled(deliver(receiver, told, clock))
                    .await;
            });
        }
        let (control, console, stop) = (control.clone(), self.console, stop.clone());
        let telling = async move {
            while let Some((_, notice)) = notices.recv().await {
                let Some(told) = tell(&control, notice, console.as_ref()).await else {
                    continue;
                };
                for queue in &queues {
                    if queue.try_send(told.clone()).is_err() {
                        tracing::warn!(
                            id = told.message.id,
                            "a webhook's receiver is so far behind that a message was dropped"
                        );
                    }
                }
            }
        };
        tasks.spawn(async move {
            stop.run_until_cancelled(telling).await;
        });
    }
}

/// A message with what it is about.
#[derive(Clone)]
struct Told {
    occasion: Occasion,
    message: Arc<Message>,
}

/// The message of a notice; none where nobody need hear of it.
async fn tell(control: &Control, notice: Notice, console: Option<&Url>) -> Option<Told> {
    if notice.changed == Changed::Held {
        // What an earlier yes covers is granted right away, and concerns nobody.
        let age = Duration::from_nanos(between(notice.time, control.clock().now()));
        tokio::time::sleep(WEBHOOK_SETTLES.saturating_sub(age)).await;
    }
    let (hold, grant) = control.with_state(|state| {
        let hold = state.hold(notice.statement).cloned();
        (hold, state.grant_of(notice.statement).cloned())
    });
    let hold = hold?;
    let rests = hold.votes.first().and_then(|vote| vote.scope.as_ref());
    let rests = rests.is_some_and(|scope| scope.under.is_some());
    let glass = grant
        .as_ref()
        .is_some_and(|grant| grant.scope.kind == ScopeKind::BreakGlass);
    let occasion = match notice.changed {
        Changed::Held | Changed::Granted if rests => return None,
        Changed::Held => Occasion::Held,
        Changed::Granted if glass => Occasion::BreakGlass,
        Changed::Granted => Occasion::Granted,
        Changed::Ended => match hold.phase {
            Phase::Denied { .. } => Occasion::Denied,
            Phase::Expired => Occasion::Expired,
            Phase::Canceled { .. } => Occasion::Canceled,
            Phase::Pending | Phase::Granted | Phase::Claimed(_) => return None,
        },
        Changed::Ran => Occasion::Ran,
    };
    // The seal may be gone by now: the message then says what the hold itself says.
    let held = control.open_held(&notice.sealed).ok();
    let id = format!("firn_{}_{}", notice.event.uuid(), occasion.as_str());
    let of = (held.as_ref(), grant.as_ref());
    let message = Message::of((id, occasion, notice.time), &hold, of, console);
    Some(Told {
        occasion,
        message: Arc::new(message),
    })
}

async fn deliver(receiver: Receiver, mut told: mpsc::Receiver<Told>, clock: Arc<dyn Clock>) {
    while let Some(Told { occasion, message }) = told.recv().await {
        if !receiver.config.wants(occasion) {
            continue;
        }
        let body = body(receiver.config.format, &message, occasion);
        match receiver.send(&message.id, &body, || clock.now()).await {
            Ok(tries) => tracing::debug!(id = message.id, tries, "told a webhook's receiver"),
            Err(error) => {
                tracing::warn!(id = message.id, %error, "a webhook's receiver does not take a message; it is dropped");
            }
        }
    }
}

/// The body of a message in a format.
pub fn body(format: Format, message: &Message, occasion: Occasion) -> Vec<u8> {
    let body = match format {
        Format::Slack => slack::body(message, occasion),
        Format::Teams => teams::body(message, occasion),
        Format::Json => serde_json::to_value(message).unwrap_or_default(),
    };
    body.to_string().into_bytes()
}

#[cfg(test)]
mod tests;
