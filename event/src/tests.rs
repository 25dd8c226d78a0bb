//! Encoding: round trips, golden bytes, and what is refused.

mod entropy;
mod samples;
mod shape;

use std::path::PathBuf;

use ciborium::Value;
use proptest::prelude::*;

use crate::limits::{EVENT_BYTES_MAX, PAGE_BODY_BYTES_MAX};
use crate::*;
use shape::Shape;

fn golden_path(version: Version, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("v{version}"))
        .join(name)
}

/// A golden file; `FIRN_WRITE_GOLDEN=1` writes one that is missing, and never changes one that is there.
fn golden(version: Version, name: &str, now: &str) -> String {
    let path = golden_path(version, name);
    if std::env::var_os("FIRN_WRITE_GOLDEN").is_some() && !path.exists() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        std::fs::write(&path, now).expect("write golden file");
    }
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    hex::decode(digits).expect("golden files are hex")
}

/// 64 digits a line, so that a change shows where it is.
fn lines_of_hex(bytes: &[u8]) -> String {
    bytes
        .chunks(32)
        .map(|line| hex::encode(line) + "\n")
        .collect()
}

#[test]
fn every_kind_has_its_golden_bytes() {
    for &kind in Kind::ALL {
        let event = samples::event(kind);
        assert_eq!(event.kind(), kind, "sample of another kind");
        let bytes = encode(&event).expect("samples encode");
        let golden = golden(
            event.version(),
            &format!("{kind}.hex"),
            &lines_of_hex(&bytes),
        );
        assert_eq!(lines_of_hex(&bytes), golden, "{kind} encodes differently");
        assert_eq!(decode(&unhex(&golden)), Ok(event), "{kind}");
    }
}

/// What a decision counted needs the version that can say it; one that counted nothing keeps the bytes it always had.
#[test]
fn a_decision_is_of_the_version_that_can_say_what_was_counted() {
    let event = samples::decided_on_a_count();
    assert_eq!(event.version(), Version::V2);
    let bytes = encode(&event).expect("samples encode");
    let golden = golden(Version::V2, "statement.decided.hex", &lines_of_hex(&bytes));
    assert_eq!(lines_of_hex(&bytes), golden);
    assert_eq!(decode(&unhex(&golden)), Ok(event));
    assert_eq!(
        samples::event(Kind::StatementDecided).version(),
        Version::V1
    );
}

/// The same of a policy that replaces another, and of one that is the first.
#[test]
fn a_policy_is_of_the_version_that_can_say_what_changed() {
    let event = samples::replaced();
    assert_eq!(event.version(), Version::V2);
    let bytes = encode(&event).expect("samples encode");
    let golden = golden(Version::V2, "policy.loaded.hex", &lines_of_hex(&bytes));
    assert_eq!(lines_of_hex(&bytes), golden);
    assert_eq!(decode(&unhex(&golden)), Ok(event));
    assert_eq!(samples::event(Kind::PolicyLoaded).version(), Version::V1);
}

/// The same of a yes that covers more than one statement, and of one that does not.
#[test]
fn a_grant_is_of_the_version_that_can_say_what_it_covers() {
    let event = samples::granted_broadly();
    assert_eq!(event.version(), Version::V2);
    let bytes = encode(&event).expect("samples encode");
    let golden = golden(Version::V2, "approval.granted.hex", &lines_of_hex(&bytes));
    assert_eq!(lines_of_hex(&bytes), golden);
    assert_eq!(decode(&unhex(&golden)), Ok(event));
    assert_eq!(samples::event(Kind::ApprovalGranted).version(), Version::V1);
}

/// The same of a page and a statement whose values may be looked for.
#[test]
fn tokens_are_of_the_version_that_can_say_them() {
    for (event, kind) in samples::seen() {
        assert_eq!(event.version(), Version::V2);
        let bytes = encode(&event).expect("samples encode");
        let golden = golden(Version::V2, &format!("{kind}.hex"), &lines_of_hex(&bytes));
        assert_eq!(lines_of_hex(&bytes), golden);
        assert_eq!(decode(&unhex(&golden)), Ok(event));
        assert_eq!(samples::event(kind).version(), Version::V1);
    }
}

/// Every field and every word of every kind that `version` has, and of the envelope.
fn shape(version: Version) -> String {
    let mut lines = vec![];
    lines.extend(Shape::of_type::<Option<SessionId>>("session"));
    lines.extend(Shape::of_type::<Option<StatementId>>("statement"));
    lines.extend(Shape::of_type::<TimeNs>("time"));
    lines.extend(Shape::of_type::<Producer>("producer"));
    lines.extend(Shape::of_type::<Part>("part"));
    lines.extend(Shape::of_type::<Option<Principal>>("principal"));
    lines.extend(Shape::of_type::<Option<Source>>("source"));
    lines.extend(Shape::of_type::<Option<PolicyRef>>("policy"));
    for &kind in Kind::ALL.iter().filter(|kind| kind.since() <= version) {
        let read = |shape: &mut Shape| Payload::read(kind, version, shape);
        lines.extend(Shape::of(kind.as_str(), read));
    }
    lines.join("\n") + "\n"
}

/// A change that shows here needs a new version, unless no release has this one yet: see `versions.rs`.
#[test]
fn every_version_keeps_its_shape() {
    for &version in Version::ALL {
        let now = shape(version);
        let golden = golden(version, "shape.txt", &now);
        for (golden, now) in golden.lines().zip(now.lines()) {
            assert_eq!(now, golden, "version {version} has changed");
        }
        assert_eq!(now, golden, "version {version} has changed");
    }
}

#[test]
fn versions_are_numbered_from_1_and_name_their_release() {
    for (number, &version) in (1..).zip(Version::ALL) {
        assert_eq!(version.number(), number);
        assert_eq!(Version::of_number(u64::from(number)), Some(version));
        assert!(
            NewerVersion::new(0, Some(version.since()))
                .to_string()
                .contains(version.since())
        );
    }
    assert_eq!(Version::ALL.last(), Some(&Version::NEWEST));
    for number in [0, u64::from(Version::NEWEST.number()) + 1, u64::MAX] {
        assert_eq!(Version::of_number(number), None);
    }
}

/// What a later release wrote names that release; whatever else stands there is not repeated.
#[test]
fn a_newer_version_says_which_release_reads_it() {
    let newer = |since: Option<Value>| {
        let mut entries = sample_map();
        set(&mut entries, "v", Value::Integer(700.into()));
        entries.extend(since.map(|since| (text("since"), since)));
        decode(&cbor(entries))
            .expect_err("a version of the future")
            .to_string()
    };
    let read = format!(
        "schema version 700 is newer than this build reads ({})",
        Version::NEWEST
    );
    assert_eq!(
        newer(Some(text("0.9.1-rc.1"))),
        format!("{read}: firn 0.9.1-rc.1 or later reads it")
    );
    let unknown = format!(
        "{read}: a release after {} reads it",
        env!("CARGO_PKG_VERSION")
    );
    for since in [
        None,
        Some(Value::Null),
        Some(text("")),
        Some(text("\u{1b}[2J")),
        Some(text(&"9".repeat(33))),
    ] {
        assert_eq!(newer(since), unknown);
    }
}

#[test]
fn kinds_print_and_parse_and_stay_as_many() {
    assert_eq!(Kind::ALL.len(), 43);
    for &kind in Kind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert!("session.Opened".parse::<Kind>().is_err());
}

proptest! {
    #[test]
    fn decode_undoes_encode(entropy in proptest::collection::vec(any::<u8>(), 0..4096)) {
        for &kind in Kind::ALL {
            for &version in Version::ALL.iter().filter(|version| kind.since() <= **version) {
                let event = entropy::event(kind, version, &entropy);
                prop_assert!(event.version() <= version);
                let bytes = encode(&event).unwrap();
                prop_assert_eq!(&bytes, &crate::canonical::by_value::encode(&event));
                prop_assert_eq!(decode(&bytes).unwrap(), event);
            }
        }
    }

    #[test]
    fn one_changed_byte_is_another_event_or_none(
        kind in 0..Kind::ALL.len(), at in any::<prop::sample::Index>(), flip in 1..=u8::MAX,
    ) {
        let event = samples::event(Kind::ALL[kind]);
        let mut bytes = encode(&event).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(other) = decode(&bytes) {
            prop_assert_ne!(other, event);
        }
    }

    #[test]
    fn decode_survives_anything(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = decode(&bytes);
    }
}

fn sample_map() -> Vec<(Value, Value)> {
    let bytes = encode(&samples::event(Kind::SessionRenewed)).unwrap();
    match ciborium::from_reader(bytes.as_slice()).unwrap() {
        Value::Map(entries) => entries,
        other => panic!("an event is a map, not {other:?}"),
    }
}

fn set(entries: &mut [(Value, Value)], name: &str, value: Value) {
    let entry = entries
        .iter_mut()
        .find(|(key, _)| key.as_text() == Some(name));
    entry.expect("the entry is there").1 = value;
}

fn cbor(entries: Vec<(Value, Value)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(&Value::Map(entries), &mut bytes).unwrap();
    bytes
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn the_map_itself_reads_back() {
    assert!(decode(&cbor(sample_map())).is_ok());
}

#[test]
fn unsorted_and_repeated_keys_are_refused() {
    let mut unsorted = sample_map();
    unsorted.swap(0, 1);
    assert_eq!(decode(&cbor(unsorted)), Err(DecodeError::NotCanonical));

    let mut repeated = sample_map();
    repeated.insert(1, repeated[0].clone());
    assert_eq!(decode(&cbor(repeated)), Err(DecodeError::NotCanonical));
}

#[test]
fn trailing_and_missing_bytes_are_refused() {
    let mut bytes = encode(&samples::event(Kind::SessionRenewed)).unwrap();
    bytes.push(0);
    assert_eq!(decode(&bytes), Err(DecodeError::NotCanonical));
    bytes.truncate(bytes.len() - 2);
    assert!(matches!(decode(&bytes), Err(DecodeError::Cbor(_))));
    assert!(matches!(decode(&[]), Err(DecodeError::Cbor(_))));
}

#[test]
fn long_integers_and_indefinite_lengths_are_refused() {
    let bytes = encode(&samples::event(Kind::SessionRenewed)).unwrap();
    // `v` sorts first: the map's head, the text "v", then the version as one byte.
    assert_eq!(&bytes[1..4], &[0x61, b'v', 0x01]);
    let mut long = bytes.clone();
    long.splice(3..4, [0x18, 0x01]);
    assert_eq!(decode(&long), Err(DecodeError::NotCanonical));

    let mut indefinite = bytes;
    indefinite[0] = 0xbf;
    indefinite.push(0xff);
    assert_eq!(decode(&indefinite), Err(DecodeError::NotCanonical));
}

#[test]
fn unknown_versions_kinds_and_fields_are_refused() {
    let mut newer = sample_map();
    let next = u64::from(Version::NEWEST.number()) + 1;
    set(&mut newer, "v", Value::Integer(next.into()));
    assert_eq!(
        decode(&cbor(newer)),
        Err(DecodeError::Newer(NewerVersion::new(next, None)))
    );
    let mut none = sample_map();
    set(&mut none, "v", Value::Integer(0.into()));
    assert!(matches!(decode(&cbor(none)), Err(DecodeError::Shape(_))));

    let mut unknown = sample_map();
    set(&mut unknown, "kind", text("session.dreamt"));
    assert_eq!(
        decode(&cbor(unknown)),
        Err(DecodeError::Kind("session.dreamt".to_owned()))
    );

    let mut envelope = sample_map();
    envelope.push((text("zzzzzzzzzzzzzz"), Value::Null));
    assert_eq!(decode(&cbor(envelope)), Err(DecodeError::NotCanonical));

    let mut data = sample_map();
    let expires = (text("expires"), Value::Integer(1.into()));
    let extra = (text("xtra"), Value::Null);
    set(&mut data, "data", Value::Map(vec![extra, expires]));
    assert!(matches!(decode(&cbor(data)), Err(DecodeError::Shape(_))));
}

#[test]
fn payload_of_another_kind_is_refused() {
    let mut entries = sample_map();
    set(&mut entries, "kind", text("session.closed"));
    assert!(matches!(decode(&cbor(entries)), Err(DecodeError::Shape(_))));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = [vec![0x81; 10_000], vec![0x00]].concat();
    assert!(matches!(decode(&deep), Err(DecodeError::Cbor(_))));
}

#[test]
fn size_limit_holds_both_ways() {
    let mut event = samples::event(Kind::ResponsePage);
    let Payload::ResponsePage(page) = &mut event.payload else {
        panic!("sample of another kind");
    };
    page.body = vec![7; PAGE_BODY_BYTES_MAX].into();
    assert!(encode(&event).is_ok(), "the largest page fits");
    let Payload::ResponsePage(page) = &mut event.payload else {
        panic!("sample of another kind");
    };
    page.body = vec![7; EVENT_BYTES_MAX].into();
    assert!(
        matches!(encode(&event), Err(EncodeError::TooLarge { bytes }) if bytes > EVENT_BYTES_MAX)
    );
    let bytes = EVENT_BYTES_MAX + 1;
    assert_eq!(
        decode(&vec![0; bytes]),
        Err(DecodeError::TooLarge { bytes })
    );
}

#[test]
fn statement_ids_derive_as_recorded() {
    let session: SessionId = "01900000-0000-7000-8000-000000000001".parse().unwrap();
    let other: SessionId = "01900000-0000-7000-8000-000000000002".parse().unwrap();
    let request = RequestId::parse("7ac7b1c4-2a4f-4c5e-9a55-0a0b0c0d0e0f").unwrap();
    let id = StatementId::derive(session, &request);
    assert_eq!(id.to_string(), "2f78a70e-0f4a-5be6-82fe-ea0f4b689fbf");
    let asked = Digest::of(b"select 1");
    assert_eq!(
        id.upstream_request_id(asked).to_string(),
        "c14b7a02-4af5-5f9a-ada3-5f97ef92ba8c"
    );
    let other_text = Digest::of(b"select 2");
    assert_ne!(
        id.upstream_request_id(other_text),
        id.upstream_request_id(asked)
    );
    assert_ne!(StatementId::derive(other, &request), id);
    let request = RequestId::parse("7ac7b1c4-2a4f-4c5e-9a55-0a0b0c0d0e10").unwrap();
    assert_ne!(StatementId::derive(session, &request), id);
}

#[test]
fn request_ids_are_short_visible_ascii() {
    for bad in ["", "a b", "a\n", "é", &"x".repeat(129)] {
        assert!(RequestId::parse(bad).is_err(), "{bad:?}");
    }
    assert!(RequestId::parse(&"x".repeat(128)).is_ok());
}

#[test]
fn digests_of_pieces_keep_the_split() {
    let split = |pieces: &[&[u8]]| Digest::of_pieces(pieces.iter().copied());
    assert_ne!(split(&[b"ab", b"c"]), split(&[b"a", b"bc"]));
    assert_ne!(split(&[b"abc"]), split(&[b"abc", b""]));
}

#[test]
fn headers_name_the_event() {
    let event = samples::event(Kind::SessionOpened);
    let headers = headers(&event);
    let get = |name| {
        headers
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(get("ce_specversion"), Some("1.0"));
    assert_eq!(get("ce_id"), Some(event.event_id.to_string().as_str()));
    assert_eq!(get("ce_type"), Some("firn.session.opened"));
    assert_eq!(
        get("ce_subject"),
        event.session_id.map(|id| id.to_string()).as_deref()
    );
    assert_eq!(get("content-type"), Some("application/cbor"));
}

#[test]
fn keys_keep_a_session_together() {
    let event = samples::event(Kind::SessionOpened);
    assert_eq!(&event.key(), event.session_id.unwrap().uuid().as_bytes());
    let of_run = samples::event(Kind::ProducerStarted);
    assert_eq!(&of_run.key(), of_run.producer.run.uuid().as_bytes());
}
