//! The words of an analysis: of which kind a statement is, and what was found in it.
//!
//! Enters: words, as recorded. Leaves: the words this build knows as variants. Never here: what a word entitles to.

use crate::text_enum::open_text_enum;

open_text_enum!(
    /// Of which kind a statement is.
    StatementKind {
        /// A query.
        Select = "select",
        /// Rows are added.
        Insert = "insert",
        /// Rows are changed.
        Update = "update",
        /// Rows go.
        Delete = "delete",
        /// Rows are added, changed or go.
        Merge = "merge",
        /// All rows go.
        Truncate = "truncate",
        /// A comment on an object.
        Comment = "comment",
        /// An object goes.
        Drop = "drop",
        /// An object comes back.
        Undrop = "undrop",
        /// A stage's files become rows.
        CopyIntoTable = "copy_into_table",
        /// Rows become files of a stage or of a bucket.
        CopyIntoLocation = "copy_into_location",
        /// Files go from stage to stage.
        CopyFiles = "copy_files",
        /// Files of the client go to a stage.
        Put = "put",
        /// Files of a stage go to the client.
        Get = "get",
        /// A stage's files are listed.
        List = "list",
        /// A stage's files go.
        Remove = "remove",
        /// A procedure runs.
        Call = "call",
        /// The session moves: role, warehouse, database, schema.
        Use = "use",
        /// Objects are listed.
        Show = "show",
        /// An object, or a result, is described.
        Describe = "describe",
        /// How a statement would run.
        Explain = "explain",
        /// Session variables are set.
        Set = "set",
        /// Session variables go.
        Unset = "unset",
        /// Parameters of the session change.
        AlterSession = "alter_session",
        /// A transaction begins.
        Begin = "begin",
        /// A transaction is kept.
        Commit = "commit",
        /// A transaction is taken back.
        Rollback = "rollback",
        /// What else there is of transactions.
        Transaction = "transaction",
        /// Somebody may do more.
        Grant = "grant",
        /// Somebody may do less.
        Revoke = "revoke",
        /// SQL from a text.
        ExecuteImmediate = "execute_immediate",
        /// A block of Snowflake Scripting.
        Script = "script",
        /// No statement at all.
        Empty = "empty",
        /// Nobody could read it.
        Unclassified = "unclassified",
    }
    and {
        /// An object is made: `create_table`, `create_table_as`, `create_view`.
        Create(create) = "create_",
        /// An object changes: `alter_table`.
        Alter(alter) = "alter_",
        /// What an account keeps runs: `execute_task`.
        Execute(execute) = "execute_",
    }
);

open_text_enum!(
    /// What an analysis found in a statement.
    Finding {
        /// Other readers may take the text for another statement.
        AmbiguousText = "ambiguous_text",
        /// Not all of its binds are in the record.
        BindsCut = "binds_cut",
        /// Every row of one table meets every row of another.
        Cartesian = "cartesian",
        /// It reads what changed of a table.
        ChangeTracking = "change_tracking",
        /// A copy of an object as it is.
        Clone = "clone",
        /// It may be dear.
        Cost = "cost",
        /// How many values a sensitive column has shows.
        CountSensitive = "count_sensitive",
        /// It changes rows.
        DataWrite = "data_write",
        /// It makes or changes objects.
        Ddl = "ddl",
        /// It shows how something is defined.
        Definition = "definition",
        /// An output is made of a sensitive column.
        DerivedSensitive = "derived_sensitive",
        /// Something goes that does not come back by itself.
        Destructive = "destructive",
        /// It runs SQL from a text.
        DynamicSql = "dynamic_sql",
        /// Data leaves.
        Egress = "egress",
        /// Whether it fails tells something of a sensitive value.
        ErrorChannel = "error_channel",
        /// It calls a function outside Snowflake.
        ExternalFunction = "external_function",
        /// It names a bucket or URL.
        ExternalLocation = "external_location",
        /// Statements tied by `->>`.
        FlowOperator = "flow_operator",
        /// Rows made from nothing.
        Generator = "generator",
        /// It groups by a sensitive column.
        GroupBySensitive = "group_by_sensitive",
        /// `IDENTIFIER()`: a name from a value.
        IdentifierFn = "identifier_fn",
        /// Data comes in.
        Ingress = "ingress",
        /// It joins by a sensitive column, to one of its class.
        JoinOnSensitive = "join_on_sensitive",
        /// It gives values to a language model.
        LlmFunction = "llm_function",
        /// It shows names and statistics of the catalog.
        Metadata = "metadata",
        /// Several statements.
        MultiStatement = "multi_statement",
        /// Values become names of columns.
        NamedByData = "named_by_data",
        /// Which objects it names, or what code it runs, rests on what a session variable was last known to hold.
        NamedByVariable = "named_by_variable",
        /// Which values of a sensitive column are NULL shows.
        NullTest = "null_test",
        /// What runs cannot be read.
        OpaqueCode = "opaque_code",
        /// It orders by a sensitive column.
        OrderBySensitive = "order_by_sensitive",
        /// Sensitive values are written elsewhere.
        PersistSensitive = "persist_sensitive",
        /// Rows become columns, or columns rows.
        Pivot = "pivot",
        /// What guards data may stop guarding it.
        PolicyEvasion = "policy_evasion",
        /// A condition on a sensitive column.
        PredicateOnSensitive = "predicate_on_sensitive",
        /// Who may do what changes.
        Privilege = "privilege",
        /// It calls a procedure.
        ProcedureCall = "procedure_call",
        /// A query from a text.
        QueryOfText = "query_of_text",
        /// It shows texts of others' statements.
        QueryText = "query_text",
        /// A range of a sensitive column.
        RangePredicate = "range_predicate",
        /// A literal that would end elsewhere if it were printed again.
        RenderTrap = "render_trap",
        /// It shows an earlier result.
        ResultScan = "result_scan",
        /// Code that runs later, or on its own.
        ScheduledCode = "scheduled_code",
        /// Snowflake Scripting.
        Scripting = "scripting",
        /// A function that nobody described, or one outside, gets a sensitive value.
        SensitiveArgument = "sensitive_argument",
        /// An output shows a sensitive column.
        SensitiveOutput = "sensitive_output",
        /// The session moves, or changes a parameter.
        SessionChange = "session_change",
        /// A parameter that guards the session.
        SessionGuard = "session_guard",
        /// A session variable.
        SessionVariable = "session_variable",
        /// Data is shared with other accounts.
        Share = "share",
        /// It may be about few rows.
        SmallGroup = "small_group",
        /// It reads files of a stage.
        StageRead = "stage_read",
        /// It calls a function of the system.
        SystemFunction = "system_function",
        /// `TABLE('name')`: a table named by a text.
        TableLiteral = "table_literal",
        /// An object that goes with the session.
        TempObject = "temp_object",
        /// It reads what was.
        TimeTravel = "time_travel",
        /// How long it takes tells something.
        TimingChannel = "timing_channel",
        /// More than is read.
        TooComplex = "too_complex",
        /// Longer than is read.
        TooLong = "too_long",
        /// Nobody could read it.
        Unclassified = "unclassified",
        /// It may change every row.
        UnfilteredWrite = "unfiltered_write",
        /// A function that nobody described.
        UnknownFunction = "unknown_function",
        /// Where its values come from is not known.
        UnknownLineage = "unknown_lineage",
        /// A view of the account that is not listed.
        UnknownMetadata = "unknown_metadata",
        /// A table that the catalog lacks.
        UnknownTable = "unknown_table",
        /// Its tokens could not be told.
        Unreadable = "unreadable",
        /// A column that nothing explains.
        UnresolvedColumn = "unresolved_column",
        /// An output whose sources are not known.
        UnresolvedOutput = "unresolved_output",
        /// `*` of something whose columns are not known.
        UnresolvedStar = "unresolved_star",
        /// A table that nothing explains.
        UnresolvedTable = "unresolved_table",
        /// A view whose text could not be read.
        UnresolvedView = "unresolved_view",
    }
);
