//! Sends hostile input to every operation of the contract: the response is an error or a success, never a crash, and a
//! page beyond the end is empty.

use std::collections::BTreeSet;

use bigid_sandbox::http::Method;
use bigid_sandbox::{Profile, Sandbox};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::common::{Signed, TestResult};

struct Described {
    method: Method,
    path: String,
    /// The query parameters.
    query: BTreeSet<String>,
}

fn operations() -> Result<Vec<Described>, Box<dyn std::error::Error>> {
    let contract: Value = serde_json::from_str(bigid_sandbox::openapi())?;
    let mut operations = Vec::new();
    for (path, item) in contract["paths"].as_object().into_iter().flatten() {
        for (method, operation) in
            item.as_object().into_iter().flatten().filter(|(_, one)| one["operationId"].is_string())
        {
            let both =
                [&item["parameters"], &operation["parameters"]].into_iter().filter_map(Value::as_array).flatten();
            let parameters = both.map(|one| match one["$ref"].as_str() {
                Some(reference) => contract.pointer(reference.trim_start_matches('#')).unwrap_or(one),
                None => one,
            });
            let query = parameters.filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str());
            let (query, method) =
                (query.map(str::to_owned).collect(), Method::from_bytes(method.to_uppercase().as_bytes())?);
            operations.push(Described { method, path: path.clone(), query });
        }
    }
    assert!(operations.len() > 150);
    Ok(operations)
}

async fn world() -> Result<Signed, Box<dyn std::error::Error>> {
    let builder = Sandbox::builder().profile(Profile::Deployed6x).data_sources(6).catalog_objects(40).cases(9);
    Signed::to(builder.start().await?).await
}

/// Puts a text into every parameter of a path.
fn with_parameters(path: &str, text: &str) -> String {
    let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let parts = path.split('{').enumerate().map(|(place, part)| match (place, part.split_once('}')) {
        (1.., Some((_, rest))) => format!("{encoded}{rest}"),
        _ => part.to_owned(),
    });
    parts.collect()
}

/// A success or an error below 500. One operation responds with 500 on purpose, as deployed servers do.
fn is_fine(path: &str, status: u16) -> bool {
    status < 500 || (status == 500 && path.starts_with("/data-catalog/tags/all-pairs-ds"))
}

#[tokio::test]
async fn no_query_parameter_breaks_an_operation() -> TestResult {
    let signed = world().await?;
    for operation in operations()?.iter().filter(|one| one.method == Method::GET) {
        for parameter in &operation.query {
            let texts: &[&str] = match parameter.as_str() {
                "skip" | "limit" | "offset" => {
                    &["-1", "0", "99999999999999999999999", "18446744073709551615", "1e9", "x", ""]
                }
                _ => &[
                    "null",
                    "[null]",
                    "{}",
                    "[",
                    "5",
                    "\"",
                    "\\",
                    "a = ",
                    "a = \"\\",
                    "((((",
                    "NOT",
                    "\u{0}",
                    "名 = \"ü\"",
                    "%",
                    r#"[{"field":"name","operator":"in","value":null}]"#,
                    r#"[{"field":"a.b.c","operator":"equal","value":{}}]"#,
                    r#"[{"field":"name","desc":"yes"}]"#,
                    "-name",
                    "name:desc",
                    "name DESC,type",
                ],
            };
            for text in texts {
                let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC);
                let path = format!("{}?{parameter}={encoded}", with_parameters(&operation.path, "x"));
                let response = signed.caller.get(&path, &signed.session).send().await?;
                let status = response.status().as_u16();
                assert!(is_fine(&path, status), "{path}: {status} {}", response.text().await?);
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_page_beyond_the_end_is_empty_and_a_page_of_one_has_one() -> TestResult {
    let signed = world().await?;
    let (mut empty, mut single) = (0, 0);
    for operation in operations()?.iter().filter(|one| one.method == Method::GET && one.query.contains("limit")) {
        let path = with_parameters(&operation.path, "x");
        let page = async |query: &str| -> Result<Option<usize>, Box<dyn std::error::Error>> {
            let (status, body) = signed.get(&format!("{path}?{query}")).await?;
            Ok(if status == 200 { longest_list(&body) } else { None })
        };
        let Some(all @ 1..) = page("limit=1000").await? else { continue };
        if operation.path.ends_with("cases-group-by-policy") {
            // A group contains its own list.
            continue;
        }
        assert_eq!(page("limit=1").await?, Some(1), "{path}");
        single += usize::from(all > 1);
        for skip in ["skip", "offset"].into_iter().filter(|skip| operation.query.contains(*skip)) {
            assert_eq!(page(&format!("{skip}={all}&limit=5")).await?, Some(0), "{path} {skip}");
            assert_eq!(page(&format!("{skip}=99999999999999999999&limit=5")).await?, Some(0), "{path} {skip}");
            assert_eq!(page(&format!("{skip}={}&limit=5", all - 1)).await?, Some(1), "{path} {skip}");
            empty += 1;
        }
    }
    assert!(empty > 12 && single > 12, "{empty} {single}");
    Ok(())
}

/// The length of the list of records: the first array on the way down.
fn longest_list(body: &Value) -> Option<usize> {
    match body {
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => members.values().find_map(longest_list),
        _ => None,
    }
}

#[tokio::test]
async fn no_body_breaks_an_operation() -> TestResult {
    let signed = world().await?;
    let deep = "[".repeat(50_000);
    let bodies: [(&str, &[u8]); 12] = [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"null"),
        ("application/json", b"[]"),
        ("application/json", b"\"x\""),
        ("application/json", b"[null]"),
        ("application/json", b"\xff\xfe{}"),
        (
            "application/json",
            br#"{"query":null,"data":null,"name":null,"type":{},"filter":[null],"additionalProperties":[]}"#,
        ),
        (
            "application/json",
            br#"{"query":{"filter":5,"sort":{}},"data":[null,{"tags":5}],"name":[],"ds_connection":5,"systemUser":[]}"#,
        ),
        ("text/xml", b"<a/>"),
        ("application/x-www-form-urlencoded", b"a=%zz&=&&b"),
        ("application/json", deep.as_bytes()),
    ];
    for operation in operations()?.iter().filter(|one| one.method != Method::GET) {
        for (media_type, body) in bodies {
            let path = with_parameters(&operation.path, "x");
            let request = signed.caller.request(operation.method.clone(), &path, &signed.session);
            let response = request.header("content-type", media_type).body(body.to_vec()).send().await?;
            let status = response.status().as_u16();
            assert!(
                is_fine(&path, status),
                "{} {path} {media_type}: {status} {}",
                operation.method,
                response.text().await?
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn any_text_in_a_path_is_a_name_that_does_not_exist_or_one_that_does() -> TestResult {
    let signed = world().await?;
    let long = "n".repeat(4_000);
    // `..` and its encoding are resolved by every URL library before they are sent.
    let names = ["a/b", "100% & ?#", "名前 🦤", " ", "\u{0}", "%2F", "\"'\\", "<b>", "__proto__", "-1", long.as_str()];
    for operation in operations()?.iter().filter(|one| one.path.contains('{')) {
        for name in names {
            let path = with_parameters(&operation.path, name);
            let request = signed.caller.request(operation.method.clone(), &path, &signed.session).json(&json!({}));
            let response = request.send().await?;
            let (status, body) = (response.status().as_u16(), response.text().await?);
            assert!(is_fine(&path, status), "{} {path}: {status} {body}", operation.method);
            assert!(!body.contains("Cannot "), "{} {path} has no route: {body}", operation.method);
        }
    }
    // Names that exist, from creation to deletion.
    for name in names {
        let source = json!({"ds_connection": {"name": name, "type": "s3-v2"}});
        let (status, body) = signed.send(Method::POST, "/ds_connections", &source).await?;
        assert_eq!((status, &body["ds_connection"]["name"]), (200, &json!(name)), "{name:?}");
        let path = with_parameters("/ds_connections/{name}", name);
        assert_eq!(signed.get(&path).await?.1["ds_connection"]["name"], name);
        assert_eq!(
            signed.send(Method::POST, &with_parameters("/ds-connections/{name}/scan", name), &json!({})).await?.0,
            200
        );
        assert_eq!(signed.send(Method::DELETE, &path, &Value::Null).await?.0, 200, "{name:?}");
        assert_eq!(signed.get(&path).await?.0, 400, "{name:?}");
    }
    Ok(())
}
