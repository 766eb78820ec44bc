//! Files as streams of bytes, against the sandbox: complete, cut off, slow, and with failing writers.

use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bigid_api::http::{HeaderValue, Method, header};
use bigid_api::{ByteStream, Client, Error};
use bigid_sandbox::{Fault, ResponseTemplate, Sandbox};
use futures_util::TryStreamExt as _;
use tokio::io::AsyncWrite;

use crate::common::client_of;
use crate::watched;

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = watched::sandbox().start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    (sandbox, client)
}

async fn export(client: &Client) -> ByteStream {
    client.export_findings().await.unwrap()
}

#[tokio::test]
async fn a_file_is_written_to_the_last_byte_and_progress_is_told() {
    let (sandbox, client) = sandbox().await;
    let whole = export(&client).await.try_fold(Vec::new(), async |mut all, piece| {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    let whole = whole.await.unwrap();
    assert!(whole.starts_with(b"\"Data Source\""));

    sandbox.on("export_findings").once(Fault::SlowBody { piece: 1_000, pause: Duration::ZERO });
    let (mut file, mut told) = (Vec::new(), Vec::new());
    let stream = export(&client).await;
    assert_eq!(stream.content_length(), Some(whole.len() as u64));
    let written = stream.write_to_with_progress(&mut file, |progress| told.push(progress)).await.unwrap();
    assert_eq!((written, &file), (whole.len() as u64, &whole));
    assert!(told.iter().all(|progress| progress.total == Some(written)));
    assert!(told.windows(2).all(|pair| pair[0].written < pair[1].written));
    assert_eq!(told.last().unwrap().written, written);
}

#[tokio::test]
async fn a_file_without_a_byte_is_whole() {
    let (_sandbox, client) = sandbox().await;
    let export = client.export_findings().filter("source=nothing is called so").await.unwrap();
    assert_eq!((export.content_length(), export.file_name()), (Some(0), None));
    assert_eq!(export.write_to(&mut Vec::new()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_file_that_breaks_off_is_an_error_with_its_status_and_never_a_shorter_file() {
    let (sandbox, client) = sandbox().await;
    for fault in [Fault::CutBody { after: 300 }, Fault::ResetBody { after: 300 }, Fault::WrongContentLength(7)] {
        sandbox.on("export_findings").times(2, fault.clone());
        let mut file = Vec::new();
        let error = export(&client).await.write_to(&mut file).await.unwrap_err();
        assert_eq!(error.written(), file.len() as u64, "{fault:?}");
        assert!(error.is_retryable() && error.to_string().contains(&format!("after {} bytes", file.len())), "{error}");
        let source = error.source().unwrap().downcast_ref::<Error>().unwrap();
        assert!(matches!(source, Error::Body(_)), "{source:?}");
        assert_eq!(source.status().unwrap().as_u16(), 200);

        let mut stream = export(&client).await;
        let error = loop {
            match stream.try_next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{fault:?} is no end"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::Body(_)));
        assert!(stream.try_next().await.unwrap().is_none(), "a file ends once");
    }
}

/// A writer that accepts a few bytes at a time, up to a limit, and then fails.
struct Full {
    left: usize,
    error: fn() -> io::Result<usize>,
}

impl AsyncWrite for Full {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let count = bytes.len().min(7).min(self.left);
        self.left -= count;
        Poll::Ready(if count == 0 { (self.error)() } else { Ok(count) })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready((self.error)().map(|_| ()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_writer_that_fails_says_why_and_how_much_it_had_taken() {
    let (_sandbox, client) = sandbox().await;
    let length = export(&client).await.content_length().unwrap();
    for (left, error, kind) in [
        (100, (|| Err(io::ErrorKind::StorageFull.into())) as fn() -> io::Result<usize>, io::ErrorKind::StorageFull),
        (100, || Ok(0), io::ErrorKind::WriteZero),
        // All of it is accepted, but flushing fails.
        (usize::MAX, || Err(io::ErrorKind::BrokenPipe.into()), io::ErrorKind::BrokenPipe),
    ] {
        let error = export(&client).await.write_to(&mut Full { left, error }).await.unwrap_err();
        assert_eq!(error.written(), length.min(left as u64));
        assert_eq!(error.source().unwrap().downcast_ref::<io::Error>().unwrap().kind(), kind);
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_file_has_the_name_that_the_server_gives_it_but_never_a_path() {
    let (sandbox, client) = sandbox().await;
    sandbox.route(Method::GET, "/api/v1/ds-connections/file-download/export", |_| {
        let disposition = HeaderValue::from_static("attachment; filename=\"../../data-sources.csv\"");
        ResponseTemplate::csv("a,b\n").header(header::CONTENT_DISPOSITION, disposition)
    });
    let response = client.export_data_sources().with_response().await.unwrap();
    assert_eq!((response.status().as_u16(), response.file_name()), (200, Some("data-sources.csv")));
    assert!(!format!("{response:?}").contains("data-sources"));
}
