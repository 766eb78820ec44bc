//! The Rust column: the public items of the generated crate that depend on the contract, with their types.

use std::collections::BTreeMap;

use super::change::Effect;
use super::grade::Grade;
use super::paging;
use super::pairs::Pairs;
use super::place::Place;
use crate::model::{Content, Field, Model, Operation, Record, SchemaKind, Type};
use crate::naming;
use crate::regen::{Argument, Of, lossless_records, optional, output, required, rust, taken};

/// The role of an item for its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Method,
    Setter,
    Output,
    Records,
    Mock,
    Type,
    Constructor,
    Field,
    Variant,
}

/// One item. Two items with the same place and role are the same item in two contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The name without that of its owner, which may change separately.
    name: String,
    /// Its type, or those of its arguments.
    ty: String,
    /// The names of its arguments.
    arguments: Vec<String>,
    /// The item as a program writes it.
    shown: String,
}

pub(super) type Surface = BTreeMap<(Place, Role), Item>;

/// Which contract's names a surface uses.
pub(super) enum NameSource<'p, 'a> {
    Old(&'p Pairs<'a>),
    New(&'p Pairs<'a>),
}

impl NameSource<'_, '_> {
    fn model(&self) -> &Model {
        match self {
            Self::Old(pairs) => pairs.old,
            Self::New(pairs) => pairs.new,
        }
    }

    fn operation<'n>(&'n self, id: &'n str) -> &'n str {
        match self {
            Self::Old(pairs) => pairs.operation(id),
            Self::New(_) => id,
        }
    }

    fn schema<'n>(&'n self, name: &'n str) -> &'n str {
        match self {
            Self::Old(pairs) => pairs.schema(name),
            Self::New(_) => name,
        }
    }

    fn ty(&self, ty: &Type) -> Type {
        match self {
            Self::Old(pairs) => pairs.ty(ty),
            Self::New(_) => ty.clone(),
        }
    }

    /// The names in the newer contract of the older contract's parameters and fields, by place.
    fn renamed(&self) -> BTreeMap<Place, Place> {
        let Self::Old(pairs) = self else { return BTreeMap::new() };
        let mut renamed = BTreeMap::new();
        for (old, new) in &pairs.operations {
            let (Some(old), Some(new)) = (old, new) else { continue };
            for (one, other) in pairs.parameters(&old.parameters, &new.parameters) {
                let (Some(one), Some(other)) = (one, other) else { continue };
                renamed.insert(
                    Place::parameter(&new.id, one.location, &one.name),
                    Place::parameter(&new.id, other.location, &other.name),
                );
            }
        }
        for (name, schema) in &pairs.old.schemas {
            let new = pairs.schema(name);
            let Some(SchemaKind::Record(after)) = pairs.new.schemas.get(new).map(|schema| &schema.kind) else {
                continue;
            };
            let SchemaKind::Record(before) = &schema.kind else { continue };
            for (one, other) in pairs.fields(&before.fields, &after.fields) {
                let (Some(one), Some(other)) = (one, other) else { continue };
                renamed.insert(Place::field(new, &one.wire), Place::field(new, &other.wire));
            }
        }
        renamed
    }
}

/// The surface of one side, by places of the newer contract.
pub(super) fn surface(side: &NameSource<'_, '_>) -> Surface {
    let mut surface = Surface::new();
    let renamed = side.renamed();
    let mut put = |place: Place, role: Role, item: Item| {
        let place = renamed.get(&place).cloned().unwrap_or(place);
        surface.insert((place, role), item);
    };
    for operation in &side.model().operations {
        self::operation(side, operation, &mut put);
    }
    let lossless_names = lossless_records(side.model());
    for (name, schema) in &side.model().schemas {
        let lossless = lossless_names.contains(name.as_str());
        let (name, rust_name) = (side.schema(name), schema.rust.as_str());
        let item = |ty: &str| item(rust_name, ty, &[], format!("types::{rust_name}"));
        match &schema.kind {
            SchemaKind::Record(record) => {
                put(Place::Schema(name.to_owned()), Role::Type, item("struct"));
                constructor(side, name, rust_name, record, lossless, &mut put);
                for field in &record.fields {
                    put(Place::field(name, &field.wire), Role::Field, self::field(side, rust_name, field, lossless));
                }
            }
            SchemaKind::Enum(values) => {
                put(Place::Schema(name.to_owned()), Role::Type, item("enum"));
                for value in values {
                    let shown = format!("types::{rust_name}::{}", value.rust);
                    put(Place::value(name, &value.wire), Role::Variant, self::item(&value.rust, "", &[], shown));
                }
            }
            SchemaKind::Map(values) => {
                let ty = format!("struct of {}", shown(&side.ty(values)));
                put(Place::Schema(name.to_owned()), Role::Type, item(&ty));
            }
            SchemaKind::Any => put(Place::Schema(name.to_owned()), Role::Type, item("struct of any JSON")),
        }
    }
    surface
}

fn operation(side: &NameSource<'_, '_>, operation: &Operation, put: &mut dyn FnMut(Place, Role, Item)) {
    let id = side.operation(&operation.id).to_owned();
    let arguments: Vec<(String, String)> = required(operation).iter().map(|one| declared(side, one)).collect();
    let names: Vec<&str> = arguments.iter().map(|(name, _)| name.as_str()).collect();
    let types: Vec<&str> = arguments.iter().map(|(_, ty)| ty.as_str()).collect();
    let listed: Vec<String> = arguments.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    let shown_method = format!("Client::{}({})", operation.rust, listed.join(", "));
    put(Place::Operation(id.clone()), Role::Method, item(&operation.rust, &types.join(", "), &names, shown_method));
    for setter in optional(operation) {
        let place = match &setter.of {
            Of::Parameter(given) => Place::parameter(&id, given.location, &given.name),
            Of::Body(..) | Of::Upload(_) => Place::Body(id.clone()),
        };
        let (name, ty) = declared(side, &setter);
        let shown = format!("{}::{name}({ty})", operation.builder);
        put(place, Role::Setter, item(&name, &ty, &[], shown));
    }
    let output = match operation.success() {
        Content::Empty => "()".to_owned(),
        Content::Json(ty) => output(&side.ty(ty)),
        Content::Raw { .. } => "ByteStream".to_owned(),
    };
    let shown = format!("{}.await is {output}", operation.rust);
    put(Place::Output(id.clone()), Role::Output, item("", &output, &[], shown));
    if paging::is_paged(operation) {
        let shown = format!("{}::records()", operation.builder);
        put(Place::Paging(id.clone()), Role::Records, item("records", "", &[], shown));
    }
    for response in &operation.responses {
        let name = response.status.mock();
        let shown = format!("httpmock::operations::{}::{name}()", naming::mock(&operation.id, "then"));
        put(Place::response(&id, response.status), Role::Mock, item(&name, "", &[], shown));
    }
}

/// A request's record with required fields is constructed from them; any other record is constructed empty.
fn constructor(
    side: &NameSource<'_, '_>,
    name: &str,
    rust_name: &str,
    record: &Record,
    lossless: bool,
    put: &mut dyn FnMut(Place, Role, Item),
) {
    let required = record.required.iter().filter(|_| !lossless).filter_map(|wire| record.field(wire));
    let arguments: Vec<(&str, String)> =
        required.map(|field| (field.rust.as_str(), format!("impl Into<{}>", shown(&side.ty(&field.ty))))).collect();
    let names: Vec<&str> = arguments.iter().map(|(name, _)| *name).collect();
    let types: Vec<&str> = arguments.iter().map(|(_, ty)| ty.as_str()).collect();
    let shown = format!("types::{rust_name}::new({})", names.join(", "));
    put(Place::Schema(name.to_owned()), Role::Constructor, item("new", &types.join(", "), &names, shown));
}

fn field(side: &NameSource<'_, '_>, of: &str, field: &Field, lossless: bool) -> Item {
    let ty = shown(&side.ty(&field.ty));
    let ty = if field.required && !lossless { ty } else { format!("Option<{ty}>") };
    let shown = format!("types::{of}::{}: {ty}", field.rust);
    item(&field.rust, &ty, &[], shown)
}

fn declared(side: &NameSource<'_, '_>, argument: &Argument<'_>) -> (String, String) {
    match &argument.of {
        Of::Body(ty, _) => (argument.name.clone(), format!("impl Borrow<{}>", shown(&side.ty(ty)))),
        Of::Upload(_) => (argument.name.clone(), "FormFile".to_owned()),
        Of::Parameter(parameter) => {
            let ty = taken(&parameter.ty).replace("::serde_json::", "");
            (argument.name.clone(), ty)
        }
    }
}

/// A type as a program writes it after `use`.
fn shown(ty: &Type) -> String {
    let text = rust(ty);
    ["::serde_json::", "::std::collections::", "crate::", "types::"]
        .iter()
        .fold(text, |text, path| text.replace(path, ""))
}

fn item(name: &str, ty: &str, arguments: &[&str], shown: String) -> Item {
    let arguments = arguments.iter().map(|name| (*name).to_owned()).collect();
    Item { name: name.to_owned(), ty: ty.to_owned(), arguments, shown }
}

/// What a program written against the old surface encounters, by place.
pub(super) fn compare(old: &Surface, new: &Surface) -> Vec<(Place, Effect)> {
    let mut effects = Vec::new();
    for (key, before) in old {
        let effect = match new.get(key) {
            None => Some(removed(key.1, before)),
            Some(after) => changed(key.1, before, after),
        };
        effects.extend(effect.map(|effect| (key.0.clone(), effect)));
    }
    for (key, item) in new.iter().filter(|(key, _)| !old.contains_key(key)) {
        if let Some(effect) = added(key.1, item) {
            effects.push((key.0.clone(), effect));
        }
    }
    effects
}

fn added(role: Role, item: &Item) -> Option<Effect> {
    match role {
        // It is reported with its method, its type or its response.
        Role::Output | Role::Constructor | Role::Mock => None,
        _ => Some(Effect::new(Grade::Compatible, format!("new: `{}`", item.shown))),
    }
}

fn removed(role: Role, item: &Item) -> Effect {
    let text = match role {
        Role::Output => "its response has no type any more".to_owned(),
        _ => format!("`{}` is gone", item.shown),
    };
    Effect::new(Grade::Breaking, text)
}

fn changed(role: Role, old: &Item, new: &Item) -> Option<Effect> {
    let (before, after) = (&old.shown, &new.shown);
    if old.name == new.name && old.ty == new.ty {
        let mut names = (old.arguments.clone(), new.arguments.clone());
        let is_same = names.0 == names.1;
        names.0.sort();
        names.1.sort();
        // Arguments with other names are the same arguments; the same names in another order are not.
        return (!is_same && names.0 == names.1).then(|| {
            Effect::new(
                Grade::Breaking,
                format!("`{after}` compiles as before and takes its arguments in another order"),
            )
        });
    }
    let grade = if role == Role::Setter && old.name == new.name && widens(&old.ty, &new.ty) {
        Grade::Compatible
    } else {
        Grade::Breaking
    };
    Some(Effect::new(grade, format!("`{before}` is `{after}`")))
}

/// Whether a setter still accepts the same type.
fn widens(old: &str, new: &str) -> bool {
    old == "i64" && new == "impl Into<Number>"
}
