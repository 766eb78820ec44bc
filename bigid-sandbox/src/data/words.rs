//! Names and texts of the generated world.

/// Something personal that is looked for in data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) original_name: &'static str,
    pub(crate) category: &'static str,
    /// Columns that hold it, and the kind of their values.
    pub(crate) column: &'static str,
    pub(crate) column_type: &'static str,
}

const fn attribute(
    name: &'static str,
    original_name: &'static str,
    category: &'static str,
    column: &'static str,
    column_type: &'static str,
) -> Attribute {
    Attribute { name, original_name, category, column, column_type }
}

pub(crate) const ATTRIBUTES: &[Attribute] = &[
    attribute("Email", "classifier.Email", "Contact data", "email", "varchar"),
    attribute("Last Name", "classifier.Last Name", "Identity data", "last_name", "varchar"),
    attribute("Phone Number", "classifier.Phone Number", "Contact data", "phone", "varchar"),
    attribute("Credit Card", "classifier.Credit Card", "Payment data", "card_number", "varchar"),
    attribute("National ID", "classifier.National ID", "Identity data", "national_id", "varchar"),
    attribute("Date of Birth", "classifier.Date of Birth", "Identity data", "born_on", "date"),
    attribute("Salary", "classifier.Salary", "Employment data", "salary", "numeric"),
    attribute("API Key", "classifier.API Key", "Secrets", "api_key", "varchar"),
];

/// A rule about an attribute, and how bad it is to break it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) attribute: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) compliance: &'static str,
}

const fn policy(
    name: &'static str,
    description: &'static str,
    attribute: &'static str,
    severity: &'static str,
    compliance: &'static str,
) -> Policy {
    Policy { name, description, attribute, severity, kind: "catalog", compliance }
}

pub(crate) const POLICIES: &[Policy] = &[
    policy(
        "Card numbers outside the vault",
        "Card numbers are kept in the vault only.",
        "Credit Card",
        "critical",
        "PCI DSS",
    ),
    policy("Open keys", "No key is readable to everybody.", "API Key", "critical", "CIS"),
    policy("National identifiers", "National identifiers need a reason.", "National ID", "high", "GDPR"),
    policy("Salaries outside HR", "Salaries stay in the systems of HR.", "Salary", "high", "Internal"),
    policy("Dates of birth", "Dates of birth are kept for two years.", "Date of Birth", "medium", "GDPR"),
    policy("Addresses in files", "E-mail addresses are not kept in files.", "Email", "medium", "GDPR"),
    policy("Phone numbers", "Phone numbers are kept for a year.", "Phone Number", "low", "CCPA"),
    policy("Names in test data", "Test data has no real names.", "Last Name", "low", "Internal"),
];

pub(crate) const ROLES: &[&str] = &["Admin", "Data Steward", "Privacy Analyst", "Auditor"];

/// The names of tables and files.
pub(super) const OBJECTS: &[&str] =
    &["customers", "orders", "employees", "payments", "visits", "tickets", "letters", "contracts", "signups", "claims"];

pub(super) const CONTAINERS: &[&str] = &["public", "sales", "hr", "finance", "archive", "exports"];

pub(super) const EXTENSIONS: &[&str] = &["csv", "xlsx", "pdf", "docx", "json", "txt"];

/// Columns that hold nothing personal.
pub(crate) const PLAIN_COLUMNS: &[(&str, &str)] =
    &[("id", "bigint"), ("created_at", "timestamp"), ("status", "varchar"), ("amount", "numeric")];

pub(super) const FIRST_NAMES: &[&str] = &["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Leslie"];

pub(super) const LAST_NAMES: &[&str] = &["Miller", "Okafor", "Sato", "Novák", "Silva", "Haddad", "Larsen", "Rossi"];

pub(super) const PLACES: &[&str] = &["Germany", "Massachusetts", "Japan", "Brazil", "Kenya", "Norway"];
