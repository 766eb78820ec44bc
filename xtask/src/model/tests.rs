//! The model of this checkout's contract, and of documents that express the same thing in several ways.

use std::path::Path;

use super::*;
use crate::spec::Applied;

fn contract() -> Model {
    let applied = Applied::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))).unwrap();
    Model::new(&applied.codegen).unwrap()
}

#[test]
fn the_model_of_the_contract_is_whole() {
    let model = contract();
    let list = model.operation("listDataSources").unwrap();
    assert_eq!((list.rust.as_str(), list.builder.as_str()), ("list_data_sources", "ListDataSources"));
    assert_eq!(
        (list.method.as_str(), list.path.text.as_str(), list.tag.as_str()),
        ("get", "/ds-connections", "DataSources")
    );
    assert_eq!(list.security, [["SystemToken"], ["BearerAuth"]]);
    assert_eq!(list.success(), &Content::Json(Type::Named("ListDataSourcesResponse".into())));
    let limit = list.parameter(Location::Query, "limit").unwrap();
    assert_eq!((limit.rust.as_str(), &limit.ty, limit.required), ("limit", &Type::Integer, false));
    assert_eq!(limit.bounds.minimum, Some(0.into()));
    let record = model.record("DataSource").unwrap();
    assert_eq!(record.field("_id").unwrap().rust, "object_id");
    assert_eq!(model.record("SessionRequest").unwrap().field("password").unwrap().ty, Type::Secret);
    assert!(model.operation("exportDataSources").is_none_or(Operation::streams));
    assert!(model.operations.iter().all(|operation| operation.evidence.is_some()));
    assert!(model.in_responses().contains("DataSource") && model.in_requests().contains("SessionRequest"));
}
