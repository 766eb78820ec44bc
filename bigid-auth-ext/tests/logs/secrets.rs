//! No secret is in anything that a caller, a log or a user may see, wherever a server, a provider or a setting writes
//! it.

use std::error::Error as StdError;
use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::types::ApiErrorBody;
use bigid_auth_ext::{BigIdClient, Credential, CredentialProvider, Dialect, ManualClock, ProviderError, async_trait};

use crate::raw::{RawServer, json, with_headers};

/// A long secret of the characters of tokens and passwords, another one for each number.
fn secret(number: u64) -> String {
    let mut random = fastrand::Rng::with_seed(number);
    let mut part = |length| -> String {
        (0..length).map(|_| char::from(b"ABCDEFGHijklmnop0123456789-_"[random.usize(..28)])).collect()
    };
    match number % 3 {
        0 => format!("{}.{}.{}", part(20), part(40), part(30)),
        1 => part(36),
        _ => format!("{}/{}+{}=", part(20), part(9), part(9)),
    }
}

/// Ways in which a server may write a secret into JSON.
fn spellings(secret: &str) -> Vec<String> {
    let escaped = |each: fn(char) -> String| secret.chars().map(each).collect::<String>();
    vec![
        secret.to_owned(),
        secret.replace('/', "\\/"),
        escaped(|character| format!("\\u{:04x}", u32::from(character))),
        escaped(|character| format!("\\\\u{:04X}", u32::from(character))),
        escaped(|character| format!("%{:02x}", u32::from(character))),
        escaped(|character| format!("&#{};", u32::from(character))),
        STANDARD.encode(format!("user:{secret}")),
        secret[..secret.len() - 12].to_owned(),
        secret[9..].to_owned(),
    ]
}

/// Whether a part of a secret, in one of its spellings, is in a text.
fn survives(secret: &str, text: &str) -> bool {
    let text = text.replace("\\\\", "\\");
    let of = |whole: &str, run: usize| {
        whole.as_bytes().windows(run).any(|run| text.contains(std::str::from_utf8(run).unwrap()))
    };
    let encoded = STANDARD.encode(format!("user:{secret}"));
    spellings(secret)[2..6].iter().any(|spelling| of(&spelling.replace("\\\\", "\\"), 8 * 6))
        || of(secret, 8)
        || of(&encoded[8..], 12)
}

fn all_of(error: &dyn StdError) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        text += &format!("{error}\n{error:?}\n{error:#?}\n");
        next = error.source();
    }
    text
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

/// Runs a future with a log of everything, which comes after what it gives.
async fn logged(future: impl Future<Output = String>) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let guard = crate::subscribe(subscriber.finish());
    let seen = future.await;
    drop(guard);
    let told = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    seen + &told
}

/// Bodies that repeat a secret.
fn bodies(said: &str) -> [(&'static str, String); 4] {
    [
        ("application/json", format!(r#"{{"success":false,"message":"the token {said} is bad"}}"#)),
        (
            "application/json",
            format!(
                r#"{{"success":false,"error":{{"{said}":["{said}"]}},"message":"Failed to authenticate token. {said}"}}"#
            ),
        ),
        ("text/html", format!("<html><title>the token {said} is bad</title><p>{said}</p></html>")),
        ("text/plain", format!("the token {said}")),
    ]
}

/// Everything that can be seen of a failed list.
async fn failure(client: &BigIdClient) -> String {
    let mut seen = format!("{client:?}\n");
    match client.list_data_sources().send().await {
        // What a server sends as a success is data.
        Ok(_) => {}
        Err(error) => {
            seen += &all_of(&error);
            match &error {
                Error::<ApiErrorBody>::ErrorResponse(response) => {
                    seen += &serde_json::to_string::<ApiErrorBody>(response).unwrap()
                }
                Error::Payload(payload) => seen += &String::from_utf8_lossy(payload.body()),
                _ => {}
            }
        }
    }
    seen
}

#[tokio::test]
async fn no_part_of_a_credential_or_session_is_in_an_error_or_a_log() {
    const SPELLINGS: usize = 9;
    for (index, status) in [200, 302, 400, 401, 403, 500, 503].into_iter().enumerate() {
        for spelling in 0..SPELLINGS {
            for (body, of_session) in (0..4).flat_map(|body| [(body, false), (body, true)]) {
                let number = (index + spelling + body) as u64;
                let (user, session) = (secret(number), secret(100 + number));
                let secret = if of_session { session.clone() } else { user.clone() };
                let said = &spellings(&secret)[spelling];
                let (kind, body) = bodies(said)[body].clone();
                let location = if status == 302 { format!("location: https://h/{secret}\r\n") } else { String::new() };
                let response = with_headers(status, &format!("content-type: {kind}\r\n{location}"), &body);
                let server = RawServer::start(move |request| {
                    let exchange = request.target().ends_with("/refresh-access-token");
                    Some(if exchange && of_session {
                        json(200, &format!(r#"{{"success":true,"systemToken":"{session}"}}"#))
                    } else {
                        response.clone()
                    })
                })
                .await;
                let seen = logged(async {
                    let builder = BigIdClient::builder(server.origin()).user_token(&user);
                    let builder = builder.dialect(Dialect::Deployed).clock(ManualClock::default());
                    #[cfg(any(feature = "rustls", feature = "native-tls"))]
                    let builder = builder.http(|http| http.tls_certs_only([]));
                    let seen = format!("{builder:?}");
                    seen + &failure(&builder.build().unwrap()).await
                })
                .await;
                assert!(!of_session || seen.contains("bigid_auth_ext::layers::attempt"), "no log: {seen}");
                assert!(!survives(&secret, &seen), "{status} {said} in {body}:\n{seen}");
            }
        }
    }
}

/// Fails with the token that it last gave.
#[derive(Debug)]
struct Talkative(Mutex<Vec<String>>);

/// An error that prints more than it displays.
#[derive(Debug)]
#[allow(dead_code, reason = "its Debug is what must not be printed")]
struct Leaky {
    password: String,
    said: String,
}

impl std::fmt::Display for Leaky {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the vault is sealed ({})", self.said)
    }
}

impl StdError for Leaky {}

#[async_trait]
impl CredentialProvider for Talkative {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        let (token, password) = (secret(7), secret(8));
        match self.0.lock().unwrap().pop() {
            Some(token) => Ok(Credential::user_token(token)),
            None => Err(Leaky { password, said: token }.into()),
        }
    }
}

#[tokio::test]
async fn of_a_providers_error_its_words_are_kept_and_no_secret() {
    let server = RawServer::start(|_| Some(json(401, "{}"))).await;
    let client = BigIdClient::builder(server.origin()).credential_provider(Talkative(vec![secret(7)].into()));
    let client = client.dialect(Dialect::Deployed).clock(ManualClock::default()).build().unwrap();
    client.session().await.unwrap_err();
    let error = client.session().await.unwrap_err();
    let seen = all_of(&error);
    assert!(seen.contains("the vault is sealed ([redacted])"), "{seen}");
    assert!(!survives(&secret(7), &seen) && !survives(&secret(8), &seen), "{seen}");
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn no_part_of_a_proxys_address_is_in_an_error() {
    let password = secret(1);
    for address in [
        format!("user:{password}@:x"),
        format!("http://user:{password}@:x"),
        format!("http://user:{password}@h:99999"),
        format!("http://user:{password}@"),
        format!("://user:{password}@h"),
        format!("ftp://user:{password}@h"),
        format!("http://user:{password}@h h"),
        format!("http://[{password}]"),
        password.clone(),
        format!("http://user:{password}@127.0.0.1:1"),
        format!("socks5://user:{password}@127.0.0.1:1"),
    ] {
        let builder = BigIdClient::builder("https://t.bigid.invalid").user_token("user-token").proxy(&*address);
        let builder = builder.clock(ManualClock::default());
        let seen = match builder.clone().build() {
            Err(error) => all_of(&error),
            Ok(client) => format!("{client:?}") + &all_of(&client.session().await.unwrap_err()),
        };
        let seen = seen + &format!("{builder:?}");
        assert!(!survives(&password, &seen), "{address}: {seen}");
    }
}
