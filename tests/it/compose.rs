//! `deploy/compose.yaml`, as far as it can be tried without Docker: the check takes it, and refuses each of its wrong twins; and its demo
//! runs over its configuration, with what is there in place of what Docker would fetch.

mod demo;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::world::{dev_dir, root};

fn check(file: &Path) -> Result<String, String> {
    let output = Command::new(dev_dir().join("compose/bin/python"))
        .arg(root().join("tests/compose.py"))
        .arg(file)
        .output()
        .expect("the check; `make test` installs what it needs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}

/// A copy of the compose file with `right` made `wrong`, where its relative paths still lead.
fn twin(text: &str, right: &str, wrong: &str) -> (tempfile::TempDir, PathBuf) {
    let twin = text.replacen(right, wrong, 1);
    assert_ne!(twin, text, "the compose file has no {right:?}");
    let folder = tempfile::tempdir().expect("folder");
    let deploy = folder.path().join("deploy");
    std::fs::create_dir(&deploy).expect("folder");
    for name in ["compose", "demo", "Dockerfile"] {
        std::os::unix::fs::symlink(root().join("deploy").join(name), deploy.join(name))
            .expect("link");
    }
    let file = deploy.join("compose.yaml");
    std::fs::write(&file, twin).expect("twin");
    (folder, file)
}

#[test]
fn docker_compose_would_take_the_file() {
    let said = check(&root().join("deploy/compose.yaml"));
    assert!(
        said.as_ref().is_ok_and(|said| said.contains("services")),
        "{said:?}"
    );
}

#[test]
fn docker_compose_would_refuse_each_wrong_twin() {
    let text = std::fs::read_to_string(root().join("deploy/compose.yaml")).expect("file");
    for (right, wrong, named) in [
        ("    restart: unless", "    restrat: unless", "restrat"),
        (
            "    environment:\n",
            "    environment: 7\n    labels:\n",
            "environment",
        ),
        ("      bucket:\n", "      buckte:\n", "no service buckte"),
        (
            "network_mode: service:firn",
            "network_mode: service:fire",
            "no service fire",
        ),
        ("./demo:/demo", "./demos:/demo", "demos is not there"),
        ("- kafka:/var", "- kafak:/var", "kafak is not declared"),
        ("  firn: {}\n", "", "firn is not declared"),
        (
            "./compose/firn.toml",
            "./compose/fern.toml",
            "fern.toml is not there",
        ),
        (
            "deploy/Dockerfile",
            "deploy/Dockerfil",
            "no deploy/Dockerfil",
        ),
        (
            "127.0.0.1:8085:8085",
            "127.0.0.1:8085:80855",
            "beyond 65535",
        ),
        ("127.0.0.1:8085:8085", "127.0.0.1;8085:8085", "8085"),
        (
            "image: apache/kafka:4.1.0",
            "image: apache/kafka:${KAFKA_VERSION}",
            "KAFKA_VERSION has no default",
        ),
        (
            "    image: chrislusf/seaweedfs:4.48\n",
            "",
            "neither image nor build",
        ),
        (
            "    image: chrislusf",
            "    depends_on: [firn]\n    image: chrislusf",
            "wait for each other",
        ),
        ("services:\n", "services:\n\t", ""),
    ] {
        let (_folder, file) = twin(&text, right, wrong);
        let said = check(&file);
        assert!(
            said.as_ref().is_err_and(|said| said.contains(named)),
            "{wrong:?} must be refused for {named:?}: {said:?}"
        );
    }
}
