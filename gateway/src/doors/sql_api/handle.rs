//! A statement's handle: the statement and its session, sealed.
//!
//! Enters: a session and what was asked in it. Leaves: text for a path, which any gateway opens for the same principal. Never here:
//! a handle that is an authority by itself.

use event::payload::Context;
use event::{Principal, StatementId, TimeNs};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::claims::Claims;
use crate::doors::carried::{pack, unpack};
use crate::limits::HANDLE_BYTES_MAX;
use crate::seal::{KeyRingError, OpenError, Purpose, Sealer};

/// What a handle says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Handle {
    /// The session, its master token with it: nobody else renews it.
    pub claims: Claims,
    /// What is asked for: our id, or the id of one of several statements at Snowflake.
    pub statement: StatementId,
    /// Snowflake's query id, once known.
    pub query_id: Option<String>,
    /// The session is this request's alone.
    pub own: bool,
    /// NULL is `null`.
    pub nullable: bool,
    /// When the statement came.
    pub created: TimeNs,
}

impl Handle {
    /// As the client sees it: the statement's id in front, so that people find it in the record.
    pub fn seal(&self, sealer: &Sealer) -> Result<String, KeyRingError> {
        let sealed = pack(sealer, Purpose::Handle, self)?;
        let text = format!("{}.{sealed}", self.statement);
        if text.len() > HANDLE_BYTES_MAX {
            return Err(KeyRingError::Seal);
        }
        Ok(text)
    }

    /// Reads one back.
    pub fn open(sealer: &Sealer, text: &str) -> Result<Self, OpenError> {
        let (id, sealed) = text.split_once('.').ok_or(OpenError::Malformed)?;
        let handle: Self = unpack(sealer, Purpose::Handle, sealed)?;
        let shown = Uuid::try_parse(id).map_err(|_| OpenError::Malformed)?;
        if handle.statement.uuid() != shown {
            return Err(OpenError::Altered);
        }
        Ok(handle)
    }

    /// The handle of one of the statements of this request.
    pub fn of_child(&self, query_id: &str) -> Self {
        let id = Uuid::try_parse(query_id).unwrap_or_default();
        Self {
            statement: StatementId::from_uuid(id),
            query_id: Some(query_id.to_owned()),
            ..self.clone()
        }
    }
}

/// Whose pooled session serves a request: everything that two statements of one session have in common.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub principal: Principal,
    pub connection: String,
    pub program: (String, String),
    pub context: [Option<String>; 4],
}

impl Place {
    /// Of a principal that wants to stand there.
    pub fn new(
        principal: Principal,
        connection: String,
        program: (String, String),
        context: &Context,
    ) -> Self {
        Self {
            principal,
            connection,
            program,
            context: [
                context.database.clone(),
                context.schema.clone(),
                context.warehouse.clone(),
                context.role.clone(),
            ],
        }
    }

    /// Where it wants to stand.
    pub fn context(&self) -> Context {
        let [database, schema, warehouse, role] = self.context.clone();
        Context {
            database,
            schema,
            warehouse,
            role,
        }
    }
}
