//! Boxes open for their purpose, under a known key, unaltered; or not at all.

use proptest::prelude::*;
use zeroize::Zeroizing;

use super::{KeyRingError, OpenError, Purpose, Sealer};

fn ring(keys: &[(&str, u8)]) -> Sealer {
    Sealer::new(
        keys.iter()
            .map(|&(id, byte)| (id.to_owned(), Zeroizing::new([byte; 32]))),
    )
    .expect("a ring")
}

const ALL: [Purpose; 5] = [
    Purpose::Session,
    Purpose::Master,
    Purpose::Chunk,
    Purpose::Held,
    Purpose::Announced,
];

#[test]
fn a_box_opens_for_its_own_purpose_only() {
    let sealer = ring(&[("a", 1)]);
    for sealed_for in ALL {
        let sealed = sealer.seal_text(sealed_for, &"claims").expect("seals");
        for opened_for in ALL {
            let opened = sealer.open_text::<String>(opened_for, &sealed);
            if sealed_for == opened_for {
                assert_eq!(opened.as_deref(), Ok("claims"));
            } else {
                assert_eq!(opened, Err(OpenError::Altered));
            }
        }
    }
}

#[test]
fn keys_rotate_the_first_seals_and_all_open() {
    let before = ring(&[("2026-10", 1)]);
    let during = ring(&[("2026-11", 2), ("2026-10", 1)]);
    let after = ring(&[("2026-11", 2)]);
    let old = before.seal_text(Purpose::Session, &1).expect("seals");
    let new = during.seal_text(Purpose::Session, &2).expect("seals");
    assert_eq!(during.open_text::<i32>(Purpose::Session, &old), Ok(1));
    assert_eq!(after.open_text::<i32>(Purpose::Session, &new), Ok(2));
    assert_eq!(
        after.open_text::<i32>(Purpose::Session, &old),
        Err(OpenError::UnknownKey)
    );
}

#[test]
fn a_key_of_the_same_name_with_other_bytes_opens_nothing() {
    let sealed = ring(&[("a", 1)]).seal(Purpose::Held, &1).expect("seals");
    assert_eq!(
        ring(&[("a", 2)]).open::<i32>(Purpose::Held, &sealed),
        Err(OpenError::Altered)
    );
}

#[test]
fn a_ring_must_have_keys_with_names_of_their_own() {
    let key = || Zeroizing::new([0; 32]);
    assert_eq!(Sealer::new([]).err(), Some(KeyRingError::Empty));
    assert_eq!(
        Sealer::new([("a".to_owned(), key()), ("a".to_owned(), key())]).err(),
        Some(KeyRingError::Twice("a".to_owned()))
    );
    assert!(matches!(
        Sealer::new([(String::new(), key())]),
        Err(KeyRingError::Id(_))
    ));
}

proptest! {
    #[test]
    fn any_altered_bit_is_noticed(text in ".{0,64}", byte in any::<prop::sample::Index>(), bit in 0..8u8) {
        let sealer = ring(&[("key", 7)]);
        let mut sealed = sealer.seal(Purpose::Session, &text).expect("seals");
        let at = byte.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(sealer.open::<String>(Purpose::Session, &sealed).is_err());
    }

    #[test]
    fn garbage_never_opens_and_never_panics(garbage in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ring(&[("key", 7)]).open::<String>(Purpose::Session, &garbage).is_err());
    }
}
