use serde_json::{Value, json};

use super::{Action, Kind, Manifest, Parameter};

fn manifest() -> Manifest {
    Manifest::new("Greeter", "1.0.0", "Acme").description("Greets.")
}

fn with(parameters: impl IntoIterator<Item = Parameter>) -> Manifest {
    let action = Action::immediate("greet").description("Greets.");
    manifest().action(parameters.into_iter().fold(action, Action::parameter))
}

#[test]
fn each_fault_is_named_by_its_place() {
    let text = |name: &str| Parameter::new(name, Kind::Text);
    let faulty = [
        (Manifest::new(" ", "1.0.0", "Acme").description("x"), "app_name"),
        (Manifest::new("a", "1.0.0", "").description("x"), "vendor"),
        (Manifest::new("a", "1.0.0", "b"), "description"),
        (manifest().action(Action::immediate("").description("x")), "actions[0].action_id"),
        (manifest().action(Action::immediate("a")), "actions[0].description"),
        (
            manifest().action(Action::immediate("a").description("x")).action(Action::background("a").description("x")),
            "actions[1].action_id",
        ),
        (with([text("a"), text("")]), "actions[0].action_params[1].param_name"),
        (with([text("a"), text("a")]), "actions[0].action_params[1].param_name"),
        (with([text("a").one_of([""; 0])]), "actions[0].action_params[0].input_items"),
        (with([text("a").one_of(["x"]).default_value("y")]), "actions[0].action_params[0].default_value"),
        (with([Parameter::new("a", Kind::Int).default_value("x")]), "actions[0].action_params[0].default_value"),
        (with([Parameter::new("a", Kind::Object).default_value(1)]), "actions[0].action_params[0].default_value"),
        (manifest().global_parameter(text("")), "global_params[0].param_name"),
        (manifest().custom_role("r", ["p"]), "custom_roles[0].permissions[0]"),
        (manifest().member("actions", Value::Null), "actions"),
    ];
    for (manifest, place) in faulty {
        assert_eq!(manifest.validate().unwrap_err().place(), place);
    }
    for version in ["", "1", "1.", ".1", "1.0-beta", "v1.0", "1..0"] {
        let error = Manifest::new("a", version, "b").description("x").validate().unwrap_err();
        assert_eq!(error.place(), "version", "{version}");
    }
    for version in ["1.0.0", "252.0"] {
        Manifest::new("a", version, "b").description("x").validate().unwrap();
    }
}

#[test]
fn the_members_are_those_of_the_portal() {
    let manifest = with([Parameter::new("name", Kind::Text).mandatory().secret().default_value("Ada")])
        .permission("tpa.x", "X", "May x.")
        .custom_role("r", ["tpa.x"])
        .member("integrations", json!({}));
    manifest.validate().unwrap();
    let parameter = json!({
        "param_name": "name", "param_type": "String", "is_cleartext": false, "param_description": "",
        "default_value": "Ada", "is_mandatory": true,
    });
    let expected = json!({
        "app_name": "Greeter", "version": "1.0.0", "vendor": "Acme", "description": "Greets.", "category": "utilities",
        "license_type": "FREE", "global_params": [], "integrations": {},
        "actions": [{"action_id": "greet", "description": "Greets.", "is_sync": true, "action_params": [parameter]}],
        "permissions": [{"action": "tpa.x", "label": "X", "description": "May x."}],
        "custom_roles": [{"name": "r", "permissions": ["tpa.x"]}],
    });
    assert_eq!(serde_json::from_str::<Value>(&manifest.to_json()).unwrap(), expected);
}

#[test]
fn a_value_of_another_type_than_declared_is_refused_for_every_type() {
    use crate::parameters::Parameters;
    let kinds = [Kind::Text, Kind::Int, Kind::Boolean, Kind::Object, Kind::Array, Kind::Credential];
    let values = [
        (json!("x"), "100000"),
        (json!(5), "110000"),
        (json!("5"), "110000"),
        (json!(true), "101000"),
        (json!({"a": "b"}), "000101"),
        (json!("{\"a\": \"b\"}"), "100101"),
        (json!([1]), "000010"),
        (json!("[1]"), "100010"),
    ];
    for (value, fits) in values {
        for (kind, fits) in kinds.iter().zip(fits.chars()) {
            let given = Parameters::new("action", vec![("a".to_owned(), value.clone())]);
            for parameter in [Parameter::new("a", *kind), Parameter::new("a", *kind).mandatory()] {
                assert_eq!(parameter.check(&given).is_ok(), fits == '1', "{value} {kind:?}");
            }
        }
    }
    for kind in kinds {
        for values in [vec![], vec![("a".to_owned(), Value::Null)], vec![("a".to_owned(), json!(""))]] {
            let given = Parameters::new("action", values);
            assert!(Parameter::new("a", kind).mandatory().check(&given).unwrap_err().is_missing(), "{kind:?}");
            assert_eq!(Parameter::new("a", kind).check(&given), Ok(()));
        }
    }
}
