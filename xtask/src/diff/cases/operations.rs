//! Changes of operations, their parameters, bodies and responses.

use serde_json::{Value, json};

use super::{B, C, Edit, Expected, Grade, S, expect, reference, remove, set};

type Rewrite = fn(&mut Value, &CaseNames);

/// The names of a case.
struct CaseNames {
    /// `/paths/~1c1x`.
    list: String,
    query: String,
    search: String,
    file: String,
    /// `C1x`.
    pascal: String,
}

type Rows = Vec<(&'static str, (Grade, Grade, Grade, Grade), Rewrite)>;

pub(super) fn rows() -> Vec<(String, Expected, Edit)> {
    let all = [operations(), parameters(), bodies(), responses(), schemas()].concat();
    let rows = all.into_iter().map(|(name, (request, response, rust, behaviour), change)| {
        let edit: Edit = Box::new(move |part, key| {
            let names = CaseNames {
                list: format!("/paths/~1{key}"),
                query: format!("/paths/~1{key}~1query"),
                search: format!("/paths/~1{key}~1search"),
                file: format!("/paths/~1{key}~1file~1{{id}}"),
                pascal: key.replacen('c', "C", 1),
            };
            change(part, &names);
        });
        (name.to_owned(), expect(request, response, rust, behaviour), edit)
    });
    rows.collect()
}

fn operations() -> Rows {
    vec![
        ("an operation: new", (C, C, C, S), |v, at| {
            let mut new = v.pointer(&format!("{}/get", at.list)).cloned().unwrap_or_default();
            new["operationId"] = json!(format!("another{}", at.pascal));
            set(
                v,
                &at.file,
                "delete",
                json!({
                    "operationId": new["operationId"], "tags": ["Cases"], "parameters": v.pointer(&format!("{}/get/parameters", at.file)),
                    "responses": new["responses"],
                }),
            );
        }),
        ("an operation: removed", (B, B, B, S), |v, at| remove(v, &at.file, "get")),
        ("an operation: its whole path removed", (B, B, B, S), |v, at| {
            let path = at.file.trim_start_matches("/paths/").replace("~1", "/");
            remove(v, "/paths", &path);
        }),
        ("an operation: renamed", (S, S, B, S), |v, at| {
            set(v, &format!("{}/get", at.list), "operationId", json!(format!("query{}Renamed", at.pascal)))
        }),
        ("an operation: another method", (B, B, S, B), |v, at| {
            let operation = v.pointer(&format!("{}/post", at.search)).cloned().unwrap_or_default();
            remove(v, &at.search, "post");
            set(v, &at.search, "put", operation);
        }),
        ("an operation: another path", (B, B, S, B), |v, at| {
            let old = at.query.trim_start_matches("/paths/").replace("~1", "/");
            let item = v["paths"][&old].clone();
            remove(v, "/paths", &old);
            set(v, "/paths", &format!("{old}/again"), item);
        }),
        ("an operation: another tag", (S, S, S, S), |v, at| {
            set(v, &format!("{}/get", at.list), "tags", json!(["Others"]))
        }),
        ("an operation: another summary", (S, S, S, S), |v, at| {
            set(v, &format!("{}/get", at.list), "summary", json!("Do that"))
        }),
        ("an operation: deprecated", (S, S, C, S), |v, at| {
            set(v, &format!("{}/get", at.list), "deprecated", json!(true))
        }),
        ("security: none at all (`security: []`)", (C, S, S, B), |v, at| {
            set(v, &format!("{}/get", at.list), "security", json!([]))
        }),
        ("security: an alternative less", (B, S, S, B), |v, at| {
            set(v, &format!("{}/get", at.list), "security", json!([{ "BearerAuth": [] }]))
        }),
        ("security: both schemes at once", (B, S, S, S), |v, at| {
            set(v, &format!("{}/get", at.list), "security", json!([{ "BearerAuth": [], "SystemToken": [] }]));
        }),
        ("security: nothing will do as well", (C, S, S, S), |v, at| {
            set(v, &format!("{}/get", at.list), "security", json!([{ "SystemToken": [] }, { "BearerAuth": [] }, {}]));
        }),
        ("`x-safe`: added", (S, S, S, B), |v, at| {
            set(v, &format!("{}/post", at.search), "x-safe", json!(true));
        }),
        ("`x-safe`: removed", (S, S, S, B), |v, at| remove(v, &format!("{}/post", at.query), "x-safe")),
        ("a list: in pages now, by skip, limit and `x-paging`", (C, S, C, C), |v, at| {
            if let Some(Value::Array(parameters)) = v.pointer_mut(&format!("{}/get/parameters", at.list)) {
                let page = ["skip", "limit"]
                    .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "integer" } }));
                parameters.extend(page);
            }
            set(v, &format!("{}/get", at.list), "x-paging", json!({ "key": ["id"], "total": "total", "sort": null }));
        }),
    ]
}

fn parameters() -> Rows {
    fn list<'v>(v: &'v mut Value, at: &CaseNames) -> &'v mut Vec<Value> {
        match v.pointer_mut(&format!("{}/get/parameters", at.list)) {
            Some(Value::Array(list)) => list,
            _ => unreachable!("the template has parameters"),
        }
    }
    fn named<'v>(v: &'v mut Value, at: &CaseNames, name: &str) -> &'v mut Value {
        list(v, at)
            .iter_mut()
            .find(|given| given["name"] == *name)
            .unwrap_or_else(|| unreachable!("the template has `{name}`"))
    }
    vec![
        ("a parameter: new", (C, S, C, S), |v, at| {
            list(v, at).push(json!({ "name": "added", "in": "query", "schema": { "type": "string" } }))
        }),
        ("a parameter: new and required", (B, S, B, S), |v, at| {
            list(v, at)
                .push(json!({ "name": "added", "in": "query", "required": true, "schema": { "type": "string" } }));
        }),
        ("a parameter: removed", (B, S, B, S), |v, at| list(v, at).retain(|given| given["name"] != "flag")),
        ("a required parameter: removed", (B, S, B, S), |v, at| list(v, at).retain(|given| given["name"] != "needed")),
        ("a parameter: became required", (B, S, B, S), |v, at| named(v, at, "flag")["required"] = json!(true)),
        ("a parameter: became optional", (C, S, B, S), |v, at| {
            drop(named(v, at, "needed").as_object_mut().map(|given| given.remove("required")))
        }),
        ("a parameter: renamed", (B, S, B, B), |v, at| named(v, at, "flag")["name"] = json!("flags")),
        // An argument has a position, but no name that a program writes.
        ("a required parameter: renamed", (B, S, S, B), |v, at| named(v, at, "needed")["name"] = json!("neededs")),
        ("a parameter: into a header", (B, S, S, B), |v, at| named(v, at, "flag")["in"] = json!("header")),
        ("a parameter: deprecated", (S, S, C, S), |v, at| named(v, at, "flag")["deprecated"] = json!(true)),
        ("a parameter: a value of its list less", (B, S, S, S), |v, at| {
            named(v, at, "plain")["schema"]["enum"] = json!(["a"])
        }),
        ("a parameter: items to integers", (B, S, B, S), |v, at| {
            named(v, at, "list")["schema"] = json!({ "type": "integer" })
        }),
        ("parameters: another order", (S, S, S, S), |v, at| list(v, at).swap(1, 2)),
        ("a parameter of a path: another name", (S, S, S, S), |v, at| {
            let path = at.file.trim_start_matches("/paths/").replace("~1", "/");
            let mut item = v["paths"][&path].clone();
            item["get"]["parameters"][0]["name"] = json!("ids");
            remove(v, "/paths", &path);
            set(v, "/paths", &path.replace("{id}", "{ids}"), item);
        }),
    ]
}

fn bodies() -> Rows {
    vec![
        ("a body: new and required", (B, S, B, S), |v, at| {
            let body = v.pointer(&format!("{}/post/requestBody", at.query)).cloned().unwrap_or_default();
            set(v, &format!("{}/get", at.list), "requestBody", body);
        }),
        ("a body: new", (C, S, C, S), |v, at| {
            let body = v.pointer(&format!("{}/post/requestBody", at.search)).cloned().unwrap_or_default();
            set(v, &format!("{}/get", at.list), "requestBody", body);
        }),
        ("a body: removed", (B, S, B, S), |v, at| remove(v, &format!("{}/post", at.search), "requestBody")),
        ("a body: became required", (B, S, B, S), |v, at| {
            set(v, &format!("{}/post/requestBody", at.search), "required", json!(true))
        }),
        ("a body: became optional", (C, S, B, S), |v, at| {
            remove(v, &format!("{}/post/requestBody", at.query), "required")
        }),
        ("a body: another schema", (B, S, B, S), |v, at| {
            let body = format!("{}/post/requestBody/content/application~1json", at.query);
            set(v, &body, "schema", reference(&format!("{}Inner", at.pascal)));
        }),
    ]
}

fn responses() -> Rows {
    vec![
        ("a refusal: new", (S, C, S, C), |v, at| {
            set(
                v,
                &format!("{}/get/responses", at.list),
                "409",
                json!({ "description": "Taken.", "content": { "application/json": { "schema": reference("Failure") } } }),
            );
        }),
        ("a refusal: removed", (S, B, B, B), |v, at| remove(v, &format!("{}/get/responses", at.list), "404")),
        ("a success: another status as well", (S, C, S, S), |v, at| {
            let success = v.pointer(&format!("{}/get/responses/200", at.list)).cloned().unwrap_or_default();
            set(v, &format!("{}/get/responses", at.list), "201", success);
        }),
        ("a success: another status instead", (S, B, B, S), |v, at| {
            let success = v.pointer(&format!("{}/get/responses/200", at.list)).cloned().unwrap_or_default();
            remove(v, &format!("{}/get/responses", at.list), "200");
            set(v, &format!("{}/get/responses", at.list), "201", success);
        }),
        ("a success: its body removed", (S, B, B, B), |v, at| {
            remove(v, &format!("{}/get/responses/200", at.list), "content")
        }),
        ("a success: a file in place of JSON", (S, B, B, B), |v, at| {
            let file = json!({ "text/csv": { "schema": { "type": "string", "format": "binary" } } });
            set(v, &format!("{}/get/responses/200", at.list), "content", file);
        }),
        ("a success: another kind of file", (S, B, S, S), |v, at| {
            let file = json!({ "text/plain": { "schema": { "type": "string", "format": "binary" } } });
            set(v, &format!("{}/get/responses/200", at.file), "content", file);
        }),
        ("a success: another schema", (S, B, B, S), |v, at| {
            let content = format!("{}/get/responses/200/content/application~1json", at.list);
            set(v, &content, "schema", reference(&format!("{}Inner", at.pascal)));
        }),
        ("a success: a bare list in place of an envelope", (S, B, B, S), |v, at| {
            let content = format!("{}/get/responses/200/content/application~1json", at.list);
            set(v, &content, "schema", json!({ "type": "array", "items": reference(&format!("{}Got", at.pascal)) }));
        }),
    ]
}

fn schemas() -> Rows {
    vec![
        ("a schema: the envelope renamed", (S, S, B, S), |v, at| {
            let (old, new) = (format!("{}List", at.pascal), format!("{}Envelope", at.pascal));
            let text = v
                .to_string()
                .replace(&format!("\"{old}\""), &format!("\"{new}\""))
                .replace(&format!("schemas/{old}\""), &format!("schemas/{new}\""));
            if let Ok(renamed) = text.parse() {
                *v = renamed;
            }
        }),
        ("a schema: new", (S, S, C, S), |v, at| {
            set(
                v,
                "/schemas",
                &format!("{}Added", at.pascal),
                json!({ "type": "object", "properties": { "a": { "type": "string" } } }),
            );
        }),
        ("an enumeration: a value more", (C, B, C, C), |v, at| {
            set(v, &format!("/schemas/{}Word", at.pascal), "enum", json!(["one", "two", "three"]))
        }),
        ("an enumeration: a value less", (B, C, B, S), |v, at| {
            set(v, &format!("/schemas/{}Word", at.pascal), "enum", json!(["one"]))
        }),
        ("the list of an envelope: renamed", (S, B, B, B), |v, at| {
            let fields = format!("/schemas/{}List/properties", at.pascal);
            let list = v.pointer(&format!("{fields}/data")).cloned().unwrap_or_default();
            remove(v, &fields, "data");
            set(v, &fields, "datas", list);
        }),
        ("a reference: written out in place", (S, S, S, S), |v, at| {
            let refusal = json!({ "description": "None.", "content": { "application/json": { "schema": reference("Failure") } } });
            set(v, &format!("{}/get/responses", at.list), "404", refusal);
            set(v, &format!("{}/get", at.list), "summary", json!("Do it now"));
        }),
    ]
}
