/// How far an execution is from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It may go on.
    Running,
    /// It should end.
    Cancelled,
    /// It has had its time, and is dropped.
    Interrupted,
    /// BigID no longer waits for its response, and it is dropped.
    Abandoned,
}
