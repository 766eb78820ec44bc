use std::any::Any;

use super::{Field, Malformed, Reader, View};

/// A field of a record, of any type. What is generic here is compiled for each type of a field.
pub(crate) trait Slot: Any {
    /// Reads the next value into the field. Returns `false`, with the field empty and nothing read, if it
    /// does not fit.
    fn read(&mut self, json: &mut Reader<'_>) -> Result<bool, Malformed>;

    /// The value; `None` if the field is not set.
    fn view(&self) -> Option<View<'_>>;

    /// Copies the value of the same field of another record.
    fn copy(&mut self, from: &dyn Slot);
}

impl<T: Field> Slot for Option<T> {
    fn read(&mut self, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        T::read(self, json)
    }

    fn view(&self) -> Option<View<'_>> {
        self.as_ref().map(T::view)
    }

    fn copy(&mut self, from: &dyn Slot) {
        let from: &dyn Any = from;
        if let Some(Some(value)) = from.downcast_ref::<Self>() {
            *self = Some(value.clone());
        }
    }
}

/// Sets a field.
pub(crate) fn set<T>(field: &mut Option<T>, value: impl Into<T>) {
    *field = Some(value.into());
}

/// Sets a field that holds many values.
pub(crate) fn set_all<T>(field: &mut Option<Vec<T>>, values: impl IntoIterator<Item = impl Into<T>>) {
    *field = Some(values.into_iter().map(Into::into).collect());
}
