//! rsyslog over TLS, by octet counting and by RELP, writing each message to a file as it came.
//!
//! Enters: a scratch folder. Leaves: ports, the authority to trust, and how often each id is in the files. Never here: a system's own
//! syslog.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::free_port;

const BINARY: &str = "/usr/sbin/rsyslogd";
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Rsyslog {
    child: Child,
    pub port: u16,
    pub relp: u16,
    pub ca: PathBuf,
    /// Of the certificate that is its own authority; RELP asks for one.
    pub key: PathBuf,
    files: [PathBuf; 2],
}

impl Rsyslog {
    pub fn start(scratch: &Path) -> Self {
        assert!(
            Path::new(BINARY).is_file(),
            "there is no rsyslog at {BINARY}: run tests/provision.sh test"
        );
        let folder = scratch.join("rsyslog");
        std::fs::create_dir_all(&folder).expect("folder");
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
        let made = made.expect("certificate");
        let (ca, key) = (folder.join("ca.pem"), folder.join("key.pem"));
        let files = ["messages", "relp"].map(|name| folder.join(name));
        std::fs::write(&ca, made.cert.pem()).expect("certificate");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("key");
        let (port, relp) = (free_port(), free_port());
        let text = format!(
            "global(workDirectory=\"{work}\" maxMessageSize=\"2m\" defaultNetstreamDriver=\"gtls\"\n\
               defaultNetstreamDriverCAFile=\"{ca}\" defaultNetstreamDriverCertFile=\"{ca}\" defaultNetstreamDriverKeyFile=\"{key}\")\n\
             module(load=\"imtcp\" streamDriver.name=\"gtls\" streamDriver.mode=\"1\" streamDriver.authMode=\"anon\")\n\
             module(load=\"imrelp\" tls.tlslib=\"openssl\")\n\
             template(name=\"raw\" type=\"string\" string=\"%rawmsg%\\n\")\n\
             ruleset(name=\"counted\") {{ action(type=\"omfile\" file=\"{counted}\" template=\"raw\" flushOnTXEnd=\"on\") }}\n\
             ruleset(name=\"relp\") {{ action(type=\"omfile\" file=\"{acknowledged}\" template=\"raw\" flushOnTXEnd=\"on\") }}\n\
             input(type=\"imtcp\" address=\"127.0.0.1\" port=\"{port}\" ruleset=\"counted\")\n\
             input(type=\"imrelp\" address=\"127.0.0.1\" port=\"{relp}\" ruleset=\"relp\" maxDataSize=\"2m\" tls=\"on\"\n\
               tls.caCert=\"{ca}\" tls.myCert=\"{ca}\" tls.myPrivKey=\"{key}\" tls.authMode=\"certvalid\")\n",
            work = folder.display(),
            ca = ca.display(),
            key = key.display(),
            counted = files[0].display(),
            acknowledged = files[1].display(),
        );
        let config = folder.join("rsyslog.conf");
        std::fs::write(&config, text).expect("configuration");
        let log = std::fs::File::create(folder.join("log")).expect("log");
        let child = Command::new(BINARY)
            .args(["-n", "-i"])
            .arg(folder.join("pid"))
            .arg("-f")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("log"))
            .stderr(log)
            .spawn()
            .expect("rsyslogd");
        let begun = Instant::now();
        let is_up = |port| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        while !(is_up(port) && is_up(relp)) {
            let said = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "rsyslog is not ready:\n{said}");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self {
            child,
            port,
            relp,
            ca,
            key,
            files,
        }
    }

    /// Lets it write what it has; how often each id is in the file of each way in.
    pub fn stop(mut self) -> [BTreeMap<String, u64>; 2] {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.expect("kill").success());
        self.child.wait().expect("it ended");
        [&self.files[0], &self.files[1]].map(|file| ids(file))
    }
}

fn ids(file: &Path) -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(file).expect("messages");
    let mut times = BTreeMap::new();
    for line in text.lines() {
        let Some((_, rest)) = line.split_once("[firn@32473 id=\"") else {
            continue;
        };
        let (id, _) = rest.split_once('"').expect("an id");
        *times.entry(id.to_owned()).or_default() += 1;
    }
    times
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
