/// The stages of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It may go on.
    Running,
    /// It should end.
    Cancelled,
    /// Its grace period is over, and it is dropped.
    Interrupted,
    /// BigID no longer waits for its response, and it is dropped.
    Abandoned,
}
