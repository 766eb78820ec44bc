//! A call of an operation as a request, as a command for curl, and as a program in Rust with the SDK.
//!
//! The page sends what this returns, so the three are the same call. `examples/tests/programs/console.rs` compiles the
//! Rust of every operation, runs it, and compares what it sends.
//!
//! This file is long because a call as a request, as curl and as Rust must stay in step.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::contract::{self, Described};
use crate::operation::OperationName;
use crate::profile::Profile;

/// The call of `operation` with `parameters`, by name, and a `body` as text.
///
/// # Errors
/// An unknown operation or parameter, a value of the wrong type, or a missing required parameter.
pub(super) fn call(profile: Profile, base: &str, sent: &Value) -> Result<Value, String> {
    let name = sent["operation"].as_str().unwrap_or_default();
    let described = contract::operations().iter().find(|one| one.id == name || one.name == name);
    let described = described.ok_or("no operation of the contract has this name")?;
    let call = CheckedCall::read(described, sent)?;
    Ok(json!({
        "method": described.method.as_str(),
        "target": format!("/api/v1{}", call.target),
        "contentType": call.content_type,
        "body": call.body,
        "curl": call.curl(profile, base),
        "rust": program(base, &call.rust()),
        "lines": call.rust(),
    }))
}

/// The steps of the tutorial, as a program.
pub(super) fn tutorial(base: &str, sent: &Value) -> Result<Value, String> {
    let user = sent["user"].as_str().ok_or("\"user\" must be a string")?;
    let days = sent["days"].as_u64().ok_or("\"days\" must be a whole number")?;
    let rust =
        TUTORIAL.replace("{days}", &days.to_string()).replace("{base}", &text(base)).replace("{user}", &text(user));
    Ok(json!({ "rust": rust }))
}

/// A call with checked values.
struct CheckedCall {
    described: &'static Described,
    target: String,
    content_type: Option<&'static str>,
    body: Option<String>,
    /// The arguments of the client's method.
    arguments: Vec<String>,
    /// The methods of the builder, each with its argument.
    options: Vec<String>,
}

impl CheckedCall {
    fn read(described: &'static Described, sent: &Value) -> Result<Self, String> {
        let node = described.node();
        let parameters = node["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let given = |name: &str| sent["parameters"][name].as_str().filter(|text| !text.is_empty());
        for name in sent["parameters"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if !parameters.iter().any(|one| one["name"] == **name) {
                return Err(format!("{} has no parameter {name:?}", described.name));
            }
        }
        let mut call = Self {
            described,
            target: described.path.to_owned(),
            content_type: None,
            body: None,
            arguments: Vec::new(),
            options: Vec::new(),
        };
        let mut query = Vec::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            let required = parameter["required"] == true;
            let Some(value) = given(name) else {
                if required {
                    return Err(format!("the parameter {name} is required"));
                }
                continue;
            };
            let (literal, values) = literal(name, &parameter["schema"], value)?;
            if parameter["in"] == "path" {
                call.target = call.target.replace(&format!("{{{name}}}"), &encoded(value));
            } else {
                query.extend(values.iter().map(|value| format!("{}={}", encoded(name), encoded(value))));
            }
            if required {
                call.arguments.push(literal);
            } else {
                call.options.push(format!("{}({literal})", method(name)));
            }
        }
        if !query.is_empty() {
            call.target = format!("{}?{}", call.target, query.join("&"));
        }
        call.read_body(sent["body"].as_str().unwrap_or_default())?;
        Ok(call)
    }

    fn read_body(&mut self, text: &str) -> Result<(), String> {
        let request = &self.described.node()["requestBody"];
        let Some((media_type, media)) = request["content"].as_object().and_then(|all| all.iter().next()) else {
            return if text.is_empty() { Ok(()) } else { Err(format!("{} takes no body", self.described.name)) };
        };
        let required = request["required"] == true;
        if text.is_empty() && !required {
            return Ok(());
        }
        if media_type == "multipart/form-data" {
            self.content_type = Some("multipart/form-data; boundary=bigid-sandbox-console");
            let part = "Content-Disposition: form-data; name=\"file\"; filename=\"file.txt\"\r\nContent-Type: application/octet-stream";
            let boundary = "--bigid-sandbox-console";
            self.body = Some(format!("{boundary}\r\n{part}\r\n\r\n{text}\r\n{boundary}--\r\n"));
            self.arguments.push(format!("FormFile::new(\"file.txt\", {})", self::text(text)));
            return Ok(());
        }
        let value: Value = serde_json::from_str(text).map_err(|error| format!("the body is not JSON: {error}"))?;
        let type_name = media["schema"]["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        if media_type == "application/json" {
            self.content_type = Some("application/json");
            self.body = Some(value.to_string());
        } else {
            self.content_type = Some("application/x-www-form-urlencoded");
            self.body =
                Some(form(&value).ok_or("the body must be a JSON object with a string for each field of the form")?);
        }
        let record = format!("serde_json::from_str::<types::{type_name}>({})?", raw(&value.to_string()));
        if required {
            self.arguments.push(record);
        } else {
            self.options.push(format!("body({record})"));
        }
        Ok(())
    }

    fn is_exchange(&self) -> bool {
        OperationName::find(self.described.name).is_some_and(|name| OperationName::EXCHANGE.covers(name))
    }

    fn curl(&self, profile: Profile, base: &str) -> String {
        let mut lines =
            vec![format!("curl -X {} {}", self.described.method, quoted(&format!("{base}{}", self.target)))];
        if self.described.is_secured() {
            let token = if self.is_exchange() { "$BIGID_USER_TOKEN" } else { "$BIGID_SESSION" };
            let prefix = if profile == Profile::Spec { "Bearer " } else { "" };
            lines.push(format!("-H \"Authorization: {prefix}{token}\""));
        }
        if let Some(content_type) = self.content_type {
            lines.push(format!("-H {}", quoted(&format!("Content-Type: {content_type}"))));
        }
        if let Some(body) = &self.body {
            lines.push(format!("--data-binary {}", quoted(body)));
        }
        lines.join(" \\\n  ")
    }

    /// The lines of a function with a `client`.
    fn rust(&self) -> String {
        if self.is_exchange() {
            return "// The client exchanges the user token on its own, and renews the session in time.\n\
                    let session = client.session().await?;\nprintln!(\"{session:?}\");"
                .to_owned();
        }
        let arguments = self.arguments.join(", ");
        let options: String = self.options.iter().map(|option| format!("\n    .{option}")).collect();
        let line = if options.is_empty() { "" } else { "\n    " };
        format!(
            "let response = client{line}.{}({arguments}){options}{line}.await?;\nprintln!(\"{{response:#?}}\");",
            self.described.name
        )
    }
}

/// A whole program around the lines of a call.
fn program(base: &str, lines: &str) -> String {
    let mut names = vec!["BigIdClient"];
    if lines.contains("FormFile::new(") {
        names.push("FormFile");
    }
    if lines.contains("<types::") {
        names.push("types");
    }
    let names = if names.len() == 1 { names.concat() } else { format!("{{{}}}", names.join(", ")) };
    let lines: Vec<String> = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "use bigid_auth_ext::{names};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let token = std::env::var(\"BIGID_USER_TOKEN\")?;\n    let client = BigIdClient::builder({}).user_token(token).build()?;\n{}    \
         Ok(())\n}}\n",
        text(base),
        lines.concat()
    )
}

/// A value as Rust, and as one or more query values.
fn literal(name: &str, schema: &Value, value: &str) -> Result<(String, Vec<String>), String> {
    let whole = |literal: String| Ok((literal, vec![value.to_owned()]));
    match schema["type"].as_str() {
        Some("integer") => {
            let number: i64 = value.parse().map_err(|_| format!("the parameter {name} must be a whole number"))?;
            Ok((number.to_string(), vec![number.to_string()]))
        }
        Some("boolean") if matches!(value, "true" | "false") => whole(value.to_owned()),
        Some("boolean") => Err(format!("the parameter {name} must be true or false")),
        Some("array") => {
            let values: Vec<String> = value.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
            let literals: Vec<String> = values.iter().map(|value| text(value)).collect();
            Ok((format!("[{}]", literals.join(", ")), values))
        }
        _ => whole(text(value)),
    }
}

/// The fields of an object as a URL-encoded form; `None` for what a form cannot hold.
fn form(value: &Value) -> Option<String> {
    let field = |(name, value): (&String, &Value)| Some(format!("{}={}", encoded(name), encoded(value.as_str()?)));
    let fields: Option<Vec<String>> = value.as_object()?.iter().map(field).collect();
    Some(fields?.join("&"))
}

/// The builder method of a parameter: `requireTotalCount` is `require_total_count`.
fn method(name: &str) -> String {
    let mut method = String::with_capacity(name.len() + 8);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !method.is_empty() && !method.ends_with('_') {
            method.push('_');
        }
        method.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
    }
    match method.as_str() {
        "type" => "type_".to_owned(),
        _ => method,
    }
}

/// Any text as a Rust literal.
fn text(value: &str) -> String {
    format!("{value:?}")
}

/// JSON as a raw Rust literal, with enough `#` signs.
fn raw(json: &str) -> String {
    let mut signs = "#".to_owned();
    while json.contains(&format!("\"{signs}")) {
        signs.push('#');
    }
    format!("r{signs}\"{json}\"{signs}")
}

/// Any text as one word of a POSIX shell.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

/// RFC 3986: everything but unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `examples/tests/programs/console_tutorial.rs` is this program for one user.
const TUTORIAL: &str = r#"use bigid_auth_ext::BigIdClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // BIGID_USER_TOKEN is the token that was generated for {user}. It is valid for {days} days, once that user is
    // saved.
    let token = std::env::var("BIGID_USER_TOKEN")?;
    let client = BigIdClient::builder({base}).user_token(token).build()?;
    // The client exchanges the token before its first call, by whichever method the server knows, and sends the session
    // with each call.
    let mut sources = client.list_data_sources().records();
    while let Some(source) = sources.try_next().await? {
        println!("{}: {}", source.name.unwrap_or_default(), source.type_.unwrap_or_default());
    }
    Ok(())
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_one_call_whatever_the_values_hold() {
        let sent = json!({ "operation": "getDataSource", "parameters": { "name": "a/b 'c'\n\"#" } });
        let made = call(Profile::Spec, "http://127.0.0.1:1/api/v1", &sent).unwrap();
        assert_eq!(made["target"], "/api/v1/ds_connections/a%2Fb%20%27c%27%0A%22%23");
        assert_eq!(
            made["curl"],
            "curl -X GET 'http://127.0.0.1:1/api/v1/ds_connections/a%2Fb%20%27c%27%0A%22%23' \\\n  \
             -H \"Authorization: Bearer $BIGID_SESSION\""
        );
        assert!(made["lines"].as_str().unwrap().contains(r##"client.get_data_source("a/b 'c'\n\"#").await?"##));
        let form = json!({ "operation": "exchangeServiceToken", "body": "{\"tenantId\":\"a b&c\"}" });
        let form = call(Profile::Spec, "http://127.0.0.1:1/api/v1", &form).unwrap();
        assert_eq!(form["body"], "tenantId=a%20b%26c");
        assert_eq!(form["contentType"], "application/x-www-form-urlencoded");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(raw("\"#"), "r##\"\"#\"##");
    }

    #[test]
    fn what_cannot_be_called_says_why() {
        for (sent, said) in [
            (json!({}), "no operation"),
            (json!({"operation": "getDataSource"}), "the parameter name is required"),
            (json!({"operation": "listDataSources", "parameters": {"x": "1"}}), "has no parameter \"x\""),
            (json!({"operation": "listDataSources", "parameters": {"skip": "x"}}), "whole number"),
            (json!({"operation": "listDataSources", "parameters": {"requireTotalCount": "1"}}), "true or false"),
            (json!({"operation": "listDataSources", "body": "{}"}), "takes no body"),
            (json!({"operation": "createRole", "body": "{"}), "not JSON"),
            (json!({"operation": "exchangeServiceToken", "body": "{\"tenantId\":{}}"}), "a string for each field"),
        ] {
            let refused = call(Profile::Deployed6x, "", &sent).unwrap_err();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
