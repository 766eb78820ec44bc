//! The 113 fields of a data source, and which of every twenty data sources have each of them.
//!
//! The recorded server had twenty data sources of seven types. Generated ones come in blocks of twenty with the same
//! types; each field occurs in as many of a block as were recorded, with the same JSON types. The values are made up.

use serde_json::Value;

use crate::random::Random;

/// A field: its name, the slots of a block that have it, and its values.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) slots: u32,
    pub(super) shape: Shape,
}

/// The kinds of values of a field.
pub(super) enum Shape {
    /// A 24-digit hexadecimal object identifier.
    ObjectId,
    /// The name of the record.
    Name,
    /// The connector type of the slot.
    Type,
    /// One of several strings.
    Words(&'static [&'static str]),
    /// `yes`, or sometimes `no`.
    Switch,
    /// One of several booleans.
    Flags(&'static [bool]),
    /// One of several numbers.
    Numbers(&'static [i64]),
    /// A time as text.
    Iso,
    /// A time as milliseconds since 1970.
    Millis,
    /// A host in a reserved domain, with this first label.
    Host(&'static str),
    /// An address on such a host.
    Url(&'static str),
    /// Text that a client must not print.
    Secret,
    /// `{is_success, last_connection}`.
    Status,
    /// The same with `is_connection_ever_succeeded`.
    StatusWithHistory,
    /// An array or an object from a function.
    Made(fn(&mut Random) -> Value),
    /// An array of `{field_name, field_type, field_value}`.
    CustomFields,
    /// An array of addresses.
    Owners,
    /// An array of objects in which some fields may be missing.
    OwnersV2,
    /// `[]`.
    EmptyArray,
    /// `{}`.
    EmptyObject,
    /// `null`.
    Null,
    /// One shape in some slots, and another in the rest.
    Split(u32, &'static Shape, &'static Shape),
}

use Shape::*;

pub(super) const fn field(name: &'static str, slots: u32, shape: Shape) -> Field {
    Field { name, slots, shape }
}

pub(super) const fn slot(number: u32) -> u32 {
    1 << number
}

const fn span(from: u32, to: u32) -> u32 {
    (1 << to) - (1 << from)
}

/// The connector type of each slot of a block.
pub(super) const fn type_of(slot: usize) -> &'static str {
    match slot {
        0..=11 => "rdb-mysql",
        12..=14 => "smb",
        15 => "salesforce",
        16 => "generic-rest-api",
        17 => "googledrive",
        18 => "mongodb",
        _ => "s3",
    }
}

/// The number of data sources in a block: as many as the recorded server had.
pub(super) const BLOCK: usize = 20;

pub(super) const ALL: u32 = span(0, 20);
pub(super) const MYSQL: u32 = span(0, 12);
const SMB: u32 = span(12, 15);
/// The slot of a record with as few fields as the smallest recorded one: thirteen.
pub(super) const SPARSE: u32 = slot(12);
pub(super) const SMB_A: u32 = slot(13);
pub(super) const SMB_B: u32 = slot(14);
pub(super) const SALESFORCE: u32 = slot(15);
const REST: u32 = slot(16);
pub(super) const DRIVE: u32 = slot(17);
const MONGO: u32 = slot(18);
pub(super) const S3: u32 = slot(19);

const YES: Shape = Flags(&[true]);
const NO: Shape = Flags(&[false]);
const EITHER: Shape = Flags(&[true, false]);
const LOCATIONS: &[&str] =
    &["Portugal", "New Zealand", "Saskatchewan", "Côte d'Ivoire", "Hokkaido", "Uruguay", "Lower Saxony"];

/// Every field, in the order of records.
pub(super) const FIELDS: &[Field] = &[
    field("_id", ALL, ObjectId),
    field("name", ALL, Name),
    field("id", ALL, Name),
    field("type", ALL, Type),
    field("enabled", ALL, Switch),
    field("password", ALL, Words(&["******"])),
    field("security_tier", ALL, Words(&["1", "2", "3"])),
    field("tags", ALL, EmptyArray),
    field("updated_at", ALL, Iso),
    field("certificate_id", ALL ^ SPARSE, Words(&[""])),
    field("classification_is_enabled", ALL ^ SPARSE, EITHER),
    field("connectionStatusDeleteFindings", ALL ^ SPARSE, Split(SALESFORCE, &Status, &EmptyObject)),
    field("connectionStatusScan", ALL ^ SALESFORCE, Status),
    field("created_at", ALL ^ SPARSE, Iso),
    field("credential_id", ALL ^ SPARSE, Split(SALESFORCE | DRIVE | S3, &Words(&[""]), &Words(&["1", "2", "vault-7"]))),
    field("custom_fields", ALL ^ SPARSE, Split(span(0, 4), &CustomFields, &EmptyArray)),
    field("differential", ALL ^ SPARSE, NO),
    field("keyDeserializer", ALL ^ SPARSE, Words(&["String"])),
    field("owners", ALL ^ SPARSE, Split(span(2, 8), &Owners, &EmptyArray)),
    field("owners_v2", ALL ^ SPARSE, Split(SALESFORCE, &EmptyArray, &OwnersV2)),
    field("rdb_is_sample_data", ALL ^ SPARSE, NO),
    field("scanner_strategy", ALL ^ SPARSE, Words(&["SCAN_ALL"])),
    field("updatedPasswords", ALL ^ SPARSE, EmptyArray),
    field("valueDeserializer", ALL ^ SPARSE, Words(&["String"])),
    field("connectionStatusTest", ALL ^ SPARSE ^ SALESFORCE, Status),
    field("is_certificate", ALL ^ SPARSE ^ SMB_A, NO),
    field("last_scan_at", ALL ^ SPARSE ^ SALESFORCE, Millis),
    field("location", ALL ^ SPARSE ^ SMB_A, Words(LOCATIONS)),
    field("last_sub_scan_id", ALL ^ SPARSE ^ SALESFORCE ^ SMB_A, ObjectId),
    field("numberOfParsingThreads", ALL ^ SPARSE ^ REST ^ MONGO, Words(&["2", "5", "8"])),
    field("test_is_success", ALL ^ SMB, YES),
    field("test_timestamp", ALL ^ SMB, Iso),
    field("is_credential", ALL ^ SPARSE ^ SMB_A ^ SALESFORCE ^ S3, YES),
    field("ner_classification_is_enabled", ALL ^ SPARSE ^ SALESFORCE ^ REST ^ MONGO, EITHER),
    field("scan_is_success", ALL ^ SMB ^ SALESFORCE, EITHER),
    field("scan_num_of_objects", ALL ^ SMB ^ SALESFORCE, Numbers(&[0, 1, 12, 340])),
    field("scan_timestamp", ALL ^ SMB ^ SALESFORCE, Iso),
    field(
        "scanWindowName",
        ALL ^ SPARSE ^ SALESFORCE ^ REST ^ MONGO,
        Split(span(0, 2), &Words(&["None"]), &Split(S3, &Words(&[""]), &EmptyArray)),
    ),
    field("username", ALL ^ SMB_A ^ SALESFORCE ^ DRIVE ^ S3, Words(&["reader", "scanner", "svc-catalog"])),
    field("is_idsor_supported", ALL ^ SMB ^ DRIVE ^ S3, YES),
    field("scanner_group", ALL ^ SPARSE ^ SMB_B ^ SALESFORCE ^ REST ^ MONGO, Words(&["default", "default", "emea"])),
    field("structured_clustering_enabled", MYSQL | REST | MONGO, YES),
    field("enrichment_is_enabled", MYSQL | MONGO, EITHER),
    field("stop_on_failure", MYSQL | DRIVE, NO),
    field("authStrategy", MYSQL, Words(&["credentials"])),
    field("rdb_comma_sep_table_list", MYSQL, Words(&["members", "visits, payments", "stock"])),
    field("rdb_is_only_user_objects", MYSQL, NO),
    field("rdb_is_scan_views", MYSQL, NO),
    field("rdb_name", MYSQL, Words(&["warehouse", "crm", "billing"])),
    field("rdb_sample_type", MYSQL, Words(&["size"])),
    field("rdb_url", MYSQL, Host("mysql")),
    field("row_identifier_expression_is_disabled", MYSQL, NO),
    field("attributeName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("consolidationName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("documentOrDossierName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("folderName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("metricName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("promptName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("reportName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("styleName", span(0, 6) | SALESFORCE | REST | DRIVE | MONGO, Null),
    field("ocr_languages", span(0, 5) | SALESFORCE | REST | DRIVE | MONGO, Words(&["eng", "eng,deu"])),
    field(
        "friendly_name",
        span(0, 5) | SALESFORCE | DRIVE | S3,
        Words(&["Members of the north", "Old archive", "Field offices"]),
    ),
    field("doc2vec_is_enabled", SMB_A | SMB_B | DRIVE | S3, EITHER),
    field("include_file_types", SMB_A | SMB_B | DRIVE | S3, NO),
    field("rdb_conn_properties", span(0, 4), Words(&[""])),
    field("is_ocr_enabled", SMB_A | DRIVE | S3, Words(&["true", "false"])),
    field("sharedResource", SMB, Words(&["Shared\\plans", "Shared\\old\\scans.csv"])),
    field("smbServer", SMB, Host("files")),
    field("archived", span(0, 2), NO),
    field("defaultScanId", span(0, 2), ObjectId),
    field("defaultScanProfileId", span(0, 2), ObjectId),
    field("dsAclScanEnabled", DRIVE | S3, Words(&["true"])),
    field("is_encrypt_data", SMB_A | SMB_B, Words(&["false"])),
    field("Is_sample_files", SMB_A | SMB_B, Words(&["false"])),
    field("Is_sample_folders", SMB_A | SMB_B, Words(&["false"])),
    field("is_system_shares", SMB_A | SMB_B, NO),
    field("isCredentialsAuth", SMB_A | S3, EITHER),
    field("metadataAclScanEnabled", DRIVE | S3, Words(&["true"])),
    field("multiple_shares_enabled", SMB_A | SMB_B, NO),
    field("authentication_db", MONGO, Words(&["admin"])),
    field("aws_access_key", S3, Words(&[""])),
    field("aws_region", S3, Words(&["eu-central-1", "us-west-2"])),
    field("aws_role_arn", S3, Words(&[""])),
    field("aws_role_session_name", S3, Words(&[""])),
    field("aws_secret_key", S3, Words(&[""])),
    field("aws_session_token", S3, Words(&[""])),
    field("awsAuthStrategy", SMB_B, Numbers(&[4])),
    field("bucket_name", S3, Words(&["field-notes", "exports"])),
    field("comment", slot(4), Words(&["Copied from the old system; ask before deleting."])),
    field("dataSourceObjectNamesToExcludeRegex", SMB_A, Words(&[""])),
    field("deletion_is_success", SALESFORCE, YES),
    field("deletion_timestamp", SALESFORCE, Iso),
    field("drives_to_scan", DRIVE, Words(&[""])),
    field("enable_acl", S3, YES),
    field("fileTypesToExclude", DRIVE, Words(&[""])),
    field("folder_to_scan", S3, Words(&["reports", "2024/q1"])),
    field("generic_server_url", REST, Url("records")),
    field("google_service_account_json", DRIVE, Secret),
    field("google_service_account_user", DRIVE, Words(&["scanner@workspace.example.com"])),
    field("is_exclusion_drives_enabled", DRIVE, NO),
    field("is_native_index", MONGO, YES),
    field("is_salesforce_custom_url", SALESFORCE, YES),
    field("isAnonymousAuth", S3, NO),
    field("isCrossAccountAuth", S3, NO),
    field("isGoogleServiceAccount", DRIVE, YES),
    field("isIamRoleAuth", S3, YES),
    field("isOauthConfigured", SALESFORCE, NO),
    field("isSTSAuth", S3, NO),
    field("mongo_collection_name", MONGO, Words(&[""])),
    field("mongo_db_name", MONGO, Words(&["catalogue"])),
    field("mongo_url", MONGO, Host("mongo")),
    field("salesforce_custom_url", SALESFORCE, Url("crm")),
    field("scan_scope", DRIVE, Words(&["myDrive", "sharedDrives"])),
];

#[cfg(test)]
mod tests {
    use super::FIELDS;
    use crate::record::is_secret;

    #[test]
    fn of_the_recorded_fields_only_those_with_credentials_are_secret() {
        let secret: Vec<_> = FIELDS.iter().map(|field| field.name).filter(|name| is_secret(name)).collect();
        assert_eq!(
            secret,
            ["password", "aws_access_key", "aws_secret_key", "aws_session_token", "google_service_account_json"]
        );
    }
}
