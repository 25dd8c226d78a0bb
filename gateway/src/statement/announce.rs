//! What other gateways must know of a statement that runs here: its results and their plans, and where its session stands.
//!
//! Enters: a statement that was decided on, what Snowflake said of it. Leaves: announcements, durable before the driver hears of
//! what they are about. Never here: a result that another gateway would serve under another plan.

use access::MaskPlan;
use uuid::Uuid;

use super::decide::Decided;
use super::upstream_id;
use crate::about::About;
use crate::control::{AnnouncedResult, Control, ControlError, KnownQuery, Standing};
use crate::crosscheck::Expected;
use crate::failure::Failure;
use crate::limits::PLACE_TRIES_MAX;
use crate::session::Session;
use crate::shared::Shared;
use crate::views::Views;

/// The statement ended without a query id: nobody need wait for its result.
pub(super) async fn over(views: &Views, control: &Control, session: &Session, decided: &Decided) {
    tell(views, control, session, decided, Uuid::nil()).await;
}

/// The statement runs here, and its result will go by this id.
pub(super) async fn tell(
    views: &Views,
    control: &Control,
    session: &Session,
    decided: &Decided,
    id: Uuid,
) {
    let result = AnnouncedResult {
        query_id: id.to_string(),
        result: 0,
        plan: MaskPlan::redact_all(),
        outputs: None,
        expected: Expected::default(),
        request: Some(upstream_id::of(decided)),
    };
    if let Err(error) = say(views, control, session, &decided.about, &[result]).await {
        tracing::warn!(statement = %decided.about.statement, %error, "other gateways do not know of a slow statement");
    }
}

/// Tells every gateway of results of a statement that moves the session no more. Where that stands is as it was said last, also by a
/// gateway that speaks at the same time: an announcement of before must not be the last word.
pub(crate) async fn say(
    views: &Views,
    control: &Control,
    session: &Session,
    about: &About,
    results: &[AnnouncedResult],
) -> Result<(), ControlError> {
    refresh(views, control, session);
    let mut others = control.standing(session.id(), about.statement)?;
    for _ in 0..PLACE_TRIES_MAX {
        let standing = views.standing(session);
        control.announce(about, results, &standing).await?;
        let now = control.standing(session.id(), about.statement)?;
        if now == others {
            break;
        }
        if let Some(said) = now.clone() {
            views.heed(session, said);
        }
        others = now;
    }
    Ok(())
}

/// Whether there is nothing to say of where the session stands.
fn is_as_said(views: &Views, control: &Control, session: &Session, standing: &Standing) -> bool {
    let said = control.last_standing(session.id()).ok().flatten();
    !views.is_adrift(session.id()) && said.is_none_or(|said| said == *standing)
}

/// Takes over where the session stands by the last word of any gateway, unless this one knows better.
pub(crate) fn refresh(views: &Views, control: &Control, session: &Session) {
    match control.last_standing(session.id()) {
        Ok(Some(said)) => views.heed(session, said),
        Ok(None) => {}
        Err(error) => {
            tracing::warn!(session = %session.id(), %error, "what was announced of a session cannot be opened");
        }
    }
}

/// Tells every gateway of these results, and where the session stands.
pub(super) async fn announce(
    shared: &Shared,
    session: &Session,
    decided: &Decided,
    results: &[AnnouncedResult],
) -> Result<(), Failure> {
    let about = &decided.about;
    let (views, control) = (&shared.views, &shared.control);
    let standing = views.standing(session);
    let told = if is_as_said(views, control, session, &standing) {
        say(views, control, session, about, results).await
    } else {
        control.announce(about, results, &standing).await
    };
    views.told(session.id(), told.is_ok());
    match told {
        Ok(()) => Ok(()),
        Err(error) if shared.recorder.is_best_effort(&about.connection) => {
            tracing::warn!(statement = %about.statement, %error, "results are known to this gateway only");
            for result in results {
                shared.queries.add(KnownQuery {
                    about: about.clone(),
                    result: result.clone(),
                });
            }
            Ok(())
        }
        Err(error) => {
            tracing::error!(statement = %about.statement, %error, "results could not be announced");
            let text =
                "the result cannot be recorded now, so it is withheld: run the statement again";
            Err(Failure::unrecorded(about.statement.uuid(), text))
        }
    }
}

/// The running query, and for several statements a name for each of its children to come ([`child_name`]): whichever gateway
/// hears their ids knows their plans by it.
pub(super) fn running(decided: &Decided, query_id: &str) -> Vec<AnnouncedResult> {
    let statements = decided.outcome.decision.plans().len();
    let names: Vec<String> = match statements {
        0 | 1 => Vec::new(),
        several => (0..several).map(|at| child_name(query_id, at)).collect(),
    };
    results_of(decided, query_id, &names)
}

/// What the plan of a child is announced under before Snowflake has given the child its query id.
pub(crate) fn child_name(parent: &str, at: usize) -> String {
    format!("{parent}#{at}")
}

/// The query's own result first, then its children's. If upstream ran another number of statements than the analysis saw, or
/// described another result, all of them are redacted.
pub(super) fn results_of(
    decided: &Decided,
    query_id: &str,
    children: &[String],
) -> Vec<AnnouncedResult> {
    let plans = decided.outcome.decision.plans();
    let outputs = &decided.outcome.analysis.outputs;
    let result = |query_id: &str, at: usize, as_decided: bool| AnnouncedResult {
        query_id: query_id.to_owned(),
        result: u32::try_from(at).unwrap_or(u32::MAX),
        plan: plans
            .get(at)
            .filter(|_| as_decided)
            .cloned()
            .unwrap_or_else(MaskPlan::redact_all),
        outputs: outputs.get(at).filter(|_| as_decided).cloned().flatten(),
        expected: decided.expected(at),
        request: None,
    };
    if children.is_empty() {
        let as_decided = plans.len() == 1 && !decided.belied;
        return vec![result(query_id, 0, as_decided)];
    }
    // The parent's own line says how many statements ran; nothing of a table is in it.
    let mut results = vec![AnnouncedResult {
        query_id: query_id.to_owned(),
        result: u32::try_from(children.len()).unwrap_or(u32::MAX),
        plan: MaskPlan::detect_only(),
        outputs: None,
        expected: Expected::default(),
        request: None,
    }];
    let as_decided = plans.len() == children.len();
    let named = children.iter().enumerate();
    results.extend(named.map(|(at, child)| result(child, at, as_decided)));
    results
}
