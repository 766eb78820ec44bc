use super::Error;

/// Turns "not found" into `None`, for calls in which a missing record is normal.
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::OptionalExt as _;
///
/// let cursor = client.get_app_storage_value("my-app", "cursor").await.optional()?;
/// let cursor = cursor.and_then(|stored| stored.value).unwrap_or_default();
/// # Ok(())
/// # }
/// ```
pub trait OptionalExt<T, E> {
    /// `Ok(None)` if the server has no such record ([`Error::is_not_found`]); every other result unchanged.
    ///
    /// # Errors
    /// The other errors of the call. A 404 from a proxy or another server cannot be distinguished from one of BigID,
    /// whose body has not been recorded: check the base URL with another call first.
    fn optional(self) -> Result<Option<T>, Error<E>>;
}

impl<T, E> OptionalExt<T, E> for Result<T, Error<E>> {
    fn optional(self) -> Result<Option<T>, Error<E>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
