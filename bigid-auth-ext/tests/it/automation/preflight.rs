//! The user and the permissions of a token.

use std::time::Duration;

use bigid_auth_ext::http::{Method, StatusCode};
use bigid_auth_ext::{AuthError, BigIdClient, Credential, Dialect};
use bigid_sandbox::{Fault, Profile, ResponseTemplate};
use serde_json::json;

use super::setup::Fixture;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn one_call_tells_user_permissions_ends_and_dialect() {
    for (profile, dialect) in [
        (Profile::Deployed2023, Dialect::Deployed),
        (Profile::Deployed6x, Dialect::Deployed),
        (Profile::Spec, Dialect::Spec),
    ] {
        let fixture = Fixture::with(|builder| builder.profile(profile)).await;
        fixture.sandbox.route_with_session(Method::GET, "/api/v1/roles/rbac/user-permissions", |_| {
            ResponseTemplate::json(
                &json!({"isRootScope": true, "userPermissions": {"permission.a": true, "permission.b": false}}),
            )
        });
        let who = fixture.client.whoami().await.unwrap();
        assert_eq!(
            (who.user.as_deref(), who.dialect, who.is_root_scope),
            (Some("sandbox-admin"), Some(dialect), Some(true))
        );
        assert_eq!((who.may("permission.a"), who.may("permission.b")), (Some(true), Some(false)));
        assert_eq!(who.session_expires_in, 7 * DAY);
        assert!(who.user_token_expires_in.is_some_and(|left| left > 30 * DAY), "{who:?}");
        let text = who.to_string();
        assert!(
            text.contains("sandbox-admin")
                && text.contains("1 permissions, root scope")
                && text.contains("7 days left"),
            "{text}"
        );
        let secrets = [
            fixture.sandbox.user_token(),
            fixture.client.session().await.unwrap().authorization().to_str().unwrap().to_owned(),
        ];
        let shown = format!("{who:?} {text}");
        assert!(secrets.iter().all(|secret| !shown.contains(secret.trim_start_matches("Bearer "))));
        assert_eq!(fixture.client.exchanges(), 1);
    }
}

#[tokio::test]
async fn a_server_that_does_not_tell_permissions_still_tells_who_this_is() {
    for status in [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::NOT_IMPLEMENTED] {
        let fixture = Fixture::new().await;
        fixture.sandbox.on("get_user_permissions").always(Fault::Status(status));
        let who = fixture.client.whoami().await.unwrap();
        assert_eq!((who.permissions.clone(), who.may("x")), (None, None));
        assert!(who.user.is_some() && who.to_string().contains("may:        unknown"));
    }
    let fixture = Fixture::new().await;
    fixture.sandbox.on("get_user_permissions").always(Fault::Status(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(fixture.client.whoami().await.unwrap_err().status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
}

#[tokio::test]
async fn a_bad_token_is_said_to_be_one_and_a_session_has_no_user_token() {
    let fixture = Fixture::new().await;
    let bad = BigIdClient::builder(fixture.sandbox.base_url()).user_token("garbage").build().unwrap();
    let error = bad.whoami().await.unwrap_err();
    assert!(AuthError::of(&error).unwrap().is_rejected(), "{error}");

    let token = fixture.sandbox.system_token();
    // Also where the session's token was given in place of a user token.
    for session in [Credential::session(token.clone()), Credential::user_token(token)] {
        let given = BigIdClient::builder(fixture.sandbox.base_url()).credential(session).clock(fixture.clock.clone());
        let who = given.build().unwrap().whoami().await.unwrap();
        assert_eq!((who.user.as_deref(), who.user_token_expires_in), (Some("sandbox-admin"), None));
    }
}
