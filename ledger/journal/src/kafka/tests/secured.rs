//! A broker that wants TLS and a login: the settings that pass through, and what is said when one is wrong.
//!
//! `FIRN_KAFKA_SECURE` names the listener (SASL_SSL; SCRAM-SHA-512 and PLAIN), `FIRN_KAFKA_CA` its certificate authority's file.

use super::*;

const PASSWORD: &str = "firn-secret";

/// Settings of a client that is let in, or none with a word about it.
fn secured(mechanism: &str) -> Option<KafkaConfig> {
    let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some((brokers, ca)) = named("FIRN_KAFKA_SECURE").zip(named("FIRN_KAFKA_CA")) else {
        println!("skipped: FIRN_KAFKA_SECURE and FIRN_KAFKA_CA are not set");
        return None;
    };
    let mut config = fresh(&brokers);
    for (name, value) in [
        ("security.protocol", "SASL_SSL"),
        ("sasl.mechanism", mechanism),
        ("sasl.username", "firn"),
        ("ssl.ca.location", ca.as_str()),
    ] {
        config.options.insert(name.to_owned(), value.to_owned());
    }
    password(&mut config, PASSWORD);
    Some(config)
}

fn password(config: &mut KafkaConfig, password: &str) {
    let secret = Zeroizing::new(password.to_owned());
    config.secrets.insert("sasl.password".to_owned(), secret);
}

/// Why `config` is not let in; it must be told in time.
async fn refused(mut config: KafkaConfig) -> KafkaError {
    config.connect_deadline = Duration::from_secs(3);
    let opened = tokio::time::timeout(Duration::from_secs(30), Kafka::open(config.clone()));
    let error = opened.await.unwrap().map(|_| ()).unwrap_err();
    for secret in config.secrets.values() {
        assert!(!error.to_string().contains(secret.as_str()), "{error}");
    }
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secured_broker_keeps_the_contract() {
    let Some(config) = secured("SCRAM-SHA-512") else {
        return;
    };
    contract::everything(Arc::new(Kafka::open(config.clone()).await.unwrap())).await;
    contract::reopening_keeps_everything(async || Kafka::open(config.clone()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_login_appends_and_reads() {
    let Some(config) = secured("PLAIN") else {
        return;
    };
    let journal = Kafka::open(config).await.unwrap();
    let first = journal
        .append(Topic::Events, record(1, "over TLS"))
        .await
        .unwrap();
    let mut subscription = journal
        .subscribe(first.partition, first.offset)
        .await
        .unwrap();
    assert_eq!(take(&mut subscription, 1).await[0].value, "over TLS");
    journal.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_called_that_in_time() {
    for mechanism in ["SCRAM-SHA-512", "PLAIN"] {
        let Some(mut config) = secured(mechanism) else {
            return;
        };
        password(&mut config, "not the password");
        let error = refused(config).await;
        assert!(matches!(&error, KafkaError::Denied { .. }), "{error:?}");
        assert!(error.to_string().contains("sasl.password"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_certificate_is_not_trusted() {
    let Some(mut config) = secured("SCRAM-SHA-512") else {
        return;
    };
    config.options.remove("ssl.ca.location");
    let error = refused(config).await;
    assert!(matches!(&error, KafkaError::Untrusted { .. }), "{error:?}");
    assert!(error.to_string().contains("ssl.ca.location"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_name_is_not_trusted() {
    let Some(mut config) = secured("SCRAM-SHA-512") else {
        return;
    };
    // The same listener under a name that its certificate does not bear.
    config.brokers = config.brokers.replace("127.0.0.1", "localhost");
    let family = ("broker.address.family".to_owned(), "v4".to_owned());
    config.options.extend([family]);
    let error = refused(config).await;
    assert!(matches!(&error, KafkaError::Untrusted { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn speaking_plain_to_a_secured_listener_says_what_to_set() {
    let Some(mut config) = secured("SCRAM-SHA-512") else {
        return;
    };
    config.options.clear();
    config.secrets.clear();
    let error = refused(config).await;
    assert!(error.to_string().contains("security.protocol"), "{error}");
}
