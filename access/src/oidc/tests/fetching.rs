//! How an issuer's keys are fetched: once, anew when they rotate, whoever waits for them, and while the issuer is down.

use super::*;

#[tokio::test]
async fn keys_rotate_without_a_restart_and_without_a_flood() {
    let (old, new) = (Key::rsa_a("old"), Key::rsa_b("new"));
    let issuer = Issuer::start(&[&old]).await;
    let verifier = verifier(&issuer);
    let old_token = old.token(&header("RS256", "old"), &claims(&issuer));
    let new_token = new.token(&header("RS256", "new"), &claims(&issuer));
    verifier.verify(&old_token, at(NOW)).await.unwrap();
    // A made-up key id fetches once, then not again within the interval.
    for second in 0..10 {
        let answer = verifier.verify(&new_token, at(NOW + second)).await;
        assert_eq!(answer, Err(IdentityError::UnknownKey));
    }
    assert_eq!(
        issuer.fetches(),
        1,
        "the first fetch was less than 10 s ago"
    );
    issuer.publish(&[&old, &new]);
    verifier.verify(&new_token, at(NOW + 10)).await.unwrap();
    verifier.verify(&old_token, at(NOW + 10)).await.unwrap();
    assert_eq!(issuer.fetches(), 2);
    // The old key is withdrawn: refused once the set is renewed.
    issuer.publish(&[&new]);
    let later = with(claims(&issuer), "exp", json!(NOW + 9_000));
    let old_token = old.token(
        &header("RS256", "old"),
        &with(later, "iat", json!(NOW + 3_000)),
    );
    let answer = verifier.verify(&old_token, at(NOW + 3_700)).await;
    assert_eq!(answer, Err(IdentityError::UnknownKey));
}

#[tokio::test]
async fn a_login_that_hangs_up_keeps_nobody_out() {
    let key = Key::rsa_a("k1");
    let issuer = Issuer::start(&[&key]).await;
    let verifier = verifier(&issuer);
    let token = key.token(&header("RS256", "k1"), &claims(&issuer));
    for _ in 0..3 {
        let mut hung = Box::pin(verifier.verify(&token, at(NOW)));
        let waits = std::future::poll_fn(|context| {
            std::task::Poll::Ready(hung.as_mut().poll(context).is_pending())
        });
        assert!(waits.await, "it waits for the issuer");
    }
    verifier
        .verify(&token, at(NOW + 1))
        .await
        .expect("the keys came though nobody of those waited for them");
    assert_eq!(issuer.fetches(), 1, "one fetch for all of them");
}

#[tokio::test]
async fn an_issuer_that_is_down_does_not_lock_everybody_out() {
    let key = Key::rsa_a("k1");
    let issuer = Issuer::start(&[&key]).await;
    let verifier = verifier(&issuer);
    let long = with(claims(&issuer), "exp", json!(NOW + 200_000));
    let token = |seconds: i64| {
        key.token(
            &header("RS256", "k1"),
            &with(long.clone(), "iat", json!(NOW + seconds)),
        )
    };
    verifier.verify(&token(0), at(NOW)).await.unwrap();
    issuer.break_with(Some(
        "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ));
    verifier
        .verify(&token(7_200), at(NOW + 7_200))
        .await
        .expect("stale keys still verify");
    let lost = verifier.verify(&token(90_000), at(NOW + 90_000)).await;
    assert!(
        matches!(lost, Err(IdentityError::Unavailable { .. })),
        "{lost:?}"
    );
    issuer.break_with(None);
    verifier
        .verify(&token(90_600), at(NOW + 90_600))
        .await
        .expect("it came back");
}

#[tokio::test]
async fn a_bad_issuer_is_refused_with_its_reason() {
    let key = Key::rsa_a("k1");
    let issuer = Issuer::start(&[&key]).await;
    let token = key.token(&header("RS256", "k1"), &claims(&issuer));
    let answers = [
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            "302",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
            "not a discovery document",
        ),
        (
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"issuer\":\"https://x.example\",\"jwks_uri\":\"https://y.test\"}",
            "speaks for another issuer",
        ),
    ];
    for (answer, wanted) in answers {
        issuer.break_with(Some(answer));
        let verifier = verifier(&issuer);
        match verifier.verify(&token, at(NOW)).await {
            Err(IdentityError::Unavailable { why, .. }) => assert!(why.contains(wanted), "{why}"),
            other => panic!("{wanted}: {other:?}"),
        }
        assert_eq!(verifier.warm_up(at(NOW + 1)).await.len(), 1);
    }
}
