use std::fmt;

use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderValue;

/// A file that is sent as the body of a call, such as a log that an app attaches to its execution.
///
/// The whole file is in memory while it is sent; clones share it.
///
/// ```
/// use bigid_api::FormFile;
///
/// let log = FormFile::new("run.log", "started\nfinished\n");
/// assert_eq!(format!("{log:?}"), r#"FormFile { name: "run.log", bytes: 17 }"#);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct FormFile {
    name: String,
    content: Bytes,
}

impl FormFile {
    /// A file with the name that the server shows.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: content.into() }
    }

    /// The form of one part, and its content type.
    pub(crate) fn form(&self, part: &str) -> (HeaderValue, Bytes) {
        let boundary = self.boundary();
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            quoted(part),
            quoted(&self.name)
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let mut body = BytesMut::with_capacity(head.len() + self.content.len() + tail.len());
        body.put_slice(head.as_bytes());
        body.put_slice(&self.content);
        body.put_slice(tail.as_bytes());
        // A boundary consists of letters, digits and hyphens, which are valid in a header.
        let content_type = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"));
        (content_type.unwrap_or_else(|_| HeaderValue::from_static("multipart/form-data")), body.freeze())
    }

    /// A boundary that does not occur in the file. The choice is deterministic, so that the same file gives the same
    /// request.
    fn boundary(&self) -> String {
        let mut number = 0_u64;
        loop {
            let boundary = format!("bigid-form-{number:016x}");
            if !self.content.windows(boundary.len()).any(|window| window == boundary.as_bytes()) {
                return boundary;
            }
            number += 1;
        }
    }
}

/// A name as browsers write it into a form.
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22")
}

/// Shows only the name and the size, because a file may contain secrets.
impl fmt::Debug for FormFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormFile").field("name", &self.name).field("bytes", &self.content.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_and_no_content_can_end_the_part() {
        let names = ["run.log", "a\"; filename=\"b", "a\r\nX-Header: 1\r\n\r\n", "\u{e9}t\u{e9}.log", ""];
        let mut contents: Vec<Vec<u8>> = vec![Vec::new(), b"\r\n".to_vec(), vec![0, 0xff], b"--".to_vec()];
        // The boundaries that would be tried first.
        let taken: Vec<u8> = (0..20).flat_map(|n| format!("\r\n--bigid-form-{n:016x}--\r\n").into_bytes()).collect();
        contents.push(taken);
        for name in names {
            for content in &contents {
                let (content_type, body) = FormFile::new(name, content.clone()).form("file");
                let boundary = content_type.to_str().unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
                let open = format!("--{boundary}\r\n");
                let close = format!("\r\n--{boundary}--\r\n");
                let rest = body.strip_prefix(open.as_bytes()).unwrap().strip_suffix(close.as_bytes()).unwrap();
                let end = rest.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
                let head = std::str::from_utf8(&rest[..end]).unwrap();
                assert_eq!(head.lines().count(), 2, "{head}");
                assert_eq!(head.matches('"').count(), 4, "{head}");
                assert_eq!(rest[end + 4..], **content, "{name}");
                let ends = body.windows(boundary.len()).filter(|window| *window == boundary.as_bytes()).count();
                assert_eq!(ends, 2, "{name}");
            }
        }
    }
}
