use futures_util::FutureExt as _;

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// What a caller may see of an error.
fn all_of(error: &ProviderError) -> String {
    format!("{error} {error:?}")
}

#[tokio::test]
async fn a_file_is_read_each_time_and_the_last_good_token_serves_until_there_is_a_better_one() {
    let folder = folder();
    let path = folder.path().join("token");
    fs::write(&path, "\u{feff} first\r\n").unwrap();
    let provider = FileCredential::new(&path);
    assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
    let large = "x".repeat(70_000);
    let bad: [Option<&[u8]>; 6] =
        [None, Some(b""), Some(b" \n"), Some(b"\xff\xfe"), Some(b"<html>not found"), Some(large.as_bytes())];
    let mut good = "first".to_owned();
    for (index, content) in bad.into_iter().enumerate() {
        match content {
            Some(content) => fs::write(&path, content).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token(&*good), "{content:?}");
        assert!(FileCredential::new(&path).credential().await.is_err(), "{content:?}");
        good = format!("token-{index}");
        fs::write(&path, &good).unwrap();
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token(&*good));
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(provider.credential().await.unwrap(), Credential::user_token(&*good), "a folder");
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_named_with_its_path_and_without_its_content() {
    let folder = folder();
    let path = folder.path().join("token");
    for (content, expected) in [
        (&b""[..], "is empty"),
        (b"\xffhunter2", "is not text"),
        (b"two hunter2", "does not hold a token: the user token contains white space"),
        (&[b'x'; 70_000], "is larger than 64 KiB"),
    ] {
        fs::write(&path, content).unwrap();
        let error = FileCredential::new(&path).credential().await.unwrap_err();
        let expected = format!("{} {expected}", path.display());
        assert!(error.to_string().contains(&expected), "{error}");
        assert!(!all_of(&error).contains("hunter2") && !all_of(&error).contains("xxx"), "{error:?}");
    }
    fs::remove_file(&path).unwrap();
    let error = FileCredential::new(&path).credential().await.unwrap_err().to_string();
    assert!(
        error.ends_with(&format!("cannot be read: of its path, only {} exists", folder.path().display())),
        "{error}"
    );
}

#[tokio::test]
async fn a_token_in_place_of_a_path_is_never_shown() {
    for token in [
        "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6Imh1bnRlcjIifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg".to_owned(),
        "0b7a6f0e-4d1c-4f0e-9a3b-5c6d7e8f9a0b".to_owned(),
        "/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdEfGh=".to_owned(),
        "AbCdEfGhIj/KlMnOpQrStUvWxYz0123456789+AbCdEfGh=".to_owned(),
        "../AbCdEfGhIjKlMnOpQrStUvWxYz0123456789".to_owned(),
        "a token with spaces in it".to_owned(),
        "AbCdEfGhIjKlMnOp".repeat(1_000),
    ] {
        let provider = FileCredential::new(&token);
        let error = provider.credential().await.unwrap_err();
        assert_eq!(error.to_string(), "not a file; did you mean BIGID_USER_TOKEN?");
        let checked = provider.check().unwrap_err();
        let shown = [all_of(&error), all_of(&checked), format!("{provider:?}")].concat();
        for run in token.as_bytes().windows(8) {
            assert!(!shown.contains(std::str::from_utf8(run).unwrap()), "{token}: {shown}");
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::io::{self, Write as _};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process::Command;

    use super::*;

    /// A secret as Kubernetes mounts it: the file is a link into a folder that is swapped as a whole.
    fn mount(folder: &Path, version: &str, token: &str, mode: u32) {
        fs::create_dir(folder.join(version)).unwrap();
        fs::write(folder.join(version).join("token"), token).unwrap();
        fs::set_permissions(folder.join(version).join("token"), fs::Permissions::from_mode(mode)).unwrap();
        symlink(version, folder.join("..data_tmp")).unwrap();
        fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
        if !folder.join("token").is_symlink() {
            symlink("..data/token", folder.join("token")).unwrap();
        }
    }

    #[tokio::test]
    async fn a_secret_is_read_as_a_cluster_mounts_it_in_every_mode() {
        for mode in [0o644, 0o444, 0o440, 0o640, 0o400, 0o600, 0o777] {
            let folder = folder();
            mount(folder.path(), "..2026_11_26_18_00_00.1", "first", mode);
            let provider = FileCredential::new(folder.path().join("token"));
            provider.check().unwrap();
            mount(folder.path(), "..2026_11_26_19_00_00.2", "second", mode);
            fs::remove_dir_all(folder.path().join("..2026_11_26_18_00_00.1")).unwrap();
            assert_eq!(provider.credential().await.unwrap(), Credential::user_token("second"), "{mode:o}");
        }
    }

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_file_that_every_user_can_read_is_a_warning_once() {
        let folder = folder();
        let path = folder.path().join("token");
        fs::write(&path, "hunter2").unwrap();
        for (mode, accepted, warnings) in
            [(0o644, false, 1), (0o604, false, 1), (0o644, true, 0), (0o640, false, 0), (0o600, false, 0)]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let log = Log::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
            tracing::subscriber::with_default(subscriber, || {
                let provider = FileCredential::new(&path);
                let provider = if accepted { provider.allow_group_or_world_readable() } else { provider };
                provider.check().unwrap();
                provider.check().unwrap();
            });
            let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
            assert_eq!(log.matches("WARN").count(), warnings, "{mode:o}: {log}");
            assert!(!log.contains("hunter2"), "{log}");
        }
    }

    fn pipe(folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    fn write(path: &Path, text: &'static str) -> std::thread::JoinHandle<()> {
        let path = path.to_owned();
        std::thread::spawn(move || {
            fs::OpenOptions::new().write(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
        })
    }

    #[tokio::test]
    async fn a_pipe_is_read_once_and_its_token_serves() {
        let folder = folder();
        let path = pipe(&folder);
        let provider = FileCredential::new(&path);
        let writer = write(&path, "first\n");
        provider.check().unwrap();
        writer.join().unwrap();
        // Nobody writes it now: to open it would block forever.
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
        fs::remove_file(&path).unwrap();
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
        fs::write(&path, "second").unwrap();
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("second"));
    }

    #[tokio::test]
    async fn a_pipe_that_nobody_writes_blocks_neither_a_worker_nor_a_build() {
        let folder = folder();
        let path = pipe(&folder);
        let provider = FileCredential::with(path.clone(), false, Duration::from_millis(1));
        let error = provider.check().unwrap_err().to_string();
        assert!(error.contains("is a pipe that was not written and closed within 1ms"), "{error}");
        assert!(provider.credential().await.is_err());
        // It is written at last, to the reader that has waited since.
        write(&path, "first").join().unwrap();
        while provider.check().is_err() {}
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
    }

    #[tokio::test]
    async fn while_a_pipe_is_waited_for_the_runtime_goes_on() {
        let folder = folder();
        let path = pipe(&folder);
        let provider = FileCredential::new(&path);
        let mut reading = provider.credential();
        assert!((&mut reading).now_or_never().is_none(), "it was waited for on the worker");
        tokio::task::yield_now().await;
        let writer = write(&path, "first");
        assert_eq!(reading.await.unwrap(), Credential::user_token("first"));
        writer.join().unwrap();
    }

    #[tokio::test]
    async fn a_file_without_an_end_is_read_to_the_limit_alone() {
        let error = FileCredential::new("/dev/zero").credential().await.unwrap_err();
        assert!(error.to_string().contains("/dev/zero is larger than 64 KiB"), "{error}");
    }
}
