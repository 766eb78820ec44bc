// This file is long because it is one table.
//! The allowed keys of each object, and their values. `docs/spec-check.md` shows it as a table.

use super::values;

/// The allowed value of a key.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Text,
    Flag,
    /// A number that is not negative and has no fraction.
    Count,
    Number,
    /// Any JSON.
    Any,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An object with the keys of a table.
    Is(&'static Object),
    /// `true`, or another shape.
    OrTrue(&'static Shape),
    /// One of several objects, selected by its content.
    Either(fn(&serde_json::Value) -> &'static Object),
    /// An object whose keys are names, each checked by a function.
    Named(fn(&str) -> Result<(), String>, &'static Shape),
    /// A list without duplicates.
    List(&'static Shape),
    /// A value that a function checks.
    Judged(&'static str, fn(&serde_json::Value) -> Result<(), String>),
}

/// An object of OpenAPI, or of this project.
pub(super) struct Object {
    pub(super) name: &'static str,
    pub(super) keys: &'static [(&'static str, Shape)],
    /// The required keys; the traps of the check cover the other rules of OpenAPI.
    pub(super) required: &'static [&'static str],
}

use Shape::{Any, Count, Either, Flag, Is, Judged, List, Named, Number, OrTrue, Text, Word};

pub(super) static DOCUMENT: Object = Object {
    name: "document",
    keys: &[
        ("openapi", Text),
        ("info", Is(&INFO)),
        ("servers", List(&Is(&SERVER))),
        ("security", List(&SECURITY)),
        ("tags", List(&Is(&TAG))),
        ("paths", Named(values::path, &Is(&PATH))),
        ("components", Is(&COMPONENTS)),
    ],
    required: &["info"],
};

static INFO: Object = Object {
    name: "info",
    keys: &[
        ("title", Text),
        ("version", Text),
        ("description", Text),
        ("contact", Is(&CONTACT)),
        ("license", Is(&LICENSE)),
    ],
    required: &["title", "version"],
};

static CONTACT: Object =
    Object { name: "contact", keys: &[("name", Text), ("url", Text), ("email", Text)], required: &[] };

static LICENSE: Object = Object { name: "license", keys: &[("name", Text), ("url", Text)], required: &["name"] };

static SERVER: Object = Object {
    name: "server",
    keys: &[("url", Text), ("description", Text), ("variables", Named(values::name, &Is(&VARIABLE)))],
    required: &["url"],
};

static VARIABLE: Object = Object {
    name: "server variable",
    keys: &[("default", Text), ("description", Text), ("enum", List(&Text))],
    required: &["default"],
};

static TAG: Object =
    Object { name: "tag", keys: &[("name", Text), ("description", Text)], required: &["name", "description"] };

static SECURITY: Shape = Named(values::name, &Judged("an empty list", values::no_scopes));

/// HEAD has no body for an error, and reqwest has no function for the others.
static PATH: Object = Object {
    name: "path",
    keys: &[
        ("get", Is(&OPERATION)),
        ("put", Is(&OPERATION)),
        ("post", Is(&OPERATION)),
        ("delete", Is(&OPERATION)),
        ("patch", Is(&OPERATION)),
        ("parameters", List(&Either(values::parameter))),
    ],
    required: &[],
};

static OPERATION: Object = Object {
    name: "operation",
    keys: &[
        ("operationId", Judged("a name in camel case", values::operation_id)),
        ("tags", List(&Text)),
        ("summary", Text),
        ("description", Text),
        ("deprecated", Judged("true", values::only_true)),
        ("security", List(&SECURITY)),
        ("parameters", List(&Either(values::parameter))),
        ("requestBody", Either(values::body)),
        ("responses", Named(values::status, &Either(values::response))),
        ("x-evidence", Is(&EVIDENCE)),
        ("x-safe", Judged("true", values::only_true)),
        ("x-paging", Any),
    ],
    required: &[],
};

pub(super) static REFERENCE: Object =
    Object { name: "reference", keys: &[("$ref", Judged("#/components/..", values::local))], required: &["$ref"] };

pub(super) static PARAMETER: Object = Object {
    name: "parameter",
    keys: &[
        ("name", Judged("a name without spaces", values::parameter_name)),
        ("in", Word(&["path", "query", "header", "cookie"])),
        ("required", Flag),
        ("description", Text),
        ("deprecated", Judged("true", values::only_true)),
        ("schema", Either(values::schema)),
        ("x-evidence", Is(&EVIDENCE)),
    ],
    required: &["name", "in", "schema"],
};

pub(super) static BODY: Object = Object {
    name: "request body",
    keys: &[("required", Flag), ("description", Text), ("content", Named(values::media_type, &Is(&MEDIA_TYPE)))],
    required: &["content"],
};

static MEDIA_TYPE: Object = Object { name: "media type", keys: &[("schema", Either(values::schema))], required: &[] };

pub(super) static RESPONSE: Object = Object {
    name: "response",
    keys: &[("description", Text), ("content", Named(values::media_type, &Is(&MEDIA_TYPE)))],
    required: &[],
};

static COMPONENTS: Object = Object {
    name: "components",
    keys: &[
        ("schemas", Named(values::component, &Either(values::schema))),
        ("responses", Named(values::component, &Either(values::response))),
        ("parameters", Named(values::component, &Either(values::parameter))),
        ("requestBodies", Named(values::component, &Either(values::body))),
        ("securitySchemes", Named(values::component, &Either(values::scheme))),
    ],
    required: &[],
};

pub(super) static API_KEY: Object = Object {
    name: "API key",
    keys: &[
        ("type", Word(&["apiKey"])),
        ("in", Word(&["header"])),
        ("name", Word(&["Authorization"])),
        ("description", Text),
        ("x-evidence", Is(&EVIDENCE)),
    ],
    required: &["in", "name"],
};

pub(super) static HTTP_AUTH: Object = Object {
    name: "HTTP authentication",
    keys: &[
        ("type", Word(&["http"])),
        ("scheme", Word(&["bearer"])),
        ("bearerFormat", Text),
        ("description", Text),
        ("x-evidence", Is(&EVIDENCE)),
    ],
    required: &["type", "scheme"],
};

pub(super) static EVIDENCE: Object = Object {
    name: "evidence",
    keys: &[("sources", List(&Text)), ("independent", Count), ("inferred", Count), ("historical", Count)],
    required: &["sources", "independent"],
};

/// Alternatives and composed schemas. They are allowed, so that the traps of the check can explain their effects.
const COMPOSED: Shape = Any;

macro_rules! schema {
    ($name:literal, $($key:literal => $shape:expr),* $(,)?) => {
        Object {
            name: $name,
            keys: &[
                ("description", Text),
                ("type", Word(&["string", "number", "integer", "boolean", "object", "array", "file"])),
                ("nullable", Judged("true", values::only_true)),
                ("deprecated", Judged("true", values::only_true)),
                ("default", Any),
                ("x-evidence", Is(&EVIDENCE)),
                ("x-rust-name", Judged("a field in snake case", values::rust_name)),
                ("allOf", COMPOSED),
                ("anyOf", COMPOSED),
                ("oneOf", COMPOSED),
                ("not", COMPOSED),
                ("discriminator", COMPOSED),
                $(($key, $shape)),*
            ],
            required: &[],
        }
    };
}

pub(super) static SCHEMA_REFERENCE: Object = Object {
    name: "reference to a schema",
    keys: &[
        ("$ref", Judged("#/components/schemas/..", values::local)),
        ("description", Text),
        ("deprecated", Judged("true", values::only_true)),
        ("x-evidence", Is(&EVIDENCE)),
        ("x-rust-name", Judged("a field in snake case", values::rust_name)),
    ],
    required: &[],
};

pub(super) static ANYTHING: Object = schema!("schema without type",);

pub(super) static STRING: Object = schema!(
    "schema of a string",
    "format" => Word(&[
        "password", "binary", "date", "date-time", "uuid", "email", "uri", "hostname", "ip", "ipv4", "ipv6",
    ]),
    "enum" => List(&Text),
    "minLength" => Count,
    "maxLength" => Count,
    "pattern" => Text,
);

pub(super) static INTEGER: Object = schema!(
    "schema of an integer",
    "format" => Word(&["int32", "int64"]),
    "minimum" => Number,
    "maximum" => Number,
);

pub(super) static NUMBER: Object = schema!(
    "schema of a number",
    "format" => Word(&["float", "double"]),
    "minimum" => Number,
    "maximum" => Number,
);

pub(super) static BOOLEAN: Object = schema!("schema of a boolean",);

pub(super) static ARRAY: Object = schema!(
    "schema of an array",
    "items" => Either(values::schema),
    "minItems" => Count,
    "maxItems" => Count,
);

pub(super) static RECORD: Object = schema!(
    "schema of an object with properties",
    "properties" => Named(values::property, &Either(values::schema)),
    "required" => List(&Text),
    "additionalProperties" => Judged("{} or true, as every object is open", values::open),
);

pub(super) static MAP: Object = schema!(
    "schema of an object without properties",
    "additionalProperties" => OrTrue(&Either(values::schema)),
);

/// Every object, for the documentation.
pub(super) static OBJECTS: &[&Object] = &[
    &DOCUMENT,
    &INFO,
    &CONTACT,
    &LICENSE,
    &SERVER,
    &VARIABLE,
    &TAG,
    &PATH,
    &OPERATION,
    &REFERENCE,
    &PARAMETER,
    &BODY,
    &MEDIA_TYPE,
    &RESPONSE,
    &COMPONENTS,
    &API_KEY,
    &HTTP_AUTH,
    &EVIDENCE,
    &SCHEMA_REFERENCE,
    &ANYTHING,
    &STRING,
    &INTEGER,
    &NUMBER,
    &BOOLEAN,
    &ARRAY,
    &RECORD,
    &MAP,
];
