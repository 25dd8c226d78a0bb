//! Parts of a result on their way to a driver: in gzip where they cross a network, as they are within one machine.

use std::io::Read as _;

use event::Kind;

use super::bypass::chunk_path;
use super::world::World;

#[tokio::test]
async fn a_part_is_compressed_for_whoever_is_far() {
    let world = World::new().await;
    let driver = world.login().await;
    let path = chunk_path(&world, &driver).await;
    let (near, plain) = world.exchange(0, "GET", &path, &[], "").await;
    assert!(!near.headers.contains_key("content-encoding"));
    let (far, packed) = world
        .exchange(0, "GET", &path, &[("x-forwarded-for", "10.0.0.7")], "")
        .await;
    assert_eq!(far.headers["content-encoding"], "gzip");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_end(&mut unpacked)
        .expect("gzip");
    assert!(!plain.is_empty());
    assert_eq!(plain, unpacked, "the same rows");
    let simple = [
        ("x-forwarded-for", "10.0.0.7"),
        ("accept-encoding", "identity"),
    ];
    let (asked, as_it_is) = world.exchange(0, "GET", &path, &simple, "").await;
    assert!(!asked.headers.contains_key("content-encoding"));
    assert_eq!(plain, as_it_is, "who takes no gzip gets none");
    // All were recorded before they left, to the end.
    assert_eq!(world.recorded(Kind::ResponseFinished).len(), 4);
}
