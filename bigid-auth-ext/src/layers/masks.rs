//! Leaves masks out of request bodies: a secret is read as a mask, and a mask is not sent back.

use bytes::Bytes;
use http::Extensions;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::Request;
use reqwest_middleware::{Middleware, Next};
use serde_json::value::RawValue;

use crate::wire::handling::Handling;

/// The layer. It removes members of JSON bodies that are masks, at any depth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LeaveOutMasks;

/// Marks a request, in its extensions, as one whose masks are sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SendMasks;

impl Middleware for LeaveOutMasks {
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        mut request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Handling<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        if extensions.get::<SendMasks>().is_none()
            && let Some(body) = request.body().and_then(|body| body.as_bytes())
            && is_json(&request)
            && let Some(body) = without_masks(body)
        {
            request.headers_mut().remove(CONTENT_LENGTH);
            *request.body_mut() = Some(body.into());
        }
        next.run(request, extensions)
    }
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("application/json"))
}

/// The body without members that are masks; `None` if it has none, or is not JSON.
fn without_masks(body: &[u8]) -> Option<Bytes> {
    let start = format!("\"{}", "*".repeat(SHORTEST));
    if !body.windows(start.len()).any(|window| window == start.as_bytes()) {
        return None;
    }
    let value: &RawValue = serde_json::from_slice(body).ok()?;
    stripped(value.get(), 0).map(Bytes::from)
}

/// The text of a value without the masks in it; `None` if it has none. Everything else keeps its text and its order.
fn stripped(text: &str, depth: u32) -> Option<String> {
    if depth >= MAX_DEPTH {
        return None;
    }
    if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        let new: Vec<Option<String>> = items.iter().map(|item| stripped(item.get(), depth + 1)).collect();
        let kept = |(new, item): (Option<String>, &&RawValue)| new.unwrap_or_else(|| item.get().to_owned());
        return new.iter().any(Option::is_some).then(|| {
            let items: Vec<String> = new.into_iter().zip(&items).map(kept).collect();
            format!("[{}]", items.join(","))
        });
    }
    let Members(members) = serde_json::from_str(text).ok()?;
    let mut is_changed = false;
    let mut kept = Vec::with_capacity(members.len());
    for (name, value) in members {
        if is_masked(value.get()) {
            is_changed = true;
            continue;
        }
        let new = stripped(value.get(), depth + 1);
        is_changed |= new.is_some();
        kept.push(format!("{}:{}", serde_json::Value::from(name), new.as_deref().unwrap_or(value.get())));
    }
    is_changed.then(|| format!("{{{}}}", kept.join(",")))
}

/// Whether JSON text is a string that is a mask.
fn is_masked(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.is_some_and(is_mask)
}

/// Whether text is what BigID shows in place of a secret: only asterisks. The recorded mask is `******`.
pub(crate) fn is_mask(text: &str) -> bool {
    text.len() >= SHORTEST && text.bytes().all(|byte| byte == b'*')
}

/// The length of the shortest mask: `*` and `**` are patterns, and `***` may be one.
const SHORTEST: usize = 4;

/// Deeper than any record.
const MAX_DEPTH: u32 = 64;

/// The members of an object in their order, even if a name occurs twice.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> serde::Deserialize<'de> for Members<'t> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Visitor).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(body: &str) -> String {
        without_masks(body.as_bytes()).map_or_else(|| body.to_owned(), |body| String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn masks_are_left_out_at_any_depth_and_all_else_keeps_its_text() {
        for (body, expected) in [
            (r#"{"a":"******"}"#, "{}"),
            (r#"{"b":1e400, "a":"******" ,"c":"x"}"#, r#"{"b":1e400,"c":"x"}"#),
            (
                r#"{"ds_connection":{"name":"n","auth":{"p":"******","u":"x"},"l":[1,{"p":"*****"}]}}"#,
                r#"{"ds_connection":{"name":"n","auth":{"u":"x"},"l":[1,{}]}}"#,
            ),
            (r#"{"a\"b":"******","é\n":1,"é\n":2}"#, r#"{"é\n":1,"é\n":2}"#),
            (r#"[{"p":"******"},"******"]"#, r#"[{},"******"]"#),
        ] {
            assert_eq!(sent(body), expected);
            assert_eq!(sent(expected), expected, "twice is once");
        }
    }

    #[test]
    fn bodies_of_other_types_are_not_read() {
        let request = |kind: &str| crate::tests::http().post("http://h/").header(CONTENT_TYPE, kind).build().unwrap();
        for (kind, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("application/octet-stream", false),
        ] {
            assert_eq!(is_json(&request(kind)), expected, "{kind}");
        }
    }

    #[test]
    fn what_is_not_a_mask_is_sent_as_it_is() {
        let deep = format!("{}{{\"p\":\"******\"}}{}", "{\"a\":".repeat(100), "}".repeat(100));
        let list = format!("{}{{\"p\":\"******\"}}{}", "[".repeat(100_000), "]".repeat(100_000));
        for body in [
            r#"{"a":"***","b":"a******","c":"****** ","d":"","e":["******"],"******":1}"#,
            r#"{"a":"******""#,
            "\"******\"",
            "****",
            "",
            &deep,
            &list,
        ] {
            assert_eq!(sent(body), body);
        }
    }
}
