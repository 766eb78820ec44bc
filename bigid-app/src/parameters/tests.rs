use std::collections::BTreeMap;

use bigid_auth_ext::Secret;
use serde_json::{Value, json};

use super::{FromParameter, Parameters};

fn of(value: Value) -> Parameters {
    Parameters::new("action", vec![("depth".to_owned(), value)])
}

fn read<T: FromParameter>(value: &Value) -> Option<T> {
    of(value.clone()).get("depth").ok()
}

#[test]
fn every_value_is_read_as_each_type_that_fits_it_and_as_no_other() {
    let values = [
        json!("5"),
        json!(5),
        json!("-1"),
        json!(-1),
        json!("1.5"),
        json!(1.5),
        json!("true"),
        json!("TRUE"),
        json!(true),
        json!("x"),
        json!(""),
        json!([1, 2]),
        json!("[1, 2]"),
        json!(["a"]),
        json!({"a": "b"}),
        json!("{\"a\": \"b\"}"),
        json!({"a": {}}),
        json!(u64::MAX),
        json!("1e999"),
        json!("NaN"),
    ];
    let integers = ["5", "-1", "18446744073709551615"];
    for value in &values {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let is_scalar = !value.is_array() && !value.is_object();
        assert_eq!(read::<String>(value), is_scalar.then(|| text.clone()), "{value}");
        assert_eq!(read::<Secret>(value).is_some(), is_scalar, "{value}");
        assert_eq!(read::<u64>(value).is_some(), integers.contains(&&*text) && !text.starts_with('-'), "{value}");
        assert_eq!(read::<i64>(value).is_some(), ["5", "-1"].contains(&&*text), "{value}");
        assert_eq!(read::<u16>(value).is_some(), text == "5", "{value}");
        assert_eq!(read::<f64>(value).is_some(), integers.contains(&&*text) || text == "1.5", "{value}");
        assert_eq!(read::<bool>(value), text.eq_ignore_ascii_case("true").then_some(true), "{value}");
        assert_eq!(read::<Vec<i64>>(value).is_some(), text.contains("[1"), "{value}");
        assert_eq!(read::<BTreeMap<String, Secret>>(value).is_some(), text.contains("\"b\""), "{value}");
        assert!(read::<Value>(value).is_some());
    }
}

#[test]
fn errors_name_the_parameter_and_never_show_the_value() {
    for value in [json!("s3cret"), json!({"password": "s3cret"}), json!(["s3cret"])] {
        let parameters = of(value);
        let error = parameters.get::<i64>("depth").unwrap_err();
        assert!(
            error.to_string().starts_with("the action parameter \"depth\" must be a whole number, and is "),
            "{error}"
        );
        let error_of_json = parameters.json::<Vec<u64>>("depth").unwrap_err();
        assert!(!format!("{error:?} {error} {error_of_json:?} {error_of_json} {parameters:?}").contains("s3cret"));
    }
    assert_eq!(
        of(Value::Null).get::<i64>("depth").unwrap_err().to_string(),
        "the action parameter \"depth\" is missing"
    );
    assert!(of(json!(1)).get::<i64>("width").unwrap_err().is_missing());
}

#[test]
fn an_optional_parameter_may_be_missing_null_or_blank() {
    for value in [Value::Null, json!(""), json!("  ")] {
        assert_eq!(of(value).optional::<i64>("depth"), Ok(None));
    }
    assert_eq!(of(json!("")).optional::<String>("depth"), Ok(Some(String::new())));
    assert!(of(json!("x")).optional::<i64>("depth").is_err());
}

#[test]
fn a_parameter_that_is_given_twice_has_no_value() {
    let twice = vec![("depth".to_owned(), json!(1)), ("depth".to_owned(), json!(2))];
    let error = Parameters::new("global", twice).get::<i64>("depth").unwrap_err();
    assert_eq!(error.to_string(), "the global parameter \"depth\" is given more than once");
}

#[test]
fn json_is_read_from_json_and_from_text() {
    for value in [json!({"secret_key": "my-secret"}), json!("{\"secret_key\":\"my-secret\"}")] {
        let fields: BTreeMap<String, String> = of(value).json("depth").unwrap();
        assert_eq!(fields["secret_key"], "my-secret");
    }
}
