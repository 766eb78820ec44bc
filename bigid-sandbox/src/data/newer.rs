//! The differences of data sources on a 6.x server from those of 2023.
//!
//! Four of each twenty use connectors of the second generation, whose types end in `v2`: they store in objects what the
//! first generation stores in separate fields. The names and types are those of a sample of `s3-v2` that BigID
//! published, and of what a client of 2026 reads; the values are made up.

use serde_json::{Value, json};

use super::fields::Shape::{CustomFields, EmptyArray, Flags, Made, Millis, Split, StatusWithHistory, Words};
use super::fields::{ALL, DRIVE, FIELDS, Field, MYSQL, S3, SALESFORCE, SMB_A, SMB_B, SPARSE, field, slot, type_of};
use crate::random::Random;

/// The slots of a block with a connector of the second generation.
const V2: u32 = SMB_A | SMB_B | DRIVE | S3;

/// The connector type of each slot of a block.
pub(super) fn newer_type_of(number: usize) -> &'static str {
    match number {
        13 | 14 => "smb_v2",
        17 => "gdrive-v2",
        19 => "s3-v2",
        _ => type_of(number),
    }
}

/// The fields of a slot of a block: those of 2023 except those of a replaced connector, and the newer ones.
pub(super) fn newer_fields(number: u32) -> impl Iterator<Item = &'static Field> {
    let is_v2 = V2 & slot(number) != 0;
    let has = move |field: &&Field| field.slots & slot(number) != 0;
    let is_replaced = |field: &&Field| NEWER.iter().any(|newer| newer.name == field.name);
    // A field that databases have as well does not belong to a single connector.
    let is_general = move |field: &&Field| !is_v2 || field.slots & MYSQL != 0;
    FIELDS
        .iter()
        .filter(has)
        .filter(is_general)
        .filter(move |field| !is_replaced(field))
        .chain(NEWER.iter().filter(has))
}

const NEWER: &[Field] = &[
    field("tags", ALL, Split(V2, &Made(tags), &EmptyArray)),
    field("authStrategy", MYSQL | V2, Words(&["credentials"])),
    field("connectionStatusTest", ALL ^ SPARSE ^ SALESFORCE, StatusWithHistory),
    field("last_full_scan_at", ALL ^ SPARSE ^ SALESFORCE, Millis),
    field("isFromDiscoveryApp", V2, Flags(&[true, false])),
    field("discoveryAppType", V2, Words(&["aws", "azure", ""])),
    field("systemId", V2, Words(&["system-1", "system-2"])),
    field(
        "authenticationProperties",
        V2,
        Split(S3, &Made(role), &Split(DRIVE, &Made(service_account), &Made(credentials))),
    ),
    field("resourceProperties", V2, Made(resource)),
    field("containerizedFilterType", V2, Words(&["containerizedNameFilter"])),
    field("containerizedFilter", V2, Made(containers)),
    field("customFields", V2, CustomFields),
    field("enumerationSamplingDropDown", V2, Words(&["enumerationAll"])),
    field("enumerationSamplingProperties", V2, Made(enumeration)),
    field("contentSamplingDropDown", V2, Words(&["contentPercentage"])),
    field("contentSamplingProperties", V2, Made(content)),
    field("differentialType", V2, Words(&["differentialNone"])),
    field("differentialFilter", V2, Made(differential)),
    field("typeRequestProperties", V2, Made(request)),
    field("ocrParameters", V2, Made(ocr)),
    field("stopOnEnumerationFailure", V2, Flags(&[true, false])),
    field("enrichmentFields", V2, Made(enrichment)),
];

fn tags(random: &mut Random) -> Value {
    let number = random.below(90) + 10;
    let (tag, value) = (format!("7a6c0000-0000-4000-8000-0000000000{number}"), "7a6c0000-0000-4000-9000-000000000001");
    match random.chance(0.5) {
        true => json!([{"tagId": tag, "tagName": "Region", "tagValue": "North", "valueId": value}]),
        false => json!([{"tagId": tag, "valueId": value}]),
    }
}

fn role(random: &mut Random) -> Value {
    let role = format!("arn:aws:iam::000000000000:role/reader-{}", random.below(9));
    json!({"@authenticationType": "role", "roleResourceName": role, "roleSessionName": "scan"})
}

fn service_account(_: &mut Random) -> Value {
    json!({"@authenticationType": "serviceAccount", "serviceAccountJson": "******", "user": "scanner@workspace.example.com"})
}

fn credentials(random: &mut Random) -> Value {
    let user = random.pick(&["reader", "scanner"]);
    json!({"@authenticationType": "credentials", "password": "******", "username": user})
}

fn resource(random: &mut Random) -> Value {
    json!({"resourceEntry": random.pick(&["eu-central-1", "us-west-2", "files-7.example.com"])})
}

fn containers(random: &mut Random) -> Value {
    let name = random.pick(&["field-notes", "exports"]);
    json!({
        "@containerizedFilterType": "containerizedNameFilter",
        "specificNameFilters": {"containerUseCase": {"name": name, "useCase": "INCLUDE"}},
    })
}

fn enumeration(_: &mut Random) -> Value {
    json!({"@enumerationSamplingType": "enumerationAll"})
}

fn content(random: &mut Random) -> Value {
    json!({"@contentSamplingType": "contentPercentage", "percentage": (random.below(10) + 1) * 10})
}

fn differential(_: &mut Random) -> Value {
    json!({"@differentialType": "differentialNone"})
}

fn request(_: &mut Random) -> Value {
    json!({"@requestType": "unstructured"})
}

fn ocr(random: &mut Random) -> Value {
    json!({"enabledOcr": random.chance(0.5), "ocrLanguage": ["eng"], "ocrTimeout": 60})
}

fn enrichment(random: &mut Random) -> Value {
    json!({"statusDetails": {"status": random.pick(&["Draft", "ConnectionError", "Failed"])}})
}
