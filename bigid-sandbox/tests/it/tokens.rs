//! User tokens as created in Access Management, and the sessions exchanged for them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bigid_sandbox::{Clock, Fault, Profile, Sandbox, TokenError, User};
use serde_json::{Value, json};

use crate::common::{Caller, TestResult};

const DAY: Duration = Duration::from_secs(86_400);

fn claims(token: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let payload = token.split('.').nth(1).ok_or("no payload")?;
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?)
}

async fn password_session(sandbox: &Sandbox, caller: &Caller) -> Result<String, Box<dyn std::error::Error>> {
    let credentials = json!({"username": sandbox.username(), "password": sandbox.password()});
    let response = caller.http.post(format!("{}/sessions", caller.base)).json(&credentials).send().await?;
    let response: Value = serde_json::from_str(&response.text().await?)?;
    Ok(response["auth_token"].as_str().ok_or("no session")?.to_owned())
}

/// Whether a session opens a call.
async fn opens(caller: &Caller, session: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let response = caller.get("/ds-connections?limit=1", session).send().await?.text().await?;
    Ok(response.contains("totalCount"))
}

#[tokio::test]
async fn the_tutorial_is_walked_from_end_to_end() -> TestResult {
    let sandbox = Sandbox::builder().user(User::new("ada").password("x")).start().await?;
    let caller = Caller::new(&sandbox)?;
    let token = sandbox.generate_user_token("ada", 30)?;
    assert_eq!(caller.exchange(token.value()).await?.status(), 401, "not before the user is saved");
    sandbox.save_user("ada")?;
    let session = caller.session(token.value()).await?;
    assert!(opens(&caller, &session).await?);
    sandbox.revoke_user_token(token.name())?;
    assert_eq!(caller.exchange(token.value()).await?.status(), 401);
    assert!(opens(&caller, &session).await?, "a session outlives the token it was made from");
    Ok(())
}

#[tokio::test]
async fn a_token_for_more_than_999_days_is_refused_with_a_reason() -> TestResult {
    let sandbox = Sandbox::start().await?;
    for days in [0, 1_000] {
        let refused = sandbox.generate_user_token("analyst-1", days).map(|token| token.name().to_owned());
        assert_eq!(refused, Err(TokenError::Days(days)));
        let text = TokenError::Days(days).to_string();
        assert!(text.contains("1 to 999 days") && text.contains(&days.to_string()), "{text}");
    }
    assert!(sandbox.generate_user_token("analyst-1", 999).is_ok());
    let nobody = sandbox.generate_user_token("nobody", 1).map(|token| token.name().to_owned());
    assert_eq!(nobody, Err(TokenError::UnknownUser("nobody".to_owned())));
    Ok(())
}

#[tokio::test]
async fn a_user_token_lives_up_to_999_days() -> TestResult {
    let sandbox = Sandbox::builder().clock(Clock::manual(1_700_000_000)).start().await?;
    let caller = Caller::new(&sandbox)?;
    let claims = claims(&sandbox.user_token())?;
    assert_eq!(claims["type"], "refresh-token");
    assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(999 * 86_400));
    sandbox.clock().advance(DAY * 999 - Duration::from_secs(1));
    assert_eq!(caller.exchange(&sandbox.user_token()).await?.status(), 200);
    sandbox.clock().advance(Duration::from_secs(1));
    assert_eq!(caller.exchange(&sandbox.user_token()).await?.status(), 401);
    Ok(())
}

#[tokio::test]
async fn a_system_token_lives_7_days_and_a_session_24_hours() -> TestResult {
    for profile in Profile::ALL {
        let sandbox = Sandbox::builder().profile(profile).clock(Clock::manual(1_700_000_000)).start().await?;
        let caller = Caller::new(&sandbox)?;
        let system = caller.session(&sandbox.user_token()).await?;
        let session = password_session(&sandbox, &caller).await?;
        for (token, seconds) in [(&system, 604_800), (&session, 86_400)] {
            let claims = claims(token)?;
            assert_eq!((&claims["iat"], &claims["exp"]), (&json!(1_700_000_000), &json!(1_700_000_000 + seconds)));
        }
        let advance = |seconds| sandbox.clock().advance(Duration::from_secs(seconds));
        advance(86_399);
        assert!(opens(&caller, &session).await?);
        advance(1);
        assert!(!opens(&caller, &session).await? && opens(&caller, &system).await?);
        advance(604_800 - 86_400 - 1);
        assert!(opens(&caller, &system).await?);
        advance(1);
        assert!(!opens(&caller, &system).await?);
    }
    Ok(())
}

#[tokio::test]
async fn lifetimes_are_set_before_and_during_a_run() -> TestResult {
    let lifetime = |token: &str| -> Result<i64, Box<dyn std::error::Error>> {
        let claims = claims(token)?;
        Ok(claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0))
    };
    let builder = Sandbox::builder().system_token_lifetime(Duration::from_secs(60)).session_lifetime(DAY * 2);
    let sandbox = builder.start().await?;
    let caller = Caller::new(&sandbox)?;
    assert_eq!(lifetime(&caller.session(&sandbox.user_token()).await?)?, 60);
    assert_eq!(lifetime(&password_session(&sandbox, &caller).await?)?, 172_800);
    sandbox.set_system_token_lifetime(Duration::from_secs(5));
    sandbox.set_session_lifetime(Duration::ZERO);
    assert_eq!(lifetime(&caller.session(&sandbox.user_token()).await?)?, 5);
    let dead = password_session(&sandbox, &caller).await?;
    assert!(!opens(&caller, &dead).await?);
    Ok(())
}

#[tokio::test]
async fn sessions_carry_the_recorded_claims() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let system = caller.session(&sandbox.user_token()).await?;
    let header = URL_SAFE_NO_PAD.decode(system.split('.').next().unwrap_or_default())?;
    assert_eq!(serde_json::from_slice::<Value>(&header)?, json!({"alg": "HS256", "typ": "JWT"}));
    let names = |token: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let mut names: Vec<_> = claims(token)?.as_object().ok_or("no claims")?.keys().cloned().collect();
        names.sort();
        Ok(names)
    };
    assert_eq!(names(&system)?, ["exp", "iat", "isAdmin", "roleIds", "tenantId", "type", "user_name"]);
    let session = password_session(&sandbox, &caller).await?;
    assert_eq!(names(&session)?, ["exp", "iat", "isAdmin", "roleIds", "type", "user_name"]);
    assert_eq!(claims(&session)?["type"], "access-token");
    assert_eq!(claims(&session)?["isAdmin"], true);
    Ok(())
}

#[tokio::test]
async fn two_sessions_of_one_second_are_equal_unless_told_otherwise() -> TestResult {
    for profile in Profile::ALL {
        for unique in [false, true] {
            let builder = Sandbox::builder().profile(profile).clock(Clock::manual(5));
            let builder = if unique { builder.unique_sessions() } else { builder };
            let sandbox = builder.start().await?;
            let caller = Caller::new(&sandbox)?;
            let one = caller.session(&sandbox.user_token()).await?;
            assert_eq!(one != caller.session(&sandbox.user_token()).await?, unique);
            sandbox.revoke_session(&one)?;
            assert!(!opens(&caller, &one).await?);
            let next = caller.session(&sandbox.user_token()).await?;
            assert!(opens(&caller, &next).await?, "what was issued after a revocation opens a call");
            assert_eq!(opens(&caller, &one).await?, !unique, "a text issued again is a session again");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_taken_only_for_what_it_is() -> TestResult {
    for profile in Profile::ALL {
        let sandbox = Sandbox::builder().profile(profile).start().await?;
        let caller = Caller::new(&sandbox)?;
        let session = caller.session(&sandbox.user_token()).await?;
        assert!(!opens(&caller, &sandbox.user_token()).await?, "a user token opens no call");
        assert!(caller.session(&session).await.is_err(), "a session is no user token");
        let other = Sandbox::builder().profile(profile).start().await?;
        assert!(!opens(&Caller::new(&other)?, &session).await?, "another server's session opens nothing");
        assert!(Caller::new(&other)?.session(&sandbox.user_token()).await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn revocation_ends_one_session_or_all() -> TestResult {
    let sandbox = Sandbox::builder().unique_sessions().start().await?;
    let caller = Caller::new(&sandbox)?;
    let (one, two) = (caller.session(&sandbox.user_token()).await?, caller.session(&sandbox.user_token()).await?);
    let three = password_session(&sandbox, &caller).await?;
    sandbox.revoke_session(&one)?;
    assert!(!opens(&caller, &one).await? && opens(&caller, &two).await? && opens(&caller, &three).await?);
    sandbox.revoke_sessions();
    assert!(!opens(&caller, &two).await? && !opens(&caller, &three).await?);
    let fresh = caller.session(&sandbox.user_token()).await?;
    assert!(opens(&caller, &fresh).await?, "the user token still makes new ones");
    Ok(())
}

#[tokio::test]
async fn sessions_are_refused_as_on_the_cloud() -> TestResult {
    let sandbox = Sandbox::builder().refuse_sessions().start().await?;
    let caller = Caller::new(&sandbox)?;
    assert!(password_session(&sandbox, &caller).await.is_err());
    assert!(caller.session(&sandbox.user_token()).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_skewed_server_clock_is_seen_in_the_token_and_not_in_its_life() -> TestResult {
    let sandbox = Sandbox::builder().clock(Clock::manual(1_700_000_000)).start().await?;
    let caller = Caller::new(&sandbox)?;
    sandbox.on("exchange").once(Fault::ClockAhead(DAY * 30));
    sandbox.on("exchange").after(1).once(Fault::ClockBehind(DAY * 30));
    for (expected, date) in [
        (1_700_000_000 + 30 * 86_400, "Thu, 14 Dec 2023 22:13:20 GMT"),
        (1_700_000_000 - 30 * 86_400, "Sun, 15 Oct 2023 22:13:20 GMT"),
    ] {
        let response = caller.exchange(&sandbox.user_token()).await?;
        assert_eq!(response.headers()["date"], date);
        let token = response.json::<Value>().await?["systemToken"].as_str().unwrap_or_default().to_owned();
        assert_eq!(claims(&token)?["iat"], expected);
        assert!(opens(&caller, &token).await?);
        sandbox.clock().advance(DAY * 7);
        assert!(!opens(&caller, &token).await?);
        sandbox.clock().rewind(DAY * 7);
    }
    Ok(())
}

#[tokio::test]
async fn clocks_may_be_shared() -> TestResult {
    let clock = Clock::manual(1_000);
    let one = Sandbox::builder().clock(clock.clone()).start().await?;
    let two = Sandbox::builder().clock(clock.clone()).start().await?;
    one.clock().advance(DAY);
    assert_eq!((two.clock().unix_seconds(), clock.unix_seconds()), (87_400, 87_400));
    Ok(())
}

#[tokio::test]
async fn a_session_may_be_a_text_without_a_meaning() -> TestResult {
    let sandbox = Sandbox::builder().opaque_sessions().clock(Clock::manual(0)).start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    assert!(!session.contains('.') && opens(&caller, &session).await?);
    sandbox.clock().advance(DAY * 7);
    assert!(!opens(&caller, &session).await?);
    let session = password_session(&sandbox, &caller).await?;
    sandbox.revoke_session(&session)?;
    assert!(!opens(&caller, &session).await?);
    let session = caller.session(&sandbox.user_token()).await?;
    sandbox.revoke_sessions();
    assert!(!opens(&caller, &session).await?);
    Ok(())
}

#[tokio::test]
async fn a_system_token_can_be_had_without_an_exchange() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = sandbox.system_token();
    assert!(opens(&caller, &session).await?);
    assert_eq!((claims(&session)?["user_name"].clone(), sandbox.calls("exchange")), (json!(sandbox.username()), 0));
    Ok(())
}

#[tokio::test]
async fn the_sandboxs_own_token_has_a_name_and_a_guess_is_an_error() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    for guess in ["guess", "", &sandbox.user_token(), &sandbox.username()] {
        let refused = sandbox.revoke_user_token(guess).err().ok_or("a guess was taken for a name")?;
        let shown = (guess != sandbox.user_token()).then(|| guess.to_owned());
        assert!(refused.to_string().contains("user_token_name"), "{refused}");
        assert_eq!(refused, TokenError::UnknownToken(shown), "the token itself is never shown");
    }
    for guess in ["guess", &sandbox.user_token()] {
        assert_eq!(sandbox.revoke_session(guess), Err(TokenError::UnknownSession));
    }
    assert_eq!(sandbox.save_user("nobody"), Err(TokenError::UnknownUser("nobody".to_owned())));
    assert_eq!(caller.exchange(&sandbox.user_token()).await?.status(), 200);
    sandbox.revoke_user_token(&sandbox.user_token_name())?;
    assert_eq!(caller.exchange(&sandbox.user_token()).await?.status(), 401);
    assert_eq!(sandbox.revoke_user_token(&sandbox.user_token_name()), Ok(()), "revoked is revoked");
    Ok(())
}
