//! The kinds of changes, each with its name for tools.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($kind:ident = $name:literal,)*) => {
        /// What happened to a part of the contract.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum ChangeKind { $($kind,)* }

        impl ChangeKind {
            /// Every kind; a test checks that each occurs.
            #[cfg(test)]
            pub(super) const ALL: &'static [Self] = &[$(Self::$kind,)*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
        }
    };
}

kinds! {
    InfoChanged = "info-changed",
    ServerAdded = "server-added",
    ServerRemoved = "server-removed",
    ServerChanged = "server-changed",
    TagAdded = "tag-added",
    TagRemoved = "tag-removed",
    SchemeAdded = "security-scheme-added",
    SchemeRemoved = "security-scheme-removed",
    SchemeChanged = "security-scheme-changed",
    DescriptionChanged = "description-changed",
    OperationAdded = "operation-added",
    OperationRemoved = "operation-removed",
    OperationRenamed = "operation-renamed",
    MethodChanged = "method-changed",
    PathChanged = "path-changed",
    TagChanged = "operation-tag-changed",
    Deprecated = "deprecated",
    Undeprecated = "deprecation-withdrawn",
    SecurityChanged = "security-changed",
    SafeAdded = "safe-added",
    SafeRemoved = "safe-removed",
    PagingAdded = "paging-added",
    PagingRemoved = "paging-removed",
    PagingChanged = "paging-changed",
    ParameterAdded = "parameter-added",
    ParameterRemoved = "parameter-removed",
    ParameterRenamed = "parameter-renamed",
    ParameterMoved = "parameter-moved",
    ParameterRequired = "parameter-became-required",
    ParameterOptional = "parameter-became-optional",
    ParameterOrder = "parameter-order-changed",
    BodyAdded = "request-body-added",
    BodyRemoved = "request-body-removed",
    BodyRequired = "request-body-became-required",
    BodyOptional = "request-body-became-optional",
    ResponseAdded = "response-added",
    ResponseRemoved = "response-removed",
    ContentChanged = "content-changed",
    SchemaAdded = "schema-added",
    SchemaRemoved = "schema-removed",
    SchemaRenamed = "schema-renamed",
    SchemaReplaced = "schema-replaced",
    TypeChanged = "type-changed",
    FormatChanged = "format-changed",
    NullableAdded = "nullable-added",
    NullableRemoved = "nullable-removed",
    DefaultChanged = "default-changed",
    ValueAdded = "enum-value-added",
    ValueRemoved = "enum-value-removed",
    BoundTightened = "bound-tightened",
    BoundLoosened = "bound-loosened",
    PatternChanged = "pattern-changed",
    FieldAdded = "field-added",
    FieldRemoved = "field-removed",
    FieldRenamed = "field-renamed",
    FieldRequired = "field-became-required",
    FieldOptional = "field-became-optional",
    RustNameChanged = "rust-name-changed",
    EvidenceChanged = "evidence-changed",
    Consequence = "consequence",
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for ChangeKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
