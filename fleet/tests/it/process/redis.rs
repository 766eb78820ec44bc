//! A Redis server.

#[path = "../../../../xtask/src/skipped.rs"]
mod skipped;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::pid;

pub const PASSWORD: &str = "redis-password-of-a-test";

/// Files in the server's folder.
const AUTHORITY: &str = "authority.pem";
const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

/// A separate server on a loopback socket, without a file.
pub struct Redis {
    child: Child,
    port: u16,
    folder: TempDir,
    has_tls: bool,
}

impl Redis {
    /// `None` if Redis is not installed, so that the test is skipped.
    #[track_caller]
    pub fn start() -> Option<Self> {
        Self::start_with(false)
    }

    /// A server that accepts only TLS, with a certificate of [`authority`](Self::authority).
    #[track_caller]
    pub fn start_with_tls() -> Option<Self> {
        Self::start_with(true)
    }

    #[track_caller]
    fn start_with(has_tls: bool) -> Option<Self> {
        let found = std::process::Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
        let found = found.map_err(|_| "redis-server is missing (apt-get install redis-server)");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        skipped::unless_missing(target, found)?;
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        if has_tls {
            certify(folder.path());
        }
        Some(Self { child: Self::spawn(port, folder.path(), has_tls), port, folder, has_tls })
    }

    fn spawn(port: u16, folder: &Path, has_tls: bool) -> Child {
        let port = port.to_string();
        let listen = if has_tls {
            vec![
                "--port",
                "0",
                "--tls-port",
                &port,
                "--tls-cert-file",
                CERTIFICATE,
                "--tls-key-file",
                KEY,
                "--tls-ca-cert-file",
                AUTHORITY,
                "--tls-auth-clients",
                "no",
            ]
        } else {
            vec!["--port", &port]
        };
        Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", PASSWORD])
            .args(listen)
            .current_dir(folder)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    pub fn url(&self) -> String {
        let scheme = if self.has_tls { "rediss" } else { "redis" };
        format!("{scheme}://:{PASSWORD}@127.0.0.1:{}/0", self.port)
    }

    /// The authority that signed its certificate, as PEM.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join(AUTHORITY)
    }

    /// Every key and value that stores part of a session.
    pub fn dump(&self) -> Vec<Vec<u8>> {
        let mut connection = redis::Client::open(self.url()).unwrap().get_connection().unwrap();
        let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query(&mut connection).unwrap();
        let mut all = Vec::new();
        for key in keys {
            let kind: String = redis::cmd("TYPE").arg(&key).query(&mut connection).unwrap();
            let values: Vec<Vec<u8>> = match kind.as_str() {
                "hash" => redis::cmd("HGETALL").arg(&key).query(&mut connection).unwrap(),
                "string" => vec![redis::cmd("GET").arg(&key).query(&mut connection).unwrap()],
                kind => panic!("{kind}"),
            };
            all.extend(values);
            all.push(key);
        }
        all
    }

    /// Waits until it accepts connections.
    pub async fn ready(&self) {
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts again, empty.
    pub async fn restart(&mut self) {
        self.child = Self::spawn(self.port, self.folder.path(), self.has_tls);
        self.ready().await;
    }

    pub fn signal(&self, signal: Signal) {
        kill(pid(&self.child), signal).unwrap();
    }
}

/// Writes an authority, and a certificate of it for the loopback address with its key.
fn certify(folder: &Path) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut server = CertificateParams::default();
    server.subject_alt_names.push(SanType::IpAddress(std::net::Ipv4Addr::LOCALHOST.into()));
    let key = KeyPair::generate().unwrap();
    let certificate = server.signed_by(&key, &authority).unwrap();
    for (name, text) in [(AUTHORITY, authority.pem()), (CERTIFICATE, certificate.pem()), (KEY, key.serialize_pem())] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}
