//! What is shipped beside the binary: the systemd unit, the Helm chart, the archive that `make dist` packs. Each check refuses wrong
//! twins too.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::world::{dev_dir, root};

/// What a unit may be exposed to, in tenths of systemd's own measure (0 safe, 100 not).
const EXPOSURE_MAX: &str = "20";

fn said(output: &Output) -> String {
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

/// The unit in a folder of its own, with the binary under test in place of the one that is installed.
fn unit(folder: &Path, change: impl Fn(String) -> String) -> PathBuf {
    let text = std::fs::read_to_string(root().join("deploy/systemd/firn@.service"));
    let text = text.expect("unit");
    assert!(text.contains("/usr/bin/firn"), "{text}");
    let text = change(text.replace("/usr/bin/firn", env!("CARGO_BIN_EXE_firn")));
    let file = folder.join("firn@up.service");
    std::fs::write(&file, text).expect("unit");
    file
}

fn systemd(arguments: &[&str], unit: &Path) -> Result<String, String> {
    let mut command = Command::new("systemd-analyze");
    let output = command.args(arguments).arg(unit).output();
    let output = output.expect("systemd-analyze");
    let said = said(&output);
    // What is misspelt is warned of, not refused.
    if output.status.success() && !said.contains("firn@up.service:") {
        return Ok(said);
    }
    Err(said)
}

#[test]
fn systemd_takes_the_unit_and_finds_it_hardened() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        // macOS has none.
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let verify = ["verify", "--man=no"];
    let good = unit(folder.path(), |text| text);
    systemd(&verify, &good).expect("the unit is taken");
    for (right, wrong) in [
        ("Type=notify", "Type=notifies"),
        ("NoNewPrivileges=", "NoNewPrivilege="),
        ("ExecStart=/", "ExecStart=/nowhere/"),
    ] {
        let twin = unit(folder.path(), |text| {
            assert!(text.contains(right), "{right}");
            text.replace(right, wrong)
        });
        assert!(systemd(&verify, &twin).is_err(), "{wrong} is taken");
    }
    let security = |unit: &Path| {
        let threshold = format!("--threshold={EXPOSURE_MAX}");
        let mut command = Command::new("systemd-analyze");
        let asked = command.args(["security", "--offline=true", &threshold]);
        asked.arg(unit).output().expect("systemd-analyze")
    };
    let good = unit(folder.path(), |text| text);
    let output = security(&good);
    assert!(output.status.success(), "{}", said(&output));
    let open = unit(folder.path(), |text| {
        text.replace("ProtectSystem=strict\n", "")
            .replace("CapabilityBoundingSet=\n", "")
            .replace("PrivateUsers=yes\n", "")
    });
    assert!(!security(&open).status.success(), "anything is hardened");
}

fn chart(folder: &Path) -> Result<String, String> {
    let output = Command::new(dev_dir().join("compose/bin/python"))
        .arg(root().join("tests/chart.py"))
        .arg(folder)
        .output()
        .expect("the check; `make test` installs what it needs");
    if output.status.success() {
        Ok(said(&output))
    } else {
        Err(said(&output))
    }
}

/// A copy of the chart with `right` made `wrong` in `file`.
fn twin(file: &str, right: &str, wrong: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let copied = Command::new("cp")
        .arg("-R")
        .arg(root().join("deploy/helm/firn"))
        .arg(folder.path())
        .status();
    assert!(copied.expect("cp").success());
    let copy = folder.path().join("firn");
    let text = std::fs::read_to_string(copy.join(file)).expect("file");
    let changed = text.replacen(right, wrong, 1);
    assert_ne!(changed, text, "{file} has no {right:?}");
    std::fs::write(copy.join(file), changed).expect("twin");
    (folder, copy)
}

#[test]
fn helm_would_take_the_chart_and_refuse_each_wrong_twin() {
    chart(&root().join("deploy/helm/firn")).expect("the chart is taken");
    let roles = "templates/roles.yaml";
    for (file, right, wrong, named) in [
        ("Chart.yaml", "apiVersion: v2\n", "", "apiVersion"),
        ("Chart.yaml", "name: firn", "name: fern", "fern"),
        (
            "values.yaml",
            "  replicas: 2",
            "  replicas: two",
            "replicas",
        ),
        ("values.yaml", "tlsSecret:", "tslSecret:", "tslSecret"),
        (
            roles,
            "$.Values.tlsSecret",
            "$.Values.tslSecret",
            "tslSecret",
        ),
        (
            roles,
            "include \"firn.account\"",
            "include \"firn.acount\"",
            "firn.acount",
        ),
        (roles, "runAsNonRoot: true", "runAsNonRoot: false", "root"),
        (
            roles,
            "            - name: tmp\n",
            "            - name: temp\n",
            "temp",
        ),
        (roles, "port: telemetry", "port: metrics", "asks a port"),
        (
            roles,
            "readOnlyRootFilesystem: true",
            "readOnlyRootFilesystem: false",
            "more than it needs",
        ),
        (roles, "      containers:\n", "     containers:\n", "YAML"),
        (
            roles,
            "kind: Deployment\n",
            "kind: Deploymint\n",
            "Deploymint",
        ),
        (roles, "{{- end }}", "", "without an end"),
        (
            roles,
            "{{ $own.replicas }}",
            "{{ $own.replicas }",
            "does not close",
        ),
    ] {
        let (_folder, copy) = twin(file, right, wrong);
        let said = chart(&copy);
        assert!(
            said.as_ref().is_err_and(|said| said.contains(named)),
            "{wrong:?} must be refused for {named:?}: {said:?}"
        );
    }
}

#[test]
fn the_archive_of_a_release_holds_what_packages_install() {
    let folder = tempfile::tempdir().expect("folder");
    let pack = |binary: &Path, most: &str| {
        let mut command = Command::new(root().join("deploy/dist.sh"));
        command
            .env("FIRN_BINARY", binary)
            .env("FIRN_DIST", folder.path())
            .env("FIRN_DIST_LEVEL", "1")
            .env("FIRN_DIST_MAX_BYTES", most);
        command.output().expect("dist.sh")
    };
    // What is tested is not optimised, and so larger than what is shipped.
    let output = pack(Path::new(env!("CARGO_BIN_EXE_firn")), "2000000000");
    assert!(output.status.success(), "{}", said(&output));
    let names = std::fs::read_dir(folder.path()).expect("folder");
    let names: Vec<String> = names
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("name")
        })
        .collect();
    let tree = names
        .iter()
        .find(|name| !name.contains(".debug") && !name.ends_with(".gz") && *name != "SHA256SUMS");
    let tree = folder.path().join(tree.expect("a tree"));
    for file in [
        "bin/firn",
        "share/man/man1/firn.1",
        "share/man/man1/firn-gateway.1",
        "share/bash-completion/completions/firn",
        "share/zsh/site-functions/_firn",
        "share/fish/vendor_completions.d/firn.fish",
        "lib/systemd/system/firn@.service",
        "lib/sysusers.d/firn.conf",
        "share/doc/firn/example.toml",
    ] {
        assert!(tree.join(file).is_file(), "{file} is missing");
    }
    let version = Command::new(tree.join("bin/firn"))
        .arg("--version")
        .output();
    assert!(said(&version.expect("the stripped binary")).contains(env!("CARGO_PKG_VERSION")));
    let size = |file: &Path| std::fs::metadata(file).expect("size").len();
    let built = size(Path::new(env!("CARGO_BIN_EXE_firn")));
    assert!(size(&tree.join("bin/firn")) < built, "it is not stripped");
    let archives = names.iter().filter(|name| name.ends_with(".tar.gz"));
    assert_eq!(
        archives.count(),
        2,
        "the archive and its symbols: {names:?}"
    );
    // Any program is too large for that; ours takes a while to strip.
    let small = pack(Path::new("/usr/bin/env"), "1000");
    assert!(!small.status.success() && said(&small).contains("more than 1000"));
}
