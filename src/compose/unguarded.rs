//! A policy that would stop statements on unknown tables, beside a catalog that knows of none.
//!
//! Enters: settings, a catalog, connections. Leaves: what is to be said of it. Never here: another decision: without a catalog detectors
//! alone look, for whoever begins with firn would be let do nothing otherwise.

use access::catalog::Catalog;
use access::policy::{Settings, UnknownAnswer};

use crate::config::Config;

/// What is to be said where `settings` would stop statements on tables that `catalog` lacks, and it has none at all.
pub fn unguarded(settings: &Settings, catalog: &Catalog) -> Option<String> {
    let answer = settings.unknown.table.answer();
    let word = match answer.filter(|_| catalog.is_empty())? {
        UnknownAnswer::Hold => "hold",
        UnknownAnswer::Deny => "deny",
    };
    Some(format!(
        "the catalog is empty, so `[unknown] table = \"{word}\"` of the policy stops nothing: every table is unknown, and what rules permit runs on value detectors alone"
    ))
}

/// The same of the connections whose account is not read, which the files of `catalog` decide, and what to write.
pub fn unguarded_connections(
    config: &Config,
    settings: &Settings,
    catalog: &Catalog,
) -> Option<String> {
    let said = unguarded(settings, catalog)?;
    let connections = config.gateway.iter().flat_map(|one| &one.connections);
    let names: Vec<&str> = connections
        .filter(|(_, connection)| connection.catalog.is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    let first = names.first()?;
    Some(format!(
        "over {}: {said}; name files of DDL with your tables and tags as `catalog` in [policy], or have the account read by [gateway.connections.{first}.catalog]",
        names.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use access::policy::PolicySet;

    use super::*;

    const GATEWAY: &str = r#"
        [gateway]
        sealing = [{ id = "1", env = "FIRN_SEALING_KEY" }]
        [gateway.connections.shop]
        upstream = "https://x.snowflakecomputing.com"
        account = "x"
        user = "firn"
        database = "SHOP"
        auth = { pat = { env = "FIRN_PAT" } }
    "#;

    #[test]
    fn an_empty_catalog_is_spoken_of_where_the_policy_would_stop_unknown_tables() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/policy");
        let policy = PolicySet::load(&folder).unwrap();
        let config = |more: &str| {
            let text = format!("{GATEWAY}{more}");
            Config::parse(&text, Path::new("firn.toml")).unwrap()
        };
        let (files, empty) = (config(""), Catalog::empty());
        let said = unguarded_connections(&files, policy.settings(), &empty).unwrap();
        for part in [
            "over shop",
            "table = \"hold\"",
            "detectors alone",
            "`catalog` in [policy]",
            "[gateway.connections.shop.catalog]",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let live = config("[gateway.connections.shop.catalog]\n");
        let told = unguarded_connections(&live, policy.settings(), &empty);
        assert_eq!(told, None, "the account says what there is");
        let ddl = [("shop.sql", "create table shop.public.orders (id int);")];
        let known = Catalog::from_ddl_files(ddl).unwrap();
        let told = unguarded_connections(&files, policy.settings(), &known);
        assert_eq!(told, None, "the files say what there is");
        assert_eq!(unguarded(policy.settings(), &Catalog::unread()), None);
        let mut detect = policy.settings().clone();
        detect.unknown.table = access::policy::UnknownTable::Detect;
        assert_eq!(unguarded(&detect, &empty), None, "nothing is overridden");
    }
}
