//! The masks of one configuration: rules, and the key they mask with.
//!
//! Enters: a [`Config`]. Leaves: masks, or what is wrong with their rules or key. Never here: a key in a message.

use std::path::Path;
use std::sync::Arc;

use access::keys::MaskKey;
use access::mask::{Masking, MaskingConfig};
use anyhow::{Context as _, Result, bail};
use event::Digest;

use super::random;
use crate::config::{Config, JournalConfig};
use crate::development::write_private;
use crate::seen;

/// The masking key that is made where none is configured.
const MASKING_KEY_FILE: &str = "masking.key";

/// The masks, with the configured key or the one in `data`; equal digests stand for equal keys and rules.
pub fn masking(config: &Config) -> Result<(Masking, Digest)> {
    let (mut settings, rules) = mask_rules(config.masking.rules.as_deref())?;
    let key = match configured_key(config)? {
        Some(key) => key,
        None => own_key(&config.data)?,
    };
    settings.key = Some(MaskKey::parse(&key)?);
    settings.find = seen::keys(&config.find.keys)?.map(Arc::new);
    let find = settings.find.iter().flat_map(|keys| keys.ids());
    let find = find.collect::<Vec<_>>().join(" ");
    let digest = Digest::of_pieces([key.as_bytes(), rules.as_bytes(), find.as_bytes()]);
    Ok((Masking::new(settings)?, digest))
}

/// Whether the masks' rules are good and a key is there, or can be made.
pub fn check_masking(config: &Config) -> Result<()> {
    let rules = config.masking.rules.as_deref();
    let (mut settings, _) = mask_rules(rules)?;
    if rules.is_some() {
        // Any key shows whether the rules are good.
        settings.key = Some(MaskKey::from_bytes([0; 32]));
        Masking::new(settings).context("[masking] rules")?;
    }
    if configured_key(config)?.is_none() {
        kept_key(&config.data)?;
    }
    seen::keys(&config.find.keys)?;
    Ok(())
}

/// Own detectors and dictionaries, or none, and the text they stand in.
pub fn mask_rules(file: Option<&Path>) -> Result<(MaskingConfig, String)> {
    let Some(path) = file else {
        return Ok((MaskingConfig::default(), String::new()));
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("masking rules {} cannot be read", path.display()))?;
    let rules = toml::from_str(&text);
    let rules = rules.with_context(|| format!("masking rules {} are refused", path.display()))?;
    Ok((rules, text))
}

/// The text of the configured masking key, which is one; none where one in `data` will do.
pub fn configured_key(config: &Config) -> Result<Option<zeroize::Zeroizing<String>>> {
    let Some(secret) = &config.masking.key else {
        return match config.journal {
            JournalConfig::Kafka(_) => bail!(
                "[masking] key is missing: gateways on one Kafka must mask alike, so they share a key"
            ),
            JournalConfig::Embedded(_) => Ok(None),
        };
    };
    let key = secret.read().context("[masking] key")?;
    MaskKey::parse(&key).context("[masking] key")?;
    Ok(Some(key))
}

fn own_key(data: &Path) -> Result<zeroize::Zeroizing<String>> {
    if let Some(key) = kept_key(data)? {
        return Ok(key);
    }
    let path = data.join(MASKING_KEY_FILE);
    std::fs::create_dir_all(data)?;
    let key = zeroize::Zeroizing::new(hex::encode(random()));
    write_private(&path, key.as_bytes())
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(key)
}

/// The masking key that an earlier start made in `data`, which is one.
pub fn kept_key(data: &Path) -> Result<Option<zeroize::Zeroizing<String>>> {
    let path = data.join(MASKING_KEY_FILE);
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let key = zeroize::Zeroizing::new(text.trim().to_owned());
    MaskKey::parse(&key).with_context(|| path.display().to_string())?;
    Ok(Some(key))
}
