//! The ways in which HTTP/1.1 allows one body to be sent.

use super::server::Written;

/// Every framing of a body except the positions where it may be split, each with its name.
pub fn framings(status: u16, body: &str) -> Vec<(&'static str, Written)> {
    let bytes = body.as_bytes();
    let length = |body: &[u8]| format!("content-length: {}\r\n", body.len());
    let head =
        |extra: &str| format!("HTTP/1.1 {status} Whatever\r\ncontent-type: text/html\r\n{extra}\r\n").into_bytes();
    let kept = |pieces: Vec<Vec<u8>>| Written { pieces, closes: false };
    let one = |extra: &str, body: &[u8]| kept(vec![[head(extra), body.to_vec()].concat()]);
    let sized = |body: &[u8]| one(&length(body), body);
    let chunked = |chunks: &[u8]| one("transfer-encoding: chunked\r\n", chunks);
    let chunk = |body: &[u8]| [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n"].concat();
    let pieces =
        |size: usize, body: &[u8]| [body.chunks(size).flat_map(chunk).collect::<Vec<_>>(), LAST.to_vec()].concat();
    let blank = " \r\n\t".repeat(800);
    let long = format!("{body}{}", " \n".repeat(60_000));

    let mut framings = vec![
        ("content-length", sized(bytes)),
        ("content-length, head and body apart", kept(vec![head(&length(bytes)), bytes.to_vec()])),
        ("content-length, byte by byte", {
            let whole = [head(&length(bytes)), bytes.to_vec()].concat();
            kept(whole.chunks(1).map(<[u8]>::to_vec).collect())
        }),
        ("one chunk", chunked(&pieces(bytes.len().max(1), bytes))),
        ("chunks of a byte", chunked(&pieces(1, bytes))),
        ("chunks of a byte, each written by itself", {
            let chunks = bytes.chunks(1).map(chunk).chain([LAST.to_vec()]);
            kept([head("transfer-encoding: chunked\r\n")].into_iter().chain(chunks).collect())
        }),
        ("a chunk with an extension and leading zeros", {
            let start = format!("000{:X};name=\"value\"\r\n", bytes.len());
            chunked(&[start.as_bytes(), bytes, b"\r\n0;last\r\n\r\n"].concat())
        }),
        ("a chunk and trailers", chunked(&[chunk(bytes), b"0\r\nx-a: b\r\nx-c: d\r\n\r\n".to_vec()].concat())),
        ("until close", Written { closes: true, ..one("connection: close\r\n", bytes) }),
        ("until close, in pieces", {
            let mut pieces = vec![head("connection: close\r\n")];
            pieces.extend(bytes.chunks(7).map(<[u8]>::to_vec));
            Written { pieces, closes: true }
        }),
        ("HTTP/1.0", {
            let head = format!("HTTP/1.0 {status} Whatever\r\ncontent-type: text/html\r\n\r\n");
            Written { pieces: vec![[head.as_bytes(), bytes].concat()], closes: true }
        }),
        ("interim responses first", {
            let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".to_vec();
            kept(vec![[interim, head(&length(bytes)), bytes.to_vec()].concat()])
        }),
        ("identity", one(&format!("content-encoding: Identity\r\n{}", length(bytes)), bytes)),
        ("connection: close and content-length", {
            Written { closes: true, ..one(&format!("connection: close\r\n{}", length(bytes)), bytes) }
        }),
    ];
    if !body.is_empty() {
        framings.extend([
            ("after white space", sized(format!("{blank}{body}").as_bytes())),
            ("after white space, in chunks", chunked(&pieces(7, format!("{blank}{body}").as_bytes()))),
            ("after a byte order mark", sized(format!("\u{feff}{body}").as_bytes())),
            ("after a byte order mark, byte by byte", chunked(&pieces(1, format!("\u{feff}{body}").as_bytes()))),
            ("long", sized(long.as_bytes())),
            ("long, in chunks", chunked(&pieces(4096, long.as_bytes()))),
        ]);
    }
    framings
}

/// The body in two chunks, split at a place.
pub fn split(status: u16, body: &str, at: usize) -> Written {
    let chunk = |body: &[u8]| [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n"].concat();
    let head = format!("HTTP/1.1 {status} Whatever\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
    let (first, second) = body.as_bytes().split_at(at);
    Written { pieces: vec![[head, chunk(first), chunk(second), LAST.to_vec()].concat()], closes: false }
}

const LAST: &[u8] = b"0\r\n\r\n";
