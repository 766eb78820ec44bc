//! Differences between published documents and deployed servers.

use bigid_sandbox::{Profile, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Caller, TestResult};

async fn signed(profile: Profile) -> Result<(Sandbox, Caller, String), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().profile(profile).start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    Ok((sandbox, caller, session))
}

#[tokio::test]
async fn each_profile_knows_one_method_of_exchange() -> TestResult {
    for profile in Profile::ALL {
        let sandbox = Sandbox::builder().profile(profile).start().await?;
        let caller = Caller::new(&sandbox)?;
        let (right, wrong) =
            if profile == Profile::Spec { (Method::POST, Method::GET) } else { (Method::GET, Method::POST) };
        let send = async |method| caller.request(method, "/refresh-access-token", &sandbox.user_token()).send().await;
        assert_eq!(send(right).await?.status(), 200);
        let refused = send(wrong.clone()).await?;
        assert_eq!(refused.status(), 404);
        assert!(refused.text().await?.contains(&format!("Cannot {wrong} /api/v1/refresh-access-token")));
        assert_eq!((sandbox.calls("exchange"), sandbox.calls("unmatched")), (1, 1));
    }
    Ok(())
}

#[tokio::test]
async fn bearer_is_refused_by_deployed_servers_and_required_by_the_contract() -> TestResult {
    for profile in Profile::ALL {
        let (sandbox, caller, session) = signed(profile).await?;
        let exchange = if profile == Profile::Spec { Method::POST } else { Method::GET };
        for (method, path, token) in
            [(exchange, "refresh-access-token", sandbox.user_token()), (Method::GET, "ds-connections", session)]
        {
            for (prefix, bearer) in [("", false), ("Bearer ", true)] {
                let request = caller.http.request(method.clone(), format!("{}/{path}", caller.base));
                let response = request.header("authorization", format!("{prefix}{token}")).send().await?;
                let accepted = response.status() == 200 && !response.text().await?.contains("\"success\":false");
                assert_eq!(accepted, bearer == (profile == Profile::Spec), "{profile} {path} {prefix}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn authentication_errors_are_200_or_401() -> TestResult {
    for (profile, status, length) in
        [(Profile::Deployed2023, 200, 59), (Profile::Deployed6x, 401, 43), (Profile::Spec, 401, 43)]
    {
        let (_sandbox, caller, _) = signed(profile).await?;
        for path in ["/ds-connections", "/ds_connections/x", "/access-management/users", "/clusters"] {
            let response = caller.get(path, "garbage").send().await?;
            assert_eq!(
                (response.status().as_u16(), response.text().await?.len()),
                (status, length),
                "{profile} {path}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn one_content_type_serves_every_response_of_2023() -> TestResult {
    for (profile, json, csv) in [
        (Profile::Deployed2023, "text/html; charset=utf-8", "text/html; charset=utf-8"),
        (Profile::Deployed6x, "application/json; charset=utf-8", "text/csv; charset=utf-8"),
        (Profile::Spec, "application/json", "text/csv"),
    ] {
        let (_sandbox, caller, session) = signed(profile).await?;
        for (path, expected) in [("/ds-connections", json), ("/piiRecords/objects/file-download/export", csv)] {
            assert_eq!(caller.get(path, &session).send().await?.headers()["content-type"], expected);
        }
    }
    Ok(())
}

#[tokio::test]
async fn creating_a_data_source_takes_an_envelope_and_responds_with_200() -> TestResult {
    for profile in Profile::ALL {
        let (_sandbox, caller, session) = signed(profile).await?;
        let source = json!({"name": "new", "type": "s3"});
        let send =
            async |body: &Value| caller.request(Method::POST, "/ds_connections", &session).json(body).send().await;
        assert_eq!(send(&json!({"ds_connection": source})).await?.status(), 200);
        assert_eq!(send(&json!({"name": "bare", "type": "s3"})).await?.status(), 400);
    }
    Ok(())
}

#[tokio::test]
async fn a_location_is_a_place_and_the_host_is_elsewhere() -> TestResult {
    let (_sandbox, caller, session) = signed(Profile::Deployed6x).await?;
    let (_, body) = caller.json("/ds-connections", &session).await?;
    let records = body["data"]["ds_connections"].as_array().cloned().unwrap_or_default();
    for record in records {
        assert!(record["location"].as_str().is_none_or(|place| !place.contains('.') && !place.contains(':')));
        let host = match record["type"].as_str().unwrap_or_default() {
            "rdb-mysql" => "rdb_url",
            "mongodb" => "mongo_url",
            "smb" => "smbServer",
            "generic-rest-api" => "generic_server_url",
            _ => continue,
        };
        assert!(record[host].as_str().is_some_and(|host| host.contains(".example.com")));
    }
    Ok(())
}

#[tokio::test]
async fn connector_templates_are_not_where_the_contract_says() -> TestResult {
    let (_sandbox, caller, session) = signed(Profile::Deployed6x).await?;
    assert_eq!(caller.json("/ds-connections-types", &session).await?.0, 200);
    assert_eq!(caller.json("/ds-connections-types/template/s3", &session).await?.0, 200);
    for path in ["/ds-templates", "/ds-templates/s3"] {
        assert_eq!(caller.get(path, &session).send().await?.status(), 404);
    }
    Ok(())
}

#[tokio::test]
async fn a_scan_profile_is_made_from_json_or_from_a_form() -> TestResult {
    let (_sandbox, caller, session) = signed(Profile::Deployed6x).await?;
    let json = json!({"name": "nightly", "scanType": "dsScan"});
    let sent = caller.request(Method::POST, "/scanProfiles", &session).json(&json).send().await?;
    assert_eq!(sent.status(), 200);
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let form = part("data", r#"{"dataSourceList":["a"]}"#)
        + &part("scanProfileName", "weekly")
        + &part("scanProfileScanType", "dsScan")
        + "--b--\r\n";
    let request = caller.request(Method::POST, "/scanProfiles/", &session).body(form);
    assert_eq!(request.header("content-type", "multipart/form-data; boundary=b").send().await?.status(), 200);
    let (_, body) = caller.json("/scanProfiles", &session).await?;
    let names: Vec<_> = body["scanProfiles"].as_array().into_iter().flatten().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["nightly", "weekly"]);
    assert_eq!(body["scanProfiles"][1]["dataSourceList"], json!(["a"]));
    for (body, status) in [("", 400), ("[]", 400), ("{}", 200)] {
        let request = caller.request(Method::POST, "/scanProfiles", &session).body(body);
        assert_eq!(request.send().await?.status(), status, "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn scan_profiles_come_in_pages() -> TestResult {
    let (_sandbox, caller, session) = signed(Profile::Deployed6x).await?;
    for number in 0..7 {
        let profile = json!({"name": format!("p{number}")});
        caller.request(Method::POST, "/scanProfiles", &session).json(&profile).send().await?;
    }
    for (query, expected) in [
        ("", "p0 p1 p2 p3 p4 p5 p6"),
        ("skip=2", "p2 p3 p4 p5 p6"),
        ("limit=3", "p0 p1 p2"),
        ("skip=5&limit=3&requireTotalCount=true", "p5 p6"),
        ("offset=6", "p6"),
        ("skip=7", ""),
        ("limit=0", "p0 p1 p2 p3 p4 p5 p6"),
        ("limit=2&sort=%5B%7B%22field%22%3A%22name%22%2C%22desc%22%3Atrue%7D%5D", "p6 p5"),
    ] {
        let (status, body) = caller.json(&format!("/scanProfiles?{query}"), &session).await?;
        let names: Vec<_> =
            body["scanProfiles"].as_array().into_iter().flatten().map(|one| one["name"].clone()).collect();
        assert_eq!((status.as_u16(), names), (200, expected.split_whitespace().map(Value::from).collect()), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn request_profiles_are_named_and_clusters_are_a_bare_array() -> TestResult {
    let (_sandbox, caller, session) = signed(Profile::Deployed6x).await?;
    assert!(caller.json("/sar/profiles", &session).await?.1["profiles"].is_array());
    let clusters = caller.json("/clusters", &session).await?.1;
    let ids: Vec<_> = clusters.as_array().into_iter().flatten().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, ["cluster-1", "cluster-2", "cluster-3"]);
    assert_eq!(caller.json("/clusters?limit=2", &session).await?.1.as_array().map(Vec::len), Some(2));
    assert_eq!(caller.json("/clusters?filter=size", &session).await?.0, 422);
    Ok(())
}

#[tokio::test]
async fn the_base_url_is_a_host_and_the_documented_path() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let port = sandbox.address().port();
    assert_eq!(sandbox.base_url(), format!("http://127.0.0.1:{port}/api/v1"));
    Ok(())
}

#[tokio::test]
async fn permissions_are_353_dotted_names() -> TestResult {
    let (sandbox, caller, _) = signed(Profile::Deployed2023).await?;
    let credentials = json!({"username": sandbox.username(), "password": sandbox.password()});
    let response = caller.http.post(format!("{}/sessions", caller.base)).json(&credentials).send().await?;
    let response: Value = serde_json::from_str(&response.text().await?)?;
    let permissions = response["permissions"].as_array().cloned().unwrap_or_default();
    assert_eq!(permissions.len(), 353);
    assert!(permissions.iter().skip(1).all(|one| one.as_str().is_some_and(|one| one.starts_with("permission."))));
    Ok(())
}
