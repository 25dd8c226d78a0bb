//! Held statements and standing grants as lines for people.
//!
//! Enters: what the API answers. Leaves: printed lines, made safe for a terminal. Never here: a request.

use serde_json::Value;

/// Prints each by `lines`, or as JSON; `nothing` where there is none.
pub fn all(list: &[Value], json: bool, nothing: &str, lines: fn(&Value) -> Vec<String>) {
    if list.is_empty() && !json && !nothing.is_empty() {
        say!("{nothing}");
    }
    for one in list {
        if json {
            say!("{one}");
            continue;
        }
        for line in lines(one) {
            say!("{line}");
        }
    }
}

fn said(value: &Value) -> String {
    display::screen::line(value.as_str().unwrap_or("-")).into_owned()
}

fn needs(one: &Value) -> String {
    let quorum = one["quorum"].as_array().into_iter().flatten();
    let needs = quorum.map(|need| format!("{} of {}", need["needed"], said(&need["group"])));
    needs.collect::<Vec<_>>().join(", ")
}

/// One that waits.
pub fn waiting(one: &Value) -> Vec<String> {
    let age_s = one["age_ns"].as_u64().unwrap_or(0) / 1_000_000_000;
    let id = said(&one["statement_id"]);
    let mut lines = vec![
        format!("{id}  waits {age_s} s"),
        format!(
            "  who    {} ({})",
            said(&one["requester"]["display"]),
            said(&one["connection"])
        ),
        format!("  what   {}", said(&one["text"])),
    ];
    let reasons = one["reasons"].as_array().into_iter().flatten();
    lines.extend(reasons.map(|reason| format!("  why    {}", said(reason))));
    lines.extend(touches(&one["touches"]));
    lines.extend(estimate(&one["estimate"]));
    lines.push(format!("  needs  {}", needs(one)));
    lines.push(format!("  answer firn approvals grant {id} --note '…'"));
    lines
}

/// What it reads and writes, and where each output column comes from with what shows of it.
fn touches(touches: &Value) -> Vec<String> {
    let names = |list: &Value| {
        let list = list.as_array().into_iter().flatten();
        list.map(said).collect::<Vec<_>>().join(", ")
    };
    let mut lines = Vec::new();
    for (word, list) in [
        ("reads ", "reads"),
        ("writes", "writes"),
        ("found ", "flags"),
    ] {
        let names = names(&touches[list]);
        if !names.is_empty() {
            lines.push(format!("  {word} {names}"));
        }
    }
    let outputs = touches["outputs"].as_array().into_iter().flatten();
    lines.extend(outputs.map(|one| {
        let mut from: Vec<String> = Vec::new();
        from.extend(Some(names(&one["sources"])).filter(|names| !names.is_empty()));
        if one["sources_more"].is_u64() {
            from.push("others".to_owned());
        }
        if one["unresolved"].as_bool().unwrap_or(false) {
            from.push("columns nobody knows".to_owned());
        }
        if from.is_empty() {
            from.push("no column".to_owned());
        }
        let from = from.join(", ");
        let name = one["name"].as_str().unwrap_or("every column");
        let by = one["rule"]
            .as_str()
            .map_or_else(String::new, |rule| format!(" by {rule}"));
        let shown = said(&one["shown"]);
        let line = format!("{name} from {from}: {shown}{by}");
        format!("  shows  {}", display::screen::line(&line))
    }));
    if let Some(more) = touches["outputs_more"].as_u64() {
        lines.push(format!("  shows  and {more} more columns"));
    }
    lines
}

/// How much it would read, as Snowflake's EXPLAIN says, or why that is not known; nothing until a gateway says it.
fn estimate(estimate: &Value) -> Option<String> {
    if let Some(unknown) = estimate["unknown"].as_str() {
        return Some(format!("  size   {}", display::screen::line(unknown)));
    }
    let number = |name: &str| estimate[name].as_u64();
    let partitions = match (number("partitions"), number("partitions_total")) {
        (Some(read), Some(all)) => Some(format!("{read} of {all} partitions")),
        (Some(read), None) => Some(format!("{read} partitions")),
        (None, Some(all)) => Some(format!("tables of {all} partitions")),
        (None, None) => None,
    };
    let bytes = number("bytes").map(|bytes| format!("{bytes} bytes"));
    let parts: Vec<String> = bytes.into_iter().chain(partitions).collect();
    let read = parts.join(", ");
    (!read.is_empty()).then(|| format!("  size   reads at most {read}, as EXPLAIN estimates"))
}

/// What was answered before on the same tables.
fn alike(one: &Value) -> String {
    let people = |list: &Value| {
        let list = list.as_array().into_iter().flatten();
        list.map(said).collect::<Vec<_>>()
    };
    let by = [people(&one["approvers"]), people(&one["deniers"])].concat();
    format!(
        "  before {} {} for {}, by {}: {}",
        said(&one["time"]),
        said(&one["approval"]),
        said(&one["requester"]["display"]),
        by.join(", "),
        said(&one["text"]),
    )
}

/// One that was asked about, answered or not.
pub fn standing(one: &Value) -> Vec<String> {
    let ran = if one["ran"].as_bool().unwrap_or(false) {
        ", and ran"
    } else {
        ""
    };
    let mut lines = vec![format!(
        "{}  {}{ran}",
        said(&one["statement_id"]),
        said(&one["status"])
    )];
    let answer = |verb: &str, one: &Value| {
        let note = said(&one[1]);
        let note = if note.is_empty() {
            note
        } else {
            format!(": {note}")
        };
        format!("  {verb} {}{note}", said(&one[0]["display"]))
    };
    let yes = one["approved_by"].as_array().into_iter().flatten();
    lines.extend(yes.map(|one| answer("yes   ", one)));
    if one["denied_by"].is_array() {
        lines.push(answer("no    ", &one["denied_by"]));
    }
    if let Some(under) = one["under"].as_str() {
        lines.push(format!("  under  {}", display::screen::line(under)));
    }
    lines.extend(touches(&one["touches"]));
    lines.extend(estimate(&one["estimate"]));
    lines.extend(one["alike"].as_array().into_iter().flatten().map(alike));
    lines
}

/// One standing grant, or broken glass to be looked at.
pub fn grant(one: &Value) -> Vec<String> {
    let until = one["until"].as_i64().unwrap_or(0);
    let until = chrono::DateTime::from_timestamp_nanos(until).format("%Y-%m-%d %H:%M:%S UTC");
    let most = |value: &Value| {
        value
            .as_u64()
            .map_or("any".to_owned(), |most| most.to_string())
    };
    let mut lines = vec![
        format!(
            "{}  {} until {until}",
            said(&one["grant_id"]),
            said(&one["kind"])
        ),
        format!(
            "  whose  {} ({}), session {}",
            said(&one["requester"]["display"]),
            said(&one["connection"]),
            said(&one["session_id"])
        ),
        format!(
            "  used   {} of {}, rows {}",
            one["used"],
            most(&one["uses"]),
            most(&one["rows"])
        ),
    ];
    let by = one["granted_by"].as_array().into_iter().flatten();
    let notes = one["notes"].as_array().into_iter().flatten();
    lines.extend(by.zip(notes).map(|(by, note)| {
        let note = said(note);
        let note = if note.is_empty() {
            note
        } else {
            format!(": {note}")
        };
        format!("  by     {}{note}", said(&by["display"]))
    }));
    lines
}
