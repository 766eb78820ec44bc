use serde::Serialize;
use serde_json::Value;

use super::paginated::Fetch;
use super::total::Total;
use crate::call::Call;
use crate::lossless::{self, Field};
use crate::sending::CallOutput;
use crate::types::ApiErrorBody;
use crate::{Error, Extra, List, Response};

/// One page, as it was received.
#[derive(Debug)]
pub(crate) struct RawPage<T> {
    pub(crate) records: Vec<T>,
    /// The elements that are not records, by their index in the page.
    pub(crate) malformed: Vec<(u64, Value)>,
    pub(crate) total: Total,
}

impl<T: Field> RawPage<T> {
    /// Takes a declared list out of its record. `None` if there is no list; null is an empty one.
    ///
    /// A list with an element that is not a record does not fit its field, so all of it is in `extra`.
    pub(crate) fn take(field: &mut Option<Vec<T>>, extra: &mut Extra, wire_name: &str, total: Total) -> Option<Self> {
        if let Some(records) = field.take() {
            return Some(Self { records, malformed: Vec::new(), total });
        }
        let mut page = Self { records: Vec::new(), malformed: Vec::new(), total };
        let text = extra.raw(wire_name)?;
        if text == "null" {
            return Some(page);
        }
        let list: List<T> = lossless::decode(text).ok()??;
        page.malformed.extend(list.malformed().map(|(index, value)| (index as u64, value.clone())));
        page.records = list.into_vec();
        extra.remove(wire_name);
        Some(page)
    }

    /// The page of a response without the record that contains the list: an empty one if that record is null.
    pub(crate) fn without_holder(extra: &Extra, wire_name: &str) -> Option<Self> {
        let empty = Self { records: Vec::new(), malformed: Vec::new(), total: Total::default() };
        (extra.raw(wire_name)? == "null").then_some(empty)
    }
}

/// Asks for a page, and takes it out of the response.
pub(crate) fn fetch<A: Field + Serialize + Send, T: Send + 'static>(
    call: Call,
    take: fn(&mut A) -> Option<RawPage<T>>,
) -> Fetch<T> {
    let sending = A::with_response(call);
    Box::pin(async move { raw_page(sending.await?, take) })
}

/// Takes the page out of a response.
///
/// # Errors
/// [`Error::Payload`] for a response without a list, which does not mean that the list has ended.
pub(crate) fn raw_page<A: Serialize, T>(
    response: Response<A>,
    take: impl FnOnce(&mut A) -> Option<RawPage<T>>,
) -> Result<RawPage<T>, Error<ApiErrorBody>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut value = response.into_inner();
    take(&mut value).ok_or_else(|| {
        let whole = match serde_json::to_value(&value) {
            Ok(Value::Object(object)) => object.into(),
            _ => Extra::default(),
        };
        Error::missing(status, headers, &whole)
    })
}
