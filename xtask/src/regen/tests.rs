//! `regen`'s own traps, without `spec check`: each is an error of the rewrites, or code that does not compile.

use serde_json::{Value, json};

use super::{client, generator, input, rewrite};
use crate::check::row;
use crate::model::{Model, Refusal};
use crate::naming::RESERVED;

/// The output of `regen` for a document.
struct Made {
    /// The types, the methods and the builders.
    client: String,
    httpmock: String,
    counts: rewrite::Counts,
}

/// The output of `regen` for a trap's example, with an added struct, without which progenitor writes no types.
fn unguarded(code: &str) -> Result<String, String> {
    generated(serde_yaml::from_str(row(code).unwrap().example).unwrap()).map(|made| made.client)
}

fn generated(mut document: Value) -> Result<Made, String> {
    let any = json!({ "type": "object", "properties": { "any": { "type": "string" } } });
    document["components"]["schemas"]["Any"] = any;
    document["tags"] = json!([{ "name": "Things", "description": "Things." }]);
    for item in document["paths"].as_object_mut().unwrap().values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut().filter(|part| part.is_object()) {
            operation["tags"] = json!(["Things"]);
        }
    }
    let said = |refusals: Vec<Refusal>| refusals.into_iter().map(|one| one.message).collect::<Vec<_>>().join("; ");
    let model = Model::new(&document).map_err(said)?;
    let input = input::prepare(&model);
    let tokens = generator::unguarded(input.client.clone(), input.httpmock.clone()).unwrap();
    let rewritten = rewrite::rewrite(&tokens, &input, &model).map_err(|error| format!("{error:#}"))?;
    let client = [rewritten.types, client::methods(&model).unwrap(), client::builders(&model).unwrap()].join("\n");
    Ok(Made { client, httpmock: rewritten.httpmock, counts: rewritten.counts })
}

#[test]
fn the_rewrites_stop_at_what_they_cannot_make() {
    let error = unguarded("P506").err().unwrap_or_default();
    assert!(error.contains("has a value that is called as the open variant is"), "{error}");
}

#[test]
fn what_regen_defuses_is_harmless_in_its_code() {
    let open = unguarded("P601").unwrap();
    assert!(open.contains("```text") && !open.contains("/// ```\n    /// curl"), "{open}");
    let plain = unguarded("P602").unwrap();
    assert!(plain.contains(r"Send \<token\>") && plain.contains("<https://example.com/tokens>"), "{plain}");
    let paths: String = unguarded("P314").unwrap().split_whitespace().collect();
    assert!(paths.contains("Call::new(self,&operations::"), "{paths}");
    assert!(unguarded("P415").unwrap().contains("open_enum! {"));
    for code in ["P417", "P418", "P421", "P422"] {
        let code_of = unguarded(code).unwrap();
        assert!(code_of.contains("record! {"), "{code}: {code_of}");
        assert!(!code_of.contains("chrono"), "{code}: {code_of}");
    }
}

/// One GET of `/things/{id}` that responds with a record.
fn things(parameters: Value, record: Value) -> Value {
    json!({
        "openapi": "3.0.3", "info": { "title": "Things", "version": "1" },
        "paths": { "/things/{id}": { "get": {
            "operationId": "getThing", "summary": "Get A Thing", "security": [], "parameters": parameters,
            "responses": { "200": {
                "description": "It.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } },
            } },
        } } },
        "components": { "schemas": { "Thing": record } },
    })
}

#[test]
fn a_parameter_may_be_called_as_anything_that_its_builder_needs() {
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
    let record = json!({ "type": "object", "properties": { "name": { "type": "string" } } });
    let all = RESERVED.iter().map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
    let all: Vec<Value> = all.chain([id]).collect();
    let made = generated(things(all.into(), record)).unwrap();
    let client: String = made.client.split_whitespace().collect();
    for name in RESERVED {
        let sent = format!("query(\"{name}\",{name}_param");
        assert!(client.contains(&sent), "{sent}: {}", made.client);
        assert!(client.contains(&format!("pubfn{name}_param(")), "{name}");
        assert!(made.httpmock.contains(&format!("\"{name}\"")), "{name}: {}", made.httpmock);
        assert!(!made.httpmock.contains(&format!("\"{name}_param\"")), "{name}: {}", made.httpmock);
    }
    let url = json!({ "name": "send", "in": "path", "required": true, "schema": { "type": "string" } });
    let mut document =
        things(json!([url]), json!({ "type": "object", "properties": { "name": { "type": "string" } } }));
    let item = document["paths"]["/things/{id}"].take();
    document["paths"] = json!({ "/things/{send}": item });
    let client: String = generated(document).unwrap().client.split_whitespace().collect();
    assert!(client.contains(r#"&[("send",send_param.as_ref())]"#), "{client}");
}

#[test]
fn a_record_may_contain_itself_in_every_way() {
    let to = json!({ "$ref": "#/components/schemas/Thing" });
    let record = json!({ "type": "object", "required": ["next"], "properties": {
        "next": to, "all": { "type": "array", "items": to }, "named": { "type": "object", "additionalProperties": to },
    } });
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let client = generated(things(id, record)).unwrap().client;
    assert!(client.contains(r#"pub next: one Box<Thing> = "next","#), "{client}");
    assert!(client.contains(r#"pub all: many Thing = "all","#), "{client}");
}

#[test]
fn a_schema_may_be_called_as_a_type_of_the_standard_library_is() {
    let to = json!({ "$ref": "#/components/schemas/Thing" });
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    for name in ["Box", "Option", "String", "Vec"] {
        let other = json!({ "$ref": format!("#/components/schemas/{name}") });
        let record = json!({ "type": "object", "properties": {
            "next": to, "other": other, "all": { "type": "array", "items": to }, "text": { "type": "string" },
        } });
        let mut document = things(id.clone(), record);
        document["components"]["schemas"][name] = json!({ "type": "object", "properties": { "x": to } });
        let client = generated(document).unwrap().client;
        let types = client.split("record! {").find(|text| text.contains("pub struct Thing")).unwrap();
        // Only a field of this type has the short name.
        let bare = |text: &str| text.matches(&format!("{name}<")).count() - text.matches(&format!("::{name}<")).count();
        assert_eq!(bare(types), 0, "{name}: {types}");
    }
}

#[test]
fn what_stands_behind_a_reference_or_at_the_path_is_what_stands_at_the_operation() {
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
    let record = json!({ "type": "object", "properties": { "name": { "type": "string" } } });
    let whole = json!({ "$ref": "#/components/schemas/Thing" });
    let content = json!({ "application/json": { "schema": whole } });
    let mut inline = things(json!([id]), record);
    let put = json!({
        "operationId": "updateThing", "summary": "Update A Thing", "security": [], "parameters": [id],
        "requestBody": { "required": true, "content": content },
        "responses": { "200": { "description": "Done.", "content": content }, "404": { "description": "None.", "content": content } },
    });
    inline["paths"]["/things/{id}"]["put"] = put.clone();
    let mut behind = inline.clone();
    let item = &mut behind["paths"]["/things/{id}"];
    item["parameters"] = json!([{ "$ref": "#/components/parameters/Id" }]);
    for method in ["get", "put"] {
        item[method].as_object_mut().unwrap().remove("parameters");
        item[method]["responses"]["200"] = json!({ "$ref": "#/components/responses/Done" });
    }
    item["put"]["requestBody"] = json!({ "$ref": "#/components/requestBodies/Thing" });
    item["put"]["responses"]["404"] = json!({ "$ref": "#/components/responses/Again" });
    behind["components"]["parameters"] = json!({ "Id": id });
    behind["components"]["requestBodies"] = json!({ "Thing": put["requestBody"] });
    behind["components"]["responses"] = json!({ "Done": put["responses"]["200"], "None": put["responses"]["404"],
        "Again": { "$ref": "#/components/responses/None" } });
    let (inline, behind) = (generated(inline).unwrap(), generated(behind).unwrap());
    assert_eq!(inline.counts, behind.counts);
    assert_eq!(inline.client, behind.client);
    assert_eq!(inline.httpmock, behind.httpmock);
    assert!(behind.client.contains("pub struct Thing {"), "{}", behind.client);
}

#[test]
fn a_body_without_a_name_is_given_one_and_so_are_the_objects_in_it() {
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let mut document = things(id, json!({ "type": "object", "properties": { "name": { "type": "string" } } }));
    document["paths"]["/things/{id}"]["get"]["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": {
        "type": "object", "required": ["word"], "properties": {
            "word": { "type": "string" }, "terms": { "type": "array", "items": { "type": "object", "properties": { "field": { "type": "string" } } } },
        },
    } } } });
    let client = generated(document).unwrap().client;
    assert!(client.contains("pub struct GetThingBody {") && client.contains("pub word: String"), "{client}");
    assert!(client.contains("GetThingBodyTermsItem"), "{client}");
}

#[test]
fn every_status_that_http_names_has_its_mock() {
    let id = json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let mut document = things(id, json!({ "type": "object", "properties": { "name": { "type": "string" } } }));
    let responses = &mut document["paths"]["/things/{id}"]["get"]["responses"];
    let content = responses["200"].clone();
    let named: Vec<u16> =
        (400..600).filter(|code| http::StatusCode::from_u16(*code).unwrap().canonical_reason().is_some()).collect();
    for code in &named {
        responses[code.to_string()] = content.clone();
    }
    let mocks = generated(document).unwrap().httpmock;
    for code in named {
        let name = crate::status::Status::Code(code).mock();
        assert!(mocks.contains(&format!("pub fn {name}(self")), "{code}: {name}");
    }
}

#[test]
fn what_is_deprecated_says_so() {
    let id =
        json!({ "name": "id", "in": "path", "required": true, "deprecated": true, "schema": { "type": "string" } });
    let record = json!({ "type": "object", "properties": { "name": { "type": "string", "deprecated": true }, "other": { "type": "string" } } });
    let mut document = things(json!([id.clone()]), record);
    document["paths"]["/things/{id}"]["get"]["deprecated"] = true.into();
    let made = generated(document).unwrap();
    let plain: String = made.client.split_whitespace().collect();
    for marked in ["pubfnget_thing(", "pubname:"] {
        assert!(plain.contains(&format!("#[deprecated]{marked}")), "{marked}: {}", made.client);
    }
    assert!(!plain.contains("#[deprecated]pubother:"));

    for schema in [json!({ "type": "object", "properties": {} }), json!({ "type": "string", "enum": ["a"] })] {
        let mut document = things(json!([id]), json!({ "type": "object", "properties": {} }));
        document["components"]["schemas"]["Old"] = schema;
        document["components"]["schemas"]["Old"]["deprecated"] = true.into();
        let response = &mut document["paths"]["/things/{id}"]["get"]["responses"]["200"]["content"]["application/json"];
        response["schema"] = json!({ "$ref": "#/components/schemas/Old" });
        let made = generated(document).unwrap();
        assert!(made.client.contains("/// Deprecated."), "{}", made.client);
    }
}

#[test]
fn a_record_that_must_hold_something_is_made_by_new_unless_a_lossless_one_or_a_map_holds_it() {
    let strict = |property: &str| json!({ "type": "object", "required": [property], "properties": { property: { "type": "string" } } });
    let refer = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let post = |id: &str, body: &str| {
        json!({ "post": {
            "operationId": id, "responses": { "204": { "description": "Done." } },
            "requestBody": { "required": true, "content": { "application/json": { "schema": refer(body) } } },
        } })
    };
    let made = generated(json!({
        "openapi": "3.0.3", "info": { "title": "T", "version": "1" },
        "paths": { "/a": post("sendAlone", "Alone"), "/b": post("sendHolder", "Holder"), "/c": post("sendNamed", "Named") },
        "components": { "schemas": {
            "Alone": strict("one"), "Held": strict("two"), "Mapped": strict("three"),
            "Holder": { "type": "object", "properties": { "held": refer("Held"), "list": { "type": "array", "items": refer("Held") } } },
            "Named": { "type": "object", "additionalProperties": refer("Mapped") },
        } },
    }));
    let client = made.unwrap().client;
    let is_record =
        |name: &str| client.contains(&format!("pub struct {name} ")) && !client.contains(&format!("impl {name} {{"));
    assert!(client.contains("impl Alone {"), "{client}");
    for name in ["Holder", "Held", "Mapped"] {
        assert!(is_record(name), "{name}: {client}");
    }
}
