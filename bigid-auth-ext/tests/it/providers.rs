//! Credential providers that hang, panic, block their thread or call their own client: the error names the fault,
//! within a separate timeout. The limit passes on tokio's paused time, which the tests move.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use bigid_auth_ext::{
    AuthError, BigIdClient, Credential, CredentialProvider, ManualClock, PROVIDER_TIMEOUT, ProviderError, async_trait,
};

#[derive(Debug, Clone, Copy)]
enum Does {
    Hang,
    Panic,
    Block,
    AskForASession,
    Call,
}

#[derive(Debug)]
struct Provider {
    does: Does,
    asked: Arc<AtomicUsize>,
    client: Arc<OnceLock<BigIdClient>>,
    /// Blocks until the test drops the other end.
    released: Mutex<mpsc::Receiver<()>>,
}

#[async_trait]
impl CredentialProvider for Provider {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.does {
            Does::Hang => std::future::pending().await,
            Does::Panic => panic!("planted, with hunter2"),
            Does::Block => {
                let _ = self.released.lock().unwrap().recv();
                Err("released".into())
            }
            Does::AskForASession => {
                self.client.get().unwrap().session().await?;
                Err("a session".into())
            }
            Does::Call => {
                self.client.get().unwrap().list_data_sources().send().await?;
                Err("a response".into())
            }
        }
    }
}

struct Case {
    client: BigIdClient,
    asked: Arc<AtomicUsize>,
    clock: ManualClock,
    release: mpsc::Sender<()>,
}

fn case(does: Does) -> Case {
    let (release, released) = mpsc::channel();
    let (asked, own, clock) = (Arc::<AtomicUsize>::default(), Arc::<OnceLock<_>>::default(), ManualClock::default());
    let provider = Provider { does, asked: asked.clone(), client: own.clone(), released: Mutex::new(released) };
    let client = BigIdClient::builder("https://t.bigid.cloud").credential_provider(provider).clock(clock.clone());
    let client = client.http(|http| http.tls_certs_only([])).build().unwrap();
    own.set(client.clone()).unwrap();
    Case { client, asked, clock, release }
}

/// The error of a call. Once the provider was asked, its limit passes where it does not return by itself.
async fn error(case: &Case, passes: bool) -> AuthError {
    let (client, before) = (case.client.clone(), case.asked.load(Ordering::SeqCst));
    let session = tokio::spawn(async move { client.session().await });
    while case.asked.load(Ordering::SeqCst) == before && !session.is_finished() {
        tokio::task::yield_now().await;
    }
    if passes {
        tokio::time::advance(PROVIDER_TIMEOUT - Duration::from_millis(1)).await;
        assert!(!session.is_finished());
        tokio::time::advance(Duration::from_millis(2)).await;
    }
    session.await.unwrap().unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_return_is_named_and_its_failure_remembered() {
    for (does, passes, named, is_transient) in [
        (Does::Hang, true, "the credential provider did not return within 10s", true),
        (Does::Block, true, "the credential provider did not return within 10s", true),
        (Does::Panic, false, "the credential provider panicked", false),
        (Does::AskForASession, false, "the credential provider called its own client", false),
        (Does::Call, false, "the credential provider called its own client", false),
    ] {
        let case = case(does);
        let first = error(&case, passes).await;
        assert!(first.to_string().contains(named), "{does:?}: {first}");
        assert_eq!((first.is_transient(), first.is_unreachable(), first.is_rejected()), (is_transient, false, false));
        assert!(!format!("{first:?}").contains("hunter2"));
        for _ in 0..100 {
            assert!(case.client.session().await.unwrap_err().to_string().contains(named));
        }
        assert_eq!(case.asked.load(Ordering::SeqCst), 1, "{does:?}");
        case.clock.advance(Duration::from_millis(200));
        assert!(error(&case, passes).await.to_string().contains(named), "{does:?}");
        assert_eq!((case.asked.load(Ordering::SeqCst), case.client.exchanges()), (2, 0), "{does:?}");
        drop(case.release);
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_blocks_holds_up_no_other_task() {
    let case = case(Does::Block);
    let client = case.client.clone();
    let session = tokio::spawn(async move { client.session().await });
    while case.asked.load(Ordering::SeqCst) == 0 {
        // The one thread of this runtime is free for this loop.
        tokio::task::yield_now().await;
    }
    assert!(!session.is_finished());
    case.release.send(()).unwrap();
    let error = session.await.unwrap().unwrap_err();
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("released"), "{error:?}");
}

#[test]
fn a_provider_that_hangs_does_not_hold_up_the_end_of_its_runtime() {
    let case = case(Does::Hang);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut session = Box::pin(case.client.session());
        while case.asked.load(Ordering::SeqCst) == 0 {
            assert!(futures_util::poll!(&mut session).is_pending());
            tokio::task::yield_now().await;
        }
    });
    // Waits for threads that block.
    drop(runtime);
    assert_eq!(case.asked.load(Ordering::SeqCst), 1);
}
