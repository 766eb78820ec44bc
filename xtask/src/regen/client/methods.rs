//! The methods of the client.

use super::arguments::{self, Argument, Of};
use super::docs;
use crate::model::{Location, Operation};

/// The method of an operation.
pub(super) fn method(operation: &Operation) -> String {
    let Operation { rust, builder, constant, .. } = operation;
    let arguments = arguments::required(operation);
    let declarations: String = arguments.iter().map(|argument| format!(", {}", argument.declaration())).collect();
    let segments: Vec<String> =
        arguments.iter().filter(|argument| is_in_path(argument)).map(Argument::segment).collect();
    let applications: String = arguments.iter().map(Argument::application).collect();
    format!(
        "{docs} #[inline] {deprecated} pub fn {rust}(&self{declarations}) -> builder::{builder} {{
            builder(Call::new(self, &operations::{constant}, &[{segments}]){applications})
        }}",
        docs = docs::attributes(&documentation(operation, &arguments)),
        deprecated = if operation.deprecated { "#[deprecated]" } else { "" },
        segments = segments.join(", "),
    )
}

fn is_in_path(argument: &Argument<'_>) -> bool {
    matches!(&argument.of, Of::Parameter(parameter) if parameter.location == Location::Path)
}

fn documentation(operation: &Operation, arguments: &[Argument<'_>]) -> Vec<String> {
    let described = if operation.description.is_empty() { &operation.summary } else { &operation.description };
    let mut lines = docs::lines(described);
    lines.extend([String::new(), format!("`{} {}`", operation.method_upper(), operation.path.text)]);
    let mut given = Vec::new();
    for argument in arguments {
        let description = match &argument.of {
            Of::Parameter(parameter) => parameter.description.as_str(),
            Of::Body(..) => operation.body.as_ref().map_or("", |body| body.description.as_str()),
            Of::Upload(upload) => upload.description.as_str(),
        };
        if !description.is_empty() {
            given.extend(docs::item(&argument.name, description));
        }
    }
    if !given.is_empty() {
        lines.push(String::new());
        lines.append(&mut given);
    }
    lines
}
