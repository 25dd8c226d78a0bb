//! Mail addresses in all their written forms, and what only looks like one. The forms are those of RFC 5321, 5322, 6068 and 6531, of
//! HTML's list of valid addresses, and of what programs do to text; written before the code that reads them.

use crate::{Detectors, Label};

fn mails(text: &str) -> Vec<&str> {
    let mut findings = Vec::new();
    Detectors::default().find(text, &mut findings);
    findings
        .iter()
        .filter(|finding| finding.label == Label::Email)
        .map(|finding| &text[finding.start..finding.end])
        .collect()
}

/// All cases that fail, so that one run shows them.
fn check(cases: &[(&str, &[&str])]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, want)| (text, want, mails(text)))
        .filter(|(_, want, got)| got != *want)
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}: {wrong:#?}",
        wrong.len(),
        cases.len()
    );
}

#[test]
fn addresses_of_the_standards() {
    check(&[
        ("simple@example.com", &["simple@example.com"]),
        (
            "FirstName.LastName@EasierReading.org",
            &["FirstName.LastName@EasierReading.org"],
        ),
        ("x@example.com", &["x@example.com"]),
        (
            "long.email-address-with-hyphens@and.subdomains.example.com",
            &["long.email-address-with-hyphens@and.subdomains.example.com"],
        ),
        (
            "user.name+tag+sorting@example.com",
            &["user.name+tag+sorting@example.com"],
        ),
        ("example@s.example", &["example@s.example"]),
        ("\" \"@example.org", &["\" \"@example.org"]),
        ("\"john..doe\"@example.org", &["\"john..doe\"@example.org"]),
        (
            "mailhost!username@example.org",
            &["mailhost!username@example.org"],
        ),
        (
            r#""very.(),:;<>[]\".VERY.\"very@\\ \"very\".unusual"@strange.example.com"#,
            &[r#""very.(),:;<>[]\".VERY.\"very@\\ \"very\".unusual"@strange.example.com"#],
        ),
        (
            "user%example.com@example.org",
            &["user%example.com@example.org"],
        ),
        ("user-@example.org", &["user-@example.org"]),
        (
            "postmaster@[123.123.123.123]",
            &["postmaster@[123.123.123.123]"],
        ),
        (
            "postmaster@[IPv6:2001:0db8:85a3::8a2e:0370:7334]",
            &["postmaster@[IPv6:2001:0db8:85a3::8a2e:0370:7334]"],
        ),
        ("_test@[IPv6:2001:0db8::1]", &["_test@[IPv6:2001:0db8::1]"]),
        (
            "\"Joe Q. Public\" <john.q.public@example.com>",
            &["john.q.public@example.com"],
        ),
        (
            "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            &["boss@nil.test", "sysservices@example.net"],
        ),
        (
            "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            &["pete(his account)@silly.test"],
        ),
        (
            "A Group:Ed Jones <joe@where.test>,John <jdoe@one.test>;",
            &["joe@where.test", "jdoe@one.test"],
        ),
        ("Pelé@example.com", &["Pelé@example.com"]),
        ("δοκιμή@παράδειγμα.δοκιμή", &["δοκιμή@παράδειγμα.δοκιμή"]),
        ("我買@屋企.香港", &["我買@屋企.香港"]),
        ("二ノ宮@黒川.日本", &["二ノ宮@黒川.日本"]),
        ("медведь@с-балалайкой.рф", &["медведь@с-балалайкой.рф"]),
        ("संपर्क@डाटामेल.भारत", &["संपर्क@डाटामेल.भारत"]),
        (
            "mail@xn--80asehdb.xn--p1ai",
            &["mail@xn--80asehdb.xn--p1ai"],
        ),
        (
            "user@xn--fiq228c.xn--fiqs8s",
            &["user@xn--fiq228c.xn--fiqs8s"],
        ),
        (
            "user@xn--9n2bp8q.xn--3e0b707e",
            &["user@xn--9n2bp8q.xn--3e0b707e"],
        ),
        ("mailto:chris@example.com", &["chris@example.com"]),
        (
            "mailto:infobot@example.com?subject=current-issue",
            &["infobot@example.com"],
        ),
        (
            "mailto:?to=addr1@an.example,addr2@an.example",
            &["addr1@an.example", "addr2@an.example"],
        ),
        (
            "mailto:joe@example.com?cc=bob@example.com&body=hello",
            &["joe@example.com", "bob@example.com"],
        ),
        (
            "mailto:gorby%25kremvax@example.com",
            &["gorby%25kremvax@example.com"],
        ),
        (
            "mailto:user@example.org?subject=caf%C3%A9",
            &["user@example.org"],
        ),
        ("sip:joe@example.com;transport=tls", &["joe@example.com"]),
        ("joe@example.com.", &["joe@example.com"]),
        ("JOE.SMITH@EXAMPLE.COM", &["JOE.SMITH@EXAMPLE.COM"]),
        ("o'brien@example.ie", &["o'brien@example.ie"]),
        (
            "bounce+joe=example.com@lists.example.org",
            &["bounce+joe=example.com@lists.example.org"],
        ),
        ("joe@example.com-2026-01-02.log", &["joe@example.com"]),
        ("/var/mail/joe@example.com.json", &["joe@example.com"]),
        ("joe@163.com", &["joe@163.com"]),
        ("joe@1and1.de", &["joe@1and1.de"]),
    ]);
}

#[test]
fn addresses_that_programs_encoded() {
    check(&[
        ("joe%40example.com", &["joe%40example.com"]),
        ("joe%2540example.com", &["joe%2540example.com"]),
        ("u=joe%252540example.com&x=1", &["joe%252540example.com"]),
        ("joe%2Btag%40example.com", &["joe%2Btag%40example.com"]),
        (
            "https://t.example.net/c?a=1&e=joe%2Etest%40example%2Ecom&b=2",
            &["joe%2Etest%40example%2Ecom"],
        ),
        (
            "/login?next=%2Fhome%3Femail%3Djoe%40example.com%26x%3D1",
            &["joe%40example.com"],
        ),
        ("q=mailto%3Ajoe%40example.com", &["joe%40example.com"]),
        (
            "to=%22Joe%22%20%3Cjoe%40example.com%3E",
            &["joe%40example.com"],
        ),
        ("joe%u0040example.com", &["joe%u0040example.com"]),
        ("joe&#64;example.com", &["joe&#64;example.com"]),
        ("joe&#064;example.com", &["joe&#064;example.com"]),
        ("joe&#0000064;example.com", &["joe&#0000064;example.com"]),
        ("joe&#x40;example.com", &["joe&#x40;example.com"]),
        ("joe.x&#X40;example.com", &["joe.x&#X40;example.com"]),
        (
            "joe&#46;smith&#x40;mail&#46;example&#46;com",
            &["joe&#46;smith&#x40;mail&#46;example&#46;com"],
        ),
        (
            "joe&commat;example&period;com",
            &["joe&commat;example&period;com"],
        ),
        ("joe&amp;#64;example.com", &["joe&amp;#64;example.com"]),
        (
            "<a href=\"mailto:joe&#64;example.com\">write</a>",
            &["joe&#64;example.com"],
        ),
        (
            "&#106;&#111;&#101;&#64;&#101;&#120;&#97;&#109;&#112;&#108;&#101;&#46;&#99;&#111;&#109;",
            &[
                "&#106;&#111;&#101;&#64;&#101;&#120;&#97;&#109;&#112;&#108;&#101;&#46;&#99;&#111;&#109;",
            ],
        ),
        (
            "j&#111;e&#x40;ex&#97;mple&#46;com",
            &["j&#111;e&#x40;ex&#97;mple&#46;com"],
        ),
        ("joe\\u0040example.com", &["joe\\u0040example.com"]),
        (
            "{\"m\":\"joe\\\\u0040example.com\"}",
            &["joe\\\\u0040example.com"],
        ),
        ("joe\\x40example.com", &["joe\\x40example.com"]),
        ("joe\\u{40}example.com", &["joe\\u{40}example.com"]),
        ("joe\\U00000040example.com", &["joe\\U00000040example.com"]),
        ("joe\\100example.com", &["joe\\100example.com"]),
        (
            "joe\\u002esmith\\u0040example\\u002ecom",
            &["joe\\u002esmith\\u0040example\\u002ecom"],
        ),
        ("\\u003cjoe@example.com\\u003e", &["joe@example.com"]),
        ("joe=40example.com", &["joe=40example.com"]),
        ("joe\\@example.com", &["joe\\@example.com"]),
        (
            "^joe\\.smith@example\\.com$",
            &["joe\\.smith@example\\.com"],
        ),
        ("joe\\_smith@example.com", &["joe\\_smith@example.com"]),
        ("joe＠example.com", &["joe＠example.com"]),
        (
            "ｊｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
            &["ｊｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ"],
        ),
        ("joe﹫example.com", &["joe﹫example.com"]),
        ("joe@例え。jp", &["joe@例え。jp"]),
        (
            "INSERT INTO t VALUES (7,'joe@example.com','x')",
            &["joe@example.com"],
        ),
        (
            "7;joe@example.com;\"ann@example.org\"",
            &["joe@example.com", "ann@example.org"],
        ),
        ("email:joe@example.com|name:x", &["joe@example.com"]),
        ("joe@example.com:hunter2!", &["joe@example.com"]),
        (
            "[joe@example.com](mailto:joe@example.com)",
            &["joe@example.com", "joe@example.com"],
        ),
    ]);
}

#[test]
fn addresses_that_people_spelt_out() {
    check(&[
        (
            "joe [at] example [dot] com",
            &["joe [at] example [dot] com"],
        ),
        (
            "joe (at) example (dot) com",
            &["joe (at) example (dot) com"],
        ),
        (
            "write to joe.smith (at) mail (dot) example (dot) com please",
            &["joe.smith (at) mail (dot) example (dot) com"],
        ),
        ("joe(at)example.com", &["joe(at)example.com"]),
        ("joe(at)example(dot)com", &["joe(at)example(dot)com"]),
        ("joe(@)example.com", &["joe(@)example.com"]),
        ("joe(a)example.com", &["joe(a)example.com"]),
        ("joe[@]example[.]com", &["joe[@]example[.]com"]),
        (
            "joe[ at ]example[ dot ]com",
            &["joe[ at ]example[ dot ]com"],
        ),
        (
            "joe( at )example( dot )com",
            &["joe( at )example( dot )com"],
        ),
        ("joe{at}example{dot}com", &["joe{at}example{dot}com"]),
        ("joe<at>example<dot>com", &["joe<at>example<dot>com"]),
        (
            "joe *at* example *dot* com",
            &["joe *at* example *dot* com"],
        ),
        ("joe|at|example|dot|com", &["joe|at|example|dot|com"]),
        ("joe_at_example_dot_com", &["joe_at_example_dot_com"]),
        ("joe42_at_example_dot_com", &["joe42_at_example_dot_com"]),
        ("joe-at-example-dot-com", &["joe-at-example-dot-com"]),
        (
            "joe -at- example -dot- com",
            &["joe -at- example -dot- com"],
        ),
        ("joe AT example DOT com", &["joe AT example DOT com"]),
        ("joe At example Dot com", &["joe At example Dot com"]),
        ("joe at example dot com", &["joe at example dot com"]),
        ("joe42 at example dot com", &["joe42 at example dot com"]),
        (
            "please mail joe.smith at example.com today",
            &["joe.smith at example.com"],
        ),
        (
            "john dot smith at example dot co dot uk",
            &["john dot smith at example dot co dot uk"],
        ),
        (
            "joe at mail.example dot com",
            &["joe at mail.example dot com"],
        ),
        ("joe@mail.example dot com", &["joe@mail.example dot com"]),
        ("joe @ example . com", &["joe @ example . com"]),
        ("joe @ example.com", &["joe @ example.com"]),
        ("joe@example[.]com", &["joe@example[.]com"]),
        ("joe@example(dot)com", &["joe@example(dot)com"]),
        (
            "joe [ät] example [punkt] de",
            &["joe [ät] example [punkt] de"],
        ),
        ("joe(ät)example.de", &["joe(ät)example.de"]),
        (
            "joe arroba example punto com",
            &["joe arroba example punto com"],
        ),
        (
            "joe (arroba) example (punto) es",
            &["joe (arroba) example (punto) es"],
        ),
        (
            "joe arobase example point fr",
            &["joe arobase example point fr"],
        ),
        (
            "joe chiocciola example punto it",
            &["joe chiocciola example punto it"],
        ),
        ("joe kukac example pont hu", &["joe kukac example pont hu"]),
        (
            "joe małpa example kropka pl",
            &["joe małpa example kropka pl"],
        ),
        (
            "joe zavináč example tečka cz",
            &["joe zavináč example tečka cz"],
        ),
        (
            "иван собака example точка ru",
            &["иван собака example точка ru"],
        ),
        (
            "joe apenstaartje example punt nl",
            &["joe apenstaartje example punt nl"],
        ),
    ]);
}

#[test]
fn addresses_whose_signs_mostly_part() {
    check(&[
        ("maria|rossi@example.com", &["maria|rossi@example.com"]),
        (
            "to maria=rossi@example.com now",
            &["maria=rossi@example.com"],
        ),
        ("<anna.k?work@example.com>", &["anna.k?work@example.com"]),
        ("x=1;maria/rossi@example.com", &["maria/rossi@example.com"]),
        ("{maria}rossi@example.com", &["maria}rossi@example.com"]),
        ("a?b=c|d@example.com", &["a?b=c|d@example.com"]),
        ("user=joe@example.com", &["joe@example.com"]),
        ("id=7&email=joe@example.com", &["joe@example.com"]),
        ("7|joe@example.com|x", &["joe@example.com"]),
        ("/u/joe@example.com", &["joe@example.com"]),
        ("maria.rossi@intranet", &["maria.rossi@intranet"]),
        ("mail maria_rossi@mailhub, please", &["maria_rossi@mailhub"]),
        ("(maria.rossi@corp-mail)", &["maria.rossi@corp-mail"]),
    ]);
}

#[test]
fn what_only_looks_like_an_address() {
    let none: Vec<(&str, &[&str])> = [
        "git@github.com:org/repo.git",
        "origin git@gitlab.example.com:group/sub/repo.git (fetch)",
        "git+ssh://git@github.com/org/repo.git",
        "ssh://git@bitbucket.example.org:7999/x.git",
        "scp dump.sql root@db1.example.com:/tmp/",
        "rsync -a deploy@web.example.com:releases/ .",
        "lodash@4.17.21",
        "@babel/core@7.0.0-beta.rc",
        "react@18.3.0-canary.next",
        "pkg@v1.2.3-rc.beta",
        "icon@2x.png",
        "logo@1.5x.webp",
        "img/hero@3x.jpg",
        "getty@tty1.service",
        "user@1000.service",
        "report@2024.pdf",
        "@app.route('/x')",
        "@pytest.mark.parametrize",
        "@joe_smith",
        "thanks @joe.smith!",
        "registry.example.com/app@sha256:3b2f",
        "arn:aws:s3:::bucket/x",
        "java.lang.Object@1b6d3586",
        "look at the dot plot",
        "meet at example.com",
        "we meet at example.com or later",
        "price (at) 5.00",
        "3 @ 1.50",
        "5@1.5kg",
        "40%40",
        "100%@home",
        "root@localhost",
        "j***@example.com",
        "***@example.com",
        "mail@v2.beta",
        "ssh://ann@code.example.org/x.git",
        "ann@code.example.org:repos/x.git",
        "scp x ann@web.example.org:/srv/www",
        "maria@latest",
        "java.util.Maria@1b6d3586",
        "java.util.Maria@ab6d3586",
        "unit-maria@sda1.service",
        "created_at, updated_at",
        "look_at_this.png",
        "point at dot com bubble",
        "he was (at) home",
        "limit=40&offset=402.abc",
        "width=40.5em",
        "C:\\100files.txt",
        "requests @ https://example.com/x.whl",
        "matrix A@B.T",
    ]
    .map(|text| (text, &[][..]))
    .to_vec();
    check(&none);
}

#[test]
fn numbers_of_messages_are_nobodys_address() {
    let mut findings = Vec::new();
    for text in [
        "<c905c4e4-c046-c9a3-c3ba-a2d95b63a599@mx.example.com>",
        "id <20261129081401.7f3a9912.4471@relay.example.org>, sent",
    ] {
        crate::Detectors::default().find(text, &mut findings);
        assert_eq!(findings, [], "{text}");
    }
    crate::Detectors::default().find("maria.rossi.1985.turin.office@example.org", &mut findings);
    assert_eq!(findings.len(), 1);
}
