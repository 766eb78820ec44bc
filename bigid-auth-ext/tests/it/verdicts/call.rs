//! The kinds of calls.

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::http::Method;
use bigid_auth_ext::bigid_api::types::{DataSource, DataSourceBody};
use bigid_auth_ext::bigid_api::{ByteStream, Error};
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Call {
    List,
    Get,
    Create,
    Delete,
    /// A file of text, and one of any kind.
    Export,
    ExportAny,
    Undescribed,
    UndescribedJson,
    Exchange,
}

impl Call {
    /// The body that the call is made for.
    pub fn good(self) -> &'static str {
        match self {
            Self::List => {
                r#"{"status":"success","statusCode":200,"data":{"ds_connections":[{"name":"a"}]},"message":null}"#
            }
            Self::Get | Self::Create => r#"{"ds_connection":{"name":"a"}}"#,
            Self::Export | Self::ExportAny => "\"Data Source\",\"b\"\n\"a\",1\n",
            Self::Undescribed | Self::UndescribedJson => r#"{"x":[1]}"#,
            Self::Delete | Self::Exchange => "",
        }
    }

    fn good_if(self, is_good: bool) -> String {
        if is_good { self.good() } else { "something else" }.to_owned()
    }

    pub fn is_described(self) -> bool {
        !matches!(self, Self::Undescribed | Self::UndescribedJson)
    }

    /// Makes the call: the status that it ended in, or what came of it.
    pub async fn make(self, client: &BigIdClient) -> Result<String, u16> {
        async fn file<E>(response: Result<ByteStream, Error<E>>) -> Result<String, u16> {
            let mut written = Vec::new();
            response.map_err(|error| status(&error))?.write_to(&mut written).await.unwrap();
            Ok(String::from_utf8(written).unwrap())
        }
        match self {
            Self::List => {
                let page = client.list_data_sources().limit(5).send().await.map_err(|error| status(&error))?;
                let page = page.data.and_then(|data| data.ds_connections).unwrap_or_default();
                Ok(self.good_if(page.first().is_some_and(|source| source.name.as_deref() == Some("a"))))
            }
            Self::Get => {
                let source = client.data_source("a").await.map_err(|error| status(&error))?;
                Ok(self.good_if(source.name.as_deref() == Some("a")))
            }
            Self::Create => {
                let source = DataSource::new().name("a".to_owned()).type_("s3".to_owned());
                let body = DataSourceBody::new().ds_connection(source);
                let response = client.create_data_source(body).send().await.map_err(|error| status(&error))?;
                Ok(self.good_if(response["ds_connection"]["name"] == "a"))
            }
            Self::Delete => {
                let response = client.delete_data_source("a").send().await;
                response.map(|_| String::new()).map_err(|error| status(&error))
            }
            Self::Export => file(client.export_findings().await).await,
            Self::ExportAny => file(client.export_data_sources().await).await,
            Self::Undescribed => {
                let response = client.request(Method::GET, "/anything").send().await.map_err(|error| status(&error))?;
                let code = response.status();
                let text = response.text().await.unwrap();
                if code.is_success() { Ok(text) } else { Err(code.as_u16()) }
            }
            Self::UndescribedJson => {
                let response = client.request(Method::GET, "/anything").send_json::<Value>().await;
                response.map(|response| response.to_string()).map_err(|error| status(&error))
            }
            Self::Exchange => match client.session().await {
                Ok(_) => Ok(String::new()),
                Err(error) => {
                    let status = error.status().unwrap().as_u16();
                    assert_eq!(error.is_rejected(), status == 401, "{error}");
                    Err(status)
                }
            },
        }
    }
}

fn status<E>(error: &Error<E>) -> u16 {
    error.status().unwrap_or_else(|| panic!("{error:?} has no status")).as_u16()
}
