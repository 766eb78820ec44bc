use serde_json::Value;

use crate::wire::ReceivedRequest;

/// What an app has reported about an execution.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Execution {
    /// The accepted updates, in the order received.
    pub updates: Vec<Value>,
    /// The accepted files, in the order received.
    pub attachments: Vec<Attachment>,
}

/// A file that an app attached to an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// The name of the file, as sent.
    pub name: String,
    /// The content.
    pub content: Vec<u8>,
}

impl Execution {
    pub(super) fn of(requests: &[ReceivedRequest]) -> Self {
        let mut execution = Self::default();
        for request in requests.iter().filter(|one| one.status().is_none_or(|status| status.is_success())) {
            match request.json() {
                Some(update) => execution.updates.push(update),
                None => execution.attachments.extend(attachment(request)),
            }
        }
        execution
    }

    /// The statuses of the updates.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.updates.iter().filter_map(|update| update["statusEnum"].as_str())
    }

    /// Whether the end was reported.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.statuses().any(|status| matches!(status, "COMPLETED" | "ERROR"))
    }
}

/// The only part of a form.
fn attachment(request: &ReceivedRequest) -> Option<Attachment> {
    let (_, boundary) = request.header("content-type")?.split_once("boundary=")?;
    let body = request.body();
    let find = |text: &str| body.windows(text.len()).position(|window| window == text.as_bytes());
    let head = find("\r\n\r\n")?;
    let end = find(&format!("\r\n--{}--", boundary.trim_matches('"')))?;
    let (_, name) = std::str::from_utf8(&body[..head]).ok()?.split_once("filename=\"")?;
    let (name, _) = name.split_once('"')?;
    Some(Attachment { name: name.to_owned(), content: body.get(head + 4..end)?.to_vec() })
}
