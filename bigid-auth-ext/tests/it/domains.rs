//! The domains that the sandbox serves, through the generated operations, with a session.

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::types::{DataSource, DataSourceBody};
use bigid_sandbox::Profile;

async fn each_profile(test: impl AsyncFn(&BigIdClient)) {
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        let sandbox = bigid_witness::sandbox().profile(profile).data_sources(30).start().await.unwrap();
        let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
        test(&client).await;
    }
}

#[tokio::test]
async fn a_data_source_is_created_read_changed_and_deleted() {
    each_profile(async |client| {
        let name = "HR / Payroll & é%";
        let source: DataSource = DataSource::new().name(name.to_owned()).type_("s3-v2".to_owned());
        let body: DataSourceBody = DataSourceBody::new().ds_connection(source);
        client.create_data_source(body).send().await.unwrap();

        let mut body = client.get_data_source(name).await.unwrap();
        body.ds_connection.as_mut().unwrap().scanner_group = Some("eu".to_owned());
        client.update_data_source(name, body).send().await.unwrap();
        assert_eq!(client.data_source(name).await.unwrap().scanner_group.as_deref(), Some("eu"));

        client.delete_data_source(name).send().await.unwrap();
        match client.data_source(name).await.unwrap_err() {
            Error::ErrorResponse(response) => {
                assert_eq!(response.status().as_u16(), 400);
                assert!(response.message.as_deref().unwrap().contains("Unable to locate"));
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn users_connector_types_and_the_older_list_are_read() {
    each_profile(async |client| {
        let users = client.list_users().limit(10).await.unwrap().data.unwrap();
        assert!(!users.users.unwrap().is_empty());
        assert!(client.list_connector_types().send().await.is_ok());
        let sources: Vec<DataSource> = client.list_data_sources().records().page_size(7).try_collect().await.unwrap();
        assert_eq!(sources.len(), 30);
        let page = client.list_data_sources().limit(10).await.unwrap().data.unwrap();
        assert_eq!((page.ds_connections.unwrap().len(), page.total_count), (10, Some(30)));
    })
    .await;
}

#[tokio::test]
async fn findings_are_streamed() {
    each_profile(async |client| {
        let mut bytes = Vec::new();
        let export = client.export_findings().await.unwrap();
        let length = export.content_length();
        let written = export.write_to(&mut bytes).await.unwrap();
        assert_eq!((Some(written), written), (length, bytes.len() as u64), "no layer loses the length");
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().next().unwrap().matches("\",\"").count(), 13, "fourteen quoted columns");
    })
    .await;
}
