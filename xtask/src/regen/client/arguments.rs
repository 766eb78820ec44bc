//! The arguments and setters of operations, and their names in Rust.

use crate::model::{Encoding, Location, Operation, Parameter, Type, Upload};

/// A value that a caller passes to an operation's method or to a setter.
pub(crate) struct Argument<'a> {
    pub(crate) name: String,
    pub(crate) of: Of<'a>,
}

pub(crate) enum Of<'a> {
    Parameter(&'a Parameter),
    /// The body, and its encoding.
    Body(&'a Type, Encoding),
    /// The file that is the body.
    Upload(&'a Upload),
}

/// The arguments of an operation's method, in order: path parameters, other required ones, and the body.
pub(crate) fn required(operation: &Operation) -> Vec<Argument<'_>> {
    let in_path = operation.path.names().filter_map(|name| operation.parameter(Location::Path, name));
    let others = operation.parameters.iter().filter(|given| given.location != Location::Path && given.required);
    let mut arguments = UniqueNames::default().of(in_path.chain(others));
    if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
        let name = unique("body".to_owned(), |name| arguments.iter().any(|argument| argument.name == *name));
        arguments.push(Argument { name, of: Of::Body(&body.ty, body.encoding) });
    }
    if let Some(upload) = &operation.upload {
        let name = unique("file".to_owned(), |name| arguments.iter().any(|argument| argument.name == *name));
        arguments.push(Argument { name, of: Of::Upload(upload) });
    }
    arguments
}

/// The setters of an operation's builder.
pub(crate) fn optional(operation: &Operation) -> Vec<Argument<'_>> {
    let given = operation.parameters.iter().filter(|given| given.location != Location::Path && !given.required);
    let mut setters = UniqueNames::default().of(given);
    if let Some(body) = operation.body.as_ref().filter(|body| !body.required) {
        let name = unique("body".to_owned(), |name| setters.iter().any(|setter| setter.name == *name));
        setters.push(Argument { name, of: Of::Body(&body.ty, body.encoding) });
    }
    setters
}

#[derive(Default)]
struct UniqueNames(Vec<String>);

impl UniqueNames {
    fn of<'a>(mut self, given: impl Iterator<Item = &'a Parameter>) -> Vec<Argument<'a>> {
        given
            .map(|parameter| {
                let taken = |name: &String| self.0.contains(name);
                let name = unique(parameter.rust.clone(), taken);
                self.0.push(name.clone());
                Argument { name, of: Of::Parameter(parameter) }
            })
            .collect()
    }
}

fn unique(mut name: String, taken: impl Fn(&String) -> bool) -> String {
    while taken(&name) {
        name.push('_');
    }
    name
}

impl Argument<'_> {
    /// The name and the type, as a function takes them.
    pub(super) fn declaration(&self) -> String {
        let ty = match &self.of {
            Of::Body(ty, _) => format!("impl Borrow<{}>", super::rust(ty)),
            Of::Upload(_) => "crate::FormFile".to_owned(),
            Of::Parameter(parameter) => taken(&parameter.ty),
        };
        format!("{}: {ty}", self.name)
    }

    /// The call of [`Call`](`crate`) that applies it.
    pub(super) fn application(&self) -> String {
        let name = &self.name;
        let parameter = match &self.of {
            Of::Parameter(parameter) => parameter,
            Of::Body(_, Encoding::Json) => return format!(".json({name}.borrow())"),
            Of::Body(_, Encoding::Form) => return format!(".form({name}.borrow())"),
            Of::Upload(upload) => return format!(".form_file({:?}, &{name})", upload.part),
        };
        let wire = &parameter.name;
        match (parameter.location, &parameter.ty) {
            (Location::Path, _) => String::new(),
            (Location::Header, Type::String | Type::Secret) => {
                format!(".header_text({:?}, {name}.as_ref())", wire.to_lowercase())
            }
            (Location::Header, ty) => {
                format!(".header_text({:?}, &{}.to_string())", wire.to_lowercase(), scalar(name, ty))
            }
            (Location::Query, Type::Array(items)) if is_text(items) => {
                format!(".query_all({wire:?}, {name}.into_iter().map(|item| item.as_ref().to_owned()))")
            }
            (Location::Query, Type::Array(items)) if **items == Type::Number => {
                format!(".query_all({wire:?}, {name}.into_iter().map({INTO_NUMBER}))")
            }
            (Location::Query, Type::Array(_)) => format!(".query_all({wire:?}, {name})"),
            (Location::Query, ty) if is_text(ty) => format!(".query({wire:?}, {name}.as_ref())"),
            (Location::Query, ty) => format!(".query({wire:?}, {})", scalar(name, ty)),
        }
    }

    /// The value as a segment of the path.
    pub(super) fn segment(&self) -> String {
        let Of::Parameter(parameter) = &self.of else { return String::new() };
        let name = &self.name;
        match &parameter.ty {
            ty if is_text(ty) => format!("({:?}, {name}.as_ref())", parameter.name),
            ty => format!("({:?}, &{}.to_string())", parameter.name, scalar(name, ty)),
        }
    }
}

const INTO_NUMBER: &str = "::std::convert::Into::<::serde_json::Number>::into";

/// A number or a Boolean as text.
fn scalar(name: &str, ty: &Type) -> String {
    if *ty == Type::Number { format!("{INTO_NUMBER}({name})") } else { name.to_owned() }
}

fn is_text(ty: &Type) -> bool {
    !matches!(ty, Type::Integer | Type::Number | Type::Boolean)
}

/// The type of a function's argument for a type.
pub(crate) fn taken(ty: &Type) -> String {
    match ty {
        Type::Integer => "i64".to_owned(),
        Type::Number => "impl Into<::serde_json::Number>".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Array(items) => format!("impl IntoIterator<Item = {}>", taken(items)),
        _ => "impl AsRef<str>".to_owned(),
    }
}
