//! What may be in the place of a session, of its folder and of its locks.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and one prints for another")]

use std::os::unix::fs::{PermissionsExt as _, symlink};

use bigid_api::BaseUrl;
use nix::unistd::Uid;
use tempfile::TempDir;

use super::*;
use crate::credential::Credential;
use crate::session::store::seal::Sealer;

struct Fixture {
    /// Removed at the end.
    _home: TempDir,
    store: FileStore,
    name: EntryName,
}

impl Fixture {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let base = BaseUrl::parse("https://a.example").unwrap();
        let name = Sealer::new(&base, &Credential::user_token("token"), None).unwrap().name().clone();
        Self { store: FileStore::at(home.path().join("sessions")), _home: home, name }
    }

    fn path(&self, kind: &str) -> PathBuf {
        self.store.folder().join(format!("{}.{kind}", self.name.as_str()))
    }

    async fn save(&self, replaces: u64, sealed: &[u8]) -> Result<Saved, StoreError> {
        let entry = NewEntry { replaces, lease: None, sealed, time_to_live: Duration::from_secs(60) };
        self.store.save(&self.name, entry).await
    }

    async fn load(&self) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let entry = self.store.load(&self.name).await?;
        Ok(entry.map(|entry| (entry.generation, entry.sealed)))
    }

    fn mode(&self, path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(&self, path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

#[tokio::test]
async fn an_entry_is_replaced_only_by_the_process_that_read_it() {
    let fixture = Fixture::new();
    assert_eq!(fixture.load().await.unwrap(), None);
    assert_eq!(fixture.save(1, b"x").await.unwrap(), Saved::Superseded);
    assert_eq!(fixture.save(0, b"one").await.unwrap(), Saved::Stored);
    assert_eq!(fixture.save(0, b"late").await.unwrap(), Saved::Superseded);
    assert_eq!(fixture.load().await.unwrap(), Some((1, b"one".to_vec())));
    assert_eq!(fixture.save(1, b"two").await.unwrap(), Saved::Stored);
    assert_eq!(fixture.load().await.unwrap(), Some((2, b"two".to_vec())));
}

#[tokio::test]
async fn an_entry_is_as_large_as_a_header_may_be() {
    let fixture = Fixture::new();
    let sealed = vec![b'x'; 250_000];
    fixture.save(0, &sealed).await.unwrap();
    assert_eq!(fixture.load().await.unwrap(), Some((1, sealed)));
}

#[tokio::test]
async fn folder_and_files_are_the_owners_alone_whatever_the_umask() {
    let fixture = Fixture::new();
    let _lease = fixture.store.try_lease(&fixture.name).await.unwrap().unwrap();
    fixture.save(0, b"one").await.unwrap();
    assert_eq!(fixture.mode(fixture.store.folder()), 0o700);
    for kind in ["session", "lease", "lock"] {
        assert_eq!(fixture.mode(&fixture.path(kind)) & 0o077, 0, "{kind}");
    }
    let left: Vec<_> = fs::read_dir(fixture.store.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[tokio::test]
async fn one_holder_has_the_lease_and_its_file_stays() {
    let fixture = Fixture::new();
    let lease = fixture.store.try_lease(&fixture.name).await.unwrap().unwrap();
    let other = FileStore::at(fixture.store.folder());
    assert!(other.try_lease(&fixture.name).await.unwrap().is_none());
    lease.release().await;
    drop(other.try_lease(&fixture.name).await.unwrap().unwrap());
    assert!(other.try_lease(&fixture.name).await.unwrap().is_some());
    assert!(fixture.path("lease").exists());
}

/// A way to put something else into the place of an entry.
type Spoil = fn(&Fixture, &Path);

#[tokio::test]
async fn what_is_no_entry_of_this_user_is_ignored_and_replaced() {
    let spoils: [(&str, Spoil); 10] = [
        ("empty", |_, path| fs::write(path, b"").unwrap()),
        ("cut off within its head", |_, path| fs::write(path, b"bigid session 1\n\0\0").unwrap()),
        ("foreign", |_, path| fs::write(path, b"{\"token\":1}").unwrap()),
        ("of another version", |_, path| fs::write(path, b"bigid session 2\n\0\0\0\0\0\0\0\x01xxxx").unwrap()),
        ("huge", |_, path| fs::write(path, [&b"bigid session 1\n"[..], &vec![0; 300_000]].concat()).unwrap()),
        ("readable by others", |fixture, path| fixture.set_mode(path, 0o644)),
        ("a link", |fixture, path| {
            fs::remove_file(path).unwrap();
            symlink(fixture.path("lease"), path).unwrap();
        }),
        ("a link to nothing", |_, path| {
            fs::remove_file(path).unwrap();
            symlink("/nonexistent/at/all", path).unwrap();
        }),
        ("a socket", |_, path| {
            fs::remove_file(path).unwrap();
            drop(std::os::unix::net::UnixListener::bind(path).unwrap());
        }),
        ("a pipe", |_, path| {
            fs::remove_file(path).unwrap();
            let made = std::process::Command::new("mkfifo").args(["-m", "600"]).arg(path).status();
            assert!(made.unwrap().success());
        }),
    ];
    for (what, spoil) in spoils {
        let fixture = Fixture::new();
        fixture.save(0, b"one").await.unwrap();
        fs::write(fixture.path("lease"), b"not to be touched").unwrap();
        spoil(&fixture, &fixture.path("session"));
        let error = fixture.load().await.unwrap_err();
        assert!(error.is_entry(), "{what}: {error}");
        assert_eq!(fixture.save(0, b"two").await.unwrap(), Saved::Stored, "{what}");
        assert_eq!(fixture.load().await.unwrap(), Some((1, b"two".to_vec())), "{what}");
        assert_eq!(fixture.mode(&fixture.path("session")), 0o600, "{what}");
        assert_eq!(fs::read(fixture.path("lease")).unwrap(), b"not to be touched", "{what}");
    }
}

#[tokio::test]
async fn a_folder_that_others_can_change_is_not_used() {
    for mode in [0o777, 0o770, 0o702] {
        let fixture = Fixture::new();
        fixture.save(0, b"one").await.unwrap();
        fixture.set_mode(fixture.store.folder(), mode);
        assert!(!fixture.load().await.unwrap_err().is_entry());
        assert!(fixture.save(1, b"two").await.is_err() && fixture.store.try_lease(&fixture.name).await.is_err());
    }
    let fixture = Fixture::new();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), fixture.store.folder()).unwrap();
    assert!(fixture.load().await.is_err() && fixture.save(0, b"one").await.is_err());
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_a_killed_writer_left_is_in_nobodys_way() {
    let fixture = Fixture::new();
    fixture.save(0, b"one").await.unwrap();
    for left in [&b""[..], b"bigid", b"bigid session 1\n\0\0\0\0\0\0\0\x09half"] {
        let (generation, _) = fixture.load().await.unwrap().unwrap();
        fs::write(fixture.path("new"), left).unwrap();
        assert_eq!(fixture.save(generation, b"next").await.unwrap(), Saved::Stored);
        assert_eq!(fixture.load().await.unwrap(), Some((generation + 1, b"next".to_vec())));
        assert!(!fixture.path("new").exists());
    }
}

#[tokio::test]
async fn a_writer_that_keeps_its_lock_costs_an_error_and_no_hang() {
    let fixture = Fixture::new();
    fixture.save(0, b"one").await.unwrap();
    let _stopped = lock(&fixture.path("lock")).unwrap().unwrap();
    assert!(fixture.save(1, b"two").await.unwrap_err().to_string().contains("does not finish"));
    assert_eq!(fixture.load().await.unwrap(), Some((1, b"one".to_vec())));
}

#[test]
fn a_home_folder_counts_if_it_is_a_folder_of_the_users_own() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, b"").unwrap();
    let (own, other) = (Uid::effective(), Uid::from_raw(Uid::effective().as_raw() + 1));
    let of = |user, home: Option<&Path>| folder::of_user(user, home.map(Path::to_owned));
    assert!(of(own, Some(home.path())).starts_with(home.path()));
    for (user, unusable) in [(own, None), (own, Some(&*file)), (other, Some(home.path())), (other, Some(&*file))] {
        assert_eq!(of(user, unusable), PathBuf::from(format!("/tmp/bigid-sessions-{user}")));
    }
}

#[test]
fn the_default_folder_does_not_follow_the_environment() {
    let folder = FileStore::new().unwrap();
    assert!(folder.folder().is_absolute() && folder.folder().to_string_lossy().contains("bigid"));
    // Another process of this user, in another environment.
    let again = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "session::store::file::tests::print_the_default_folder", "--ignored", "--nocapture"])
        .envs([("HOME", "/nonexistent"), ("TMPDIR", "/nonexistent"), ("XDG_CACHE_HOME", "/nonexistent")])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(printed.contains(&format!("folder={}\n", folder.folder().display())), "{printed}");
}

#[test]
#[ignore = "run by another test, in an environment of its own"]
fn print_the_default_folder() {
    println!("folder={}", FileStore::new().unwrap().folder().display());
}
