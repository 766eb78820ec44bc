use serde_json::json;

use super::*;

fn contract() -> Value {
    json!({"paths": {
        "/a": {"get": {
            "operationId": "getA", "tags": ["Letters"], "security": [{"Raw": []}, {"Bearer": []}],
            "responses": {"200": {"content": {"application/json": {}, "text/csv": {}}}, "401": {"description": "no"}},
        }},
        "/b": {"post": {"operationId": "postB", "tags": ["Letters"], "security": [], "responses": {"2XX": {}}}},
    }})
}

fn all(contract: &Value) -> BTreeSet<Cell> {
    documented(contract).into_keys().collect()
}

#[test]
fn a_cell_is_an_operation_a_status_a_media_type_and_a_way_to_be_authorized() {
    let cells: Vec<String> = documented(&contract()).keys().map(ToString::to_string).collect();
    let expected = [
        "getA 200 application/json Bearer",
        "getA 200 application/json Raw",
        "getA 200 text/csv Bearer",
        "getA 200 text/csv Raw",
        "getA 401 none Bearer",
        "getA 401 none Raw",
        "postB 2XX none none",
    ];
    assert_eq!(cells, expected);
}

#[test]
fn figures_count_in_each_dimension_and_never_round_up() {
    let (documented, mut exercised) = (documented(&contract()), all(&contract()));
    let whole = "operations 2 of 2 (100 %), documented statuses 3 of 3 (100 %), with media type 4 of 4 (100 %), with \
                 security 7 of 7 (100 %)";
    assert_eq!(Figures::of(&documented, &exercised).to_string(), whole);
    exercised.retain(|cell| cell.to_string() != "getA 401 none Raw");
    let figures = Figures::of(&documented, &exercised).to_string();
    assert!(figures.ends_with("with media type 4 of 4 (100 %), with security 6 of 7 (85 %)"), "{figures}");
}

#[test]
fn a_cell_that_is_lost_is_named_and_one_that_was_never_there_is_not() {
    let documented = documented(&contract());
    let whole = Figures::of(&documented, &all(&contract()));
    let mut exercised = all(&contract());
    exercised.retain(|cell| cell.status != "401");
    let fallen = Figures::of(&documented, &exercised);
    let fall = fallen.fall_from(&whole).unwrap();
    assert!(fall.contains("getA 401 none Bearer") && fall.contains("getA 401 none Raw"), "{fall}");
    assert_eq!((fallen.fall_from(&fallen), whole.fall_from(&fallen), whole.fall_from(&whole)), (None, None, None));
    assert_eq!(serde_json::from_str::<Figures>(&fallen.text().unwrap()).unwrap(), fallen);

    // A new operation without a test is a decrease, although no figure is smaller.
    let mut grown = contract();
    grown["paths"]["/c"] = json!({"get": {"operationId": "getC", "responses": {"200": {}}}});
    let fall = Figures::of(&super::documented(&grown), &all(&contract())).fall_from(&whole).unwrap();
    assert!(fall.contains("getC 200 none none"), "{fall}");
    let mut shrunk = contract();
    shrunk["paths"].as_object_mut().unwrap().remove("/b");
    let fall = Figures::of(&super::documented(&shrunk), &all(&shrunk)).fall_from(&whole).unwrap();
    assert_eq!(fall, "6 cells are exercised, 7 before: the contract documents fewer");
}

#[test]
fn the_table_shows_what_is_exercised_what_is_not_and_what_there_is_not() {
    let documented = documented(&contract());
    let mut exercised = all(&contract());
    exercised.retain(|cell| cell.to_string() != "getA 401 none Raw");
    let text = table::matrix(&documented, &exercised);
    let row = |start: &str| {
        let line = text.lines().find(|line| line.split_whitespace().collect::<Vec<_>>().join(" ").starts_with(start));
        line.unwrap().split_whitespace().skip(3).collect::<Vec<_>>().join(" ")
    };
    assert_eq!([row("getA 200 text/csv"), row("getA 401"), row("postB 2XX")], ["yes yes", "yes NO", "yes"]);
    assert!(table::summary(&documented, &exercised).contains("Letters                       2         6     7"));
}
