//! Explains statements under a policy folder and a catalog of DDL files, without a gateway.
//!
//! `explain POLICY CATALOG SQL` for people, `explain POLICY CATALOG --batch FILE` for JSON lines.

use std::error::Error;
use std::path::Path;

use access::catalog::Catalog;
use access::engine::{Engine, EngineConfig};
use access::explain::{Asker, batch, explain};
use access::policy::PolicySet;
use access::{SessionView, Statement};
use event::TimeNs;

/// A Wednesday morning: rules that speak of the hour see the same one in every run.
const NOW: TimeNs = TimeNs(1_767_171_600_000_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [policy, catalog, rest @ ..] = arguments.as_slice() else {
        return Err("usage: explain POLICY CATALOG (SQL | --batch FILE)".into());
    };
    let policy = PolicySet::load(Path::new(policy))?;
    let ddl = std::fs::read_to_string(catalog)?;
    let catalog = Catalog::from_ddl_files([(catalog.as_str(), ddl.as_str())])?;
    let engine = Engine::new(policy, catalog, EngineConfig::default());
    let asker = Asker::named("agent", &[], "example", NOW);
    match rest {
        [flag, file] if flag == "--batch" => {
            let cases = std::fs::read_to_string(file)?;
            for answer in batch::answers(&engine, &asker, &cases) {
                println!("{}", serde_json::to_string(&answer?)?);
            }
        }
        [sql] => {
            let statement = Statement {
                text: sql,
                binds: &[],
            };
            let explained = explain(&engine, &asker, &statement, &SessionView::default());
            print!("{}", explained.text(true));
        }
        _ => return Err("give one statement, or --batch FILE".into()),
    }
    Ok(())
}
