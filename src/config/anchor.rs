//! Relative paths of a configuration, made relative to its file instead of to wherever firn was started.
//!
//! Enters: a configuration and its folder. Leaves: every path in it anchored. Never here: a path that is looked at.

use std::path::{Path, PathBuf};

use exporter::config::Target;
use gateway::config::{Auth, Secret, Tls};

use super::{Config, JournalConfig};

/// Anchors every path of `config` in `base`; absolute ones stay.
pub fn anchor(config: &mut Config, base: &Path) {
    let at = |path: &mut PathBuf| *path = base.join(&*path);
    let secret = |secret: &mut Secret| secret.file.iter_mut().for_each(at);
    let tls = |tls: &mut Tls| {
        at(&mut tls.cert);
        at(&mut tls.key);
    };
    at(&mut config.data);
    if let Some(gateway) = &mut config.gateway {
        gateway.tls.iter_mut().for_each(tls);
        gateway.upstream_ca.iter_mut().for_each(at);
        for key in &mut gateway.sealing {
            key.file.iter_mut().for_each(at);
        }
        for connection in gateway.connections.values_mut() {
            match &mut connection.auth {
                Auth::KeyPair(stored) | Auth::Pat(stored) | Auth::Password(stored) => {
                    secret(stored);
                }
            }
        }
    }
    if let JournalConfig::Kafka(kafka) = &mut config.journal {
        kafka.secrets.values_mut().for_each(secret);
    }
    if let Some(archive) = &mut config.archive
        && !archive.url.contains("://")
    {
        archive.url = base.join(&archive.url).display().to_string();
    }
    config.query.tls.iter_mut().for_each(tls);
    for sink in &mut config.export.sink {
        sink.paths().into_iter().for_each(at);
        sink.secrets().into_iter().for_each(secret);
        if let Target::Lake(lake) = &mut sink.to
            && !lake.url.contains("://")
        {
            lake.url = base.join(&lake.url).display().to_string();
        }
    }
    for webhook in &mut config.approvals.webhook {
        webhook.secret.iter_mut().for_each(secret);
        webhook.url_secret.iter_mut().for_each(secret);
        let files = [
            &mut webhook.tls.ca,
            &mut webhook.tls.cert,
            &mut webhook.tls.key,
        ];
        files.into_iter().flatten().for_each(at);
    }
    if let Some(detections) = &mut config.detections {
        at(&mut detections.folder);
    }
    if let Some(policy) = &mut config.policy {
        at(&mut policy.folder);
        policy.catalog.iter_mut().for_each(at);
    }
    if let Some(console) = &mut config.console {
        console.client_secret.iter_mut().for_each(secret);
    }
    config.masking.key.iter_mut().for_each(secret);
    config.find.keys.iter_mut().for_each(secret);
    config.masking.rules.iter_mut().for_each(at);
}
