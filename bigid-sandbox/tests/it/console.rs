//! The console: what it serves and rejects, and that it does not change the sandbox.

mod access;
mod control;
mod live;

use std::error::Error;

use bigid_sandbox::{Balancing, Clock, Fault, Profile, Sandbox};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::common::{self, Caller, TestResult};

/// A sandbox with a console, and a program that uses both.
struct Page {
    sandbox: Sandbox,
    caller: Caller,
    http: Client,
    url: String,
}

impl Page {
    async fn open() -> Result<Self, Box<dyn Error>> {
        Self::of(Sandbox::builder().console().start().await?)
    }

    fn of(sandbox: Sandbox) -> Result<Self, Box<dyn Error>> {
        let url = sandbox.console_url().ok_or("no console")?;
        Ok(Self { caller: Caller::new(&sandbox)?, http: common::http()?, sandbox, url })
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http.post(format!("{}/api/{path}", self.url)).header("x-bigid-console", "1").json(body)
    }

    async fn read(&self, path: &str) -> Result<Value, Box<dyn Error>> {
        Ok(self.get(&format!("/api/{path}")).send().await?.error_for_status()?.json().await?)
    }

    /// Status and JSON of a change.
    async fn change(&self, path: &str, body: Value) -> Result<(u16, Value), Box<dyn Error>> {
        let response = self.post(path, &body).send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    async fn done(&self, path: &str, body: Value) -> Result<Value, Box<dyn Error>> {
        let (status, value) = self.change(path, body).await?;
        if status == 200 { Ok(value) } else { Err(format!("{path}: {status} {value}").into()) }
    }

    async fn session(&self) -> Result<String, Box<dyn Error>> {
        self.caller.session(&self.sandbox.user_token()).await
    }
}

/// The events of a page, line by line.
struct Events {
    response: Response,
    read: String,
}

impl Events {
    async fn listen(page: &Page) -> Result<Self, Box<dyn Error>> {
        let mut events = Self { response: page.get("/api/events").send().await?, read: String::new() };
        assert_eq!(events.response.headers()["content-type"], "text/event-stream");
        events.until("retry: ").await?;
        Ok(events)
    }

    /// Reads until an event holds this text, and returns it.
    async fn until(&mut self, text: &str) -> Result<String, Box<dyn Error>> {
        loop {
            while let Some((event, rest)) = self.read.split_once("\n\n") {
                let event = event.to_owned();
                self.read = rest.to_owned();
                if event.contains(text) {
                    return Ok(event);
                }
            }
            let chunk = self.response.chunk().await?.ok_or("the events ended")?;
            self.read += std::str::from_utf8(&chunk)?;
        }
    }
}
