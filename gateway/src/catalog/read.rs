//! Reading an account: listed, then what is new or other described, then tags.
//!
//! Enters: a session of the stored credential, what was known before. Leaves: a snapshot. Never here: a part of an account taken for
//! all of it; a table whose tags were refused taken for one without.

use access::catalog::live::{OddRow, RoutineKind, Snapshot, Survey, parts_of};
use futures::{StreamExt as _, TryStreamExt as _};

use super::questions::{self, Which};
use crate::limits::{CATALOG_AT_ONCE, CATALOG_BATCH, CATALOG_TABLES_MAX};
use crate::upstream::own::{AskError, Question, Row, ask};
use crate::upstream::session::Upstream;

/// Why an account is not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A question has no answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A row is not what was asked for.
    #[error(transparent)]
    Odd(#[from] OddRow),
    /// More tables than are taken.
    #[error(
        "there are more than {CATALOG_TABLES_MAX} tables and views: read fewer databases over this connection"
    )]
    TooMany,
    /// It took too long.
    #[error("the account did not answer in time")]
    Late,
}

/// What is to be read.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Databases, as stored.
    pub databases: Vec<String>,
    /// Whether the account has tags.
    pub tags: bool,
}

/// Reads everything that is wanted; what is defined as in `before` is not described again.
pub(super) async fn whole(
    upstream: Upstream<'_>,
    wanted: &Wanted,
    before: Snapshot,
) -> Result<Snapshot, ReadError> {
    let mut survey = Survey::new(before, false);
    for database in &wanted.databases {
        describe(upstream, &mut survey, database, Which::All).await?;
        routines(upstream, &mut survey, database).await?;
    }
    survey.described();
    if wanted.tags {
        classified(upstream, &mut survey, &wanted.databases).await?;
    }
    rest(upstream, wanted, survey).await
}

/// Functions and procedures. Nothing is decided by their texts, so an account that does not show them is read all the same.
async fn routines(
    upstream: Upstream<'_>,
    survey: &mut Survey,
    database: &str,
) -> Result<(), ReadError> {
    for (kind, question) in [
        (RoutineKind::Function, questions::functions(database)),
        (RoutineKind::Procedure, questions::procedures(database)),
    ] {
        for row in shown(upstream, &question).await?.unwrap_or_default() {
            survey.routine(kind, database, &row)?;
        }
    }
    Ok(())
}

/// What the account's classification found. Where it is not granted, what was known stays: it only ever adds.
async fn classified(
    upstream: Upstream<'_>,
    survey: &mut Survey,
    databases: &[String],
) -> Result<(), ReadError> {
    let Some(rows) = shown(upstream, &questions::classified(databases)).await? else {
        return Ok(());
    };
    survey.classified_anew();
    for row in rows {
        survey.classified(&row)?;
    }
    Ok(())
}

/// The rows; none where Snowflake refuses to show them.
async fn shown(upstream: Upstream<'_>, question: &Question) -> Result<Option<Vec<Row>>, ReadError> {
    match ask(upstream, question).await {
        Ok(rows) => Ok(Some(rows)),
        Err(error) if error.is_refusal() => {
            tracing::debug!(%error, "a part of an account is not shown");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads these tables again, and leaves the others as they are in `before`. Tables of other databases are not there.
pub(super) async fn some(
    upstream: Upstream<'_>,
    wanted: &Wanted,
    before: &Snapshot,
    tables: &[String],
) -> Result<Snapshot, ReadError> {
    let mut survey = Survey::new(Snapshot::default(), true);
    for database in &wanted.databases {
        let inside: Vec<[String; 2]> = tables
            .iter()
            .filter_map(|table| <[String; 3]>::try_from(parts_of(table, 3)?).ok())
            .filter(|[of, ..]| of == database)
            .map(|[_, schema, name]| [schema, name])
            .collect();
        if inside.is_empty() {
            continue;
        }
        describe(upstream, &mut survey, database, Which::These(&inside)).await?;
    }
    let read = rest(upstream, wanted, survey).await?;
    Ok(before.with(tables, read))
}

/// Lists tables and views of a database, then columns where the survey does not know them yet.
async fn describe(
    upstream: Upstream<'_>,
    survey: &mut Survey,
    database: &str,
    which: Which<'_>,
) -> Result<(), ReadError> {
    for row in ask(upstream, &questions::tables(database, which)).await? {
        survey.table(database, &row)?;
    }
    for row in ask(upstream, &questions::views(database, which)).await? {
        survey.view(database, &row)?;
    }
    if survey.len() > CATALOG_TABLES_MAX {
        return Err(ReadError::TooMany);
    }
    for schema in survey.schemas_to_describe(database) {
        let question = questions::columns(database, &schema, which);
        for row in ask(upstream, &question).await? {
            survey.column(database, &row)?;
        }
    }
    Ok(())
}

/// Definitions that no list shows, and tags.
async fn rest(
    upstream: Upstream<'_>,
    wanted: &Wanted,
    mut survey: Survey,
) -> Result<Snapshot, ReadError> {
    let undefined = survey.to_define();
    let mut asked = Vec::new();
    for views in undefined.chunks(CATALOG_BATCH) {
        asked.push(split(upstream, views, questions::definitions));
    }
    let answers: Vec<_> = futures::stream::iter(asked)
        .buffered(CATALOG_AT_ONCE)
        .try_collect()
        .await?;
    for (views, rows) in answers.into_iter().flatten() {
        for row in rows.unwrap_or_default() {
            let at = row.first().cloned().flatten();
            let at = at.and_then(|at| at.parse::<usize>().ok());
            let view = at.and_then(|at| views.get(at)).ok_or(OddRow("GET_DDL"))?;
            survey.define(&view.0, row.get(1).cloned().flatten());
        }
    }
    let listed = survey.described();
    if !wanted.tags {
        survey.tags_known(&listed);
        return Ok(survey.finish());
    }
    let mut asked = Vec::new();
    for tables in listed.chunks(CATALOG_BATCH) {
        asked.push(split(upstream, tables, questions::tags));
    }
    let mut answers = futures::stream::iter(asked).buffered(CATALOG_AT_ONCE);
    while let Some(answered) = answers.next().await {
        for (tables, rows) in answered? {
            // One that may not be asked about stays unknown.
            let Some(rows) = rows else { continue };
            survey.tags_known(tables);
            for row in rows {
                survey.tag(tables, &row)?;
            }
        }
    }
    Ok(survey.finish())
}

/// A stretch of what was asked about, and its rows; none where Snowflake refused to speak of the one thing in it.
type Stretch<'t, T> = (&'t [T], Option<Vec<Row>>);

/// Asks about all of `things` at once; where that is refused, about halves of them: one that is gone, or hidden, hides no other.
async fn split<'t, T>(
    upstream: Upstream<'_>,
    things: &'t [T],
    question: impl Fn(&[T]) -> Question,
) -> Result<Vec<Stretch<'t, T>>, ReadError> {
    let (mut open, mut answered) = (vec![things], Vec::new());
    while let Some(some) = open.pop() {
        match ask(upstream, &question(some)).await {
            Ok(rows) => answered.push((some, Some(rows))),
            Err(error) if !error.is_refusal() => return Err(error.into()),
            Err(error) if some.len() < 2 => {
                tracing::debug!(%error, "one thing of an account may not be read");
                answered.push((some, None));
            }
            Err(_) => {
                let (one, other) = some.split_at(some.len() / 2);
                open.extend([one, other]);
            }
        }
    }
    Ok(answered)
}
