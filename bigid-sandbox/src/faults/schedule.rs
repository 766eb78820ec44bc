//! Which request meets which fault.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;

use super::fault::Fault;
use super::gate::Gate;
use crate::lock::lock;
use crate::operation::OperationName;
use crate::random::Random;
use crate::wire::ReceivedRequest;

/// The active faults, in the order in which they were scripted.
pub(crate) struct Faults(Mutex<Schedule>);

struct Schedule {
    plans: Vec<ScheduledFault>,
    random: Random,
    next_number: u64,
}

struct ScheduledFault {
    number: u64,
    matcher: Matcher,
    after: usize,
    times: Remaining,
    fault: Fault,
}

struct Matcher {
    operation: Option<OperationName>,
    condition: Option<Condition>,
}

type Condition = Arc<dyn Fn(&ReceivedRequest) -> bool + Send + Sync>;

enum Remaining {
    Left(usize),
    Always,
    Chance(f64),
}

/// An active fault, for display.
pub(crate) struct Scheduled {
    pub(crate) number: u64,
    /// None means every operation.
    pub(crate) operation: Option<OperationName>,
    pub(crate) fault: String,
    pub(crate) times: String,
}

/// The faults of one request.
#[derive(Debug, Default)]
pub(crate) struct DueFaults {
    pub(crate) waits: Vec<Wait>,
    pub(crate) skew_seconds: i64,
    pub(crate) revoke_sessions: bool,
    pub(crate) decisive: Option<Fault>,
}

/// What a response waits for.
#[derive(Debug)]
pub(crate) enum Wait {
    Time(Duration),
    Gate(Gate),
}

impl Faults {
    pub(crate) fn new(random: Random) -> Self {
        Self(Mutex::new(Schedule { plans: Vec::new(), random, next_number: 1 }))
    }

    pub(crate) fn clear(&self) {
        self.with(|schedule| schedule.plans.clear());
    }

    /// Removes one fault, which may already be gone.
    pub(crate) fn remove(&self, number: u64) {
        self.with(|schedule| schedule.plans.retain(|plan| plan.number != number));
    }

    pub(crate) fn list(&self) -> Vec<Scheduled> {
        self.with(|schedule| schedule.plans.iter().map(ScheduledFault::shown).collect())
    }

    pub(crate) fn meet(&self, request: &ReceivedRequest) -> DueFaults {
        self.with(|Schedule { plans, random, .. }| {
            let mut due = DueFaults::default();
            for plan in plans.iter_mut() {
                if plan.is_due(request, random) {
                    due.add(&plan.fault);
                }
                if due.decisive.is_some() {
                    break;
                }
            }
            plans.retain(|plan| !matches!(plan.times, Remaining::Left(0)));
            due
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Schedule) -> T) -> T {
        act(&mut lock(&self.0))
    }
}

impl Wait {
    pub(crate) async fn over(self) {
        match self {
            Self::Time(time) => sleep(time).await,
            Self::Gate(gate) => gate.pass().await,
        }
    }
}

impl ScheduledFault {
    fn shown(&self) -> Scheduled {
        let times = match &self.times {
            Remaining::Left(1) => "once more".to_owned(),
            Remaining::Left(left) => format!("{left} more times"),
            Remaining::Always => "always".to_owned(),
            Remaining::Chance(probability) => format!("with a chance of {probability}"),
        };
        Scheduled { number: self.number, operation: self.matcher.operation, fault: self.fault.label(), times }
    }

    /// Whether the fault applies to this request; if so, it is counted.
    fn is_due(&mut self, request: &ReceivedRequest, random: &mut Random) -> bool {
        if !self.matcher.matches(request) {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        match &mut self.times {
            Remaining::Left(left) => {
                let due = *left > 0;
                *left = left.saturating_sub(1);
                due
            }
            Remaining::Always => true,
            Remaining::Chance(probability) => random.chance(*probability),
        }
    }
}

impl Matcher {
    fn matches(&self, request: &ReceivedRequest) -> bool {
        self.operation.is_none_or(|operation| operation.covers(request.operation))
            && self.condition.as_ref().is_none_or(|condition| condition(request))
    }
}

impl DueFaults {
    /// Only this fault, whatever others are active.
    pub(crate) fn of(fault: Fault) -> Self {
        Self { decisive: Some(fault), ..Self::default() }
    }

    fn add(&mut self, fault: &Fault) {
        let seconds = |by: &Duration| i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        match fault {
            Fault::Latency(time) => self.waits.push(Wait::Time(*time)),
            Fault::Hold(gate) => self.waits.push(Wait::Gate(gate.clone())),
            Fault::ClockAhead(by) => self.skew_seconds = self.skew_seconds.saturating_add(seconds(by)),
            Fault::ClockBehind(by) => self.skew_seconds = self.skew_seconds.saturating_sub(seconds(by)),
            Fault::RevokeSessions => self.revoke_sessions = true,
            decisive => self.decisive = Some(decisive.clone()),
        }
    }
}

/// Selects the requests that a fault applies to; created by [`Sandbox::on`](crate::Sandbox::on).
///
/// # Examples
/// The third page of data sources fails twice, and one in ten calls is slow:
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use bigid_sandbox::{Fault, Sandbox};
/// use bigid_sandbox::http::StatusCode;
///
/// let sandbox = Sandbox::start().await?;
/// sandbox.on("list_data_sources").after(2).times(2, Fault::Status(StatusCode::BAD_GATEWAY));
/// sandbox.on_every().chance(0.1, Fault::Latency(Duration::from_millis(20)));
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is scripted before `once`, `times`, `chance` or `always`"]
pub struct FaultBuilder<'s> {
    faults: &'s Faults,
    matcher: Matcher,
    after: usize,
}

impl<'s> FaultBuilder<'s> {
    pub(crate) fn new(faults: &'s Faults, operation: Option<OperationName>) -> Self {
        Self { faults, matcher: Matcher { operation, condition: None }, after: 0 }
    }

    /// Skips the next `count` of these requests.
    pub fn after(mut self, count: usize) -> Self {
        self.after = count;
        self
    }

    /// Selects only requests that match this condition, which must not script faults itself.
    pub fn when(mut self, condition: impl Fn(&ReceivedRequest) -> bool + Send + Sync + 'static) -> Self {
        self.matcher.condition = Some(Arc::new(condition));
        self
    }

    /// Applies a fault to the next of these requests.
    pub fn once(self, fault: Fault) {
        self.times(1, fault);
    }

    /// Applies a fault to the next `count` of these requests.
    pub fn times(self, count: usize, fault: Fault) {
        self.plan(Remaining::Left(count), fault);
    }

    /// Applies a fault to each of these requests with this probability, from 0 to 1. The choice depends on the
    /// sandbox's seed.
    pub fn chance(self, probability: f64, fault: Fault) {
        self.plan(Remaining::Chance(probability), fault);
    }

    /// Applies a fault to all of these requests, until [`Sandbox::clear_faults`](crate::Sandbox::clear_faults).
    pub fn always(self, fault: Fault) {
        self.plan(Remaining::Always, fault);
    }

    fn plan(self, times: Remaining, fault: Fault) {
        self.faults.with(|schedule| {
            let number = schedule.next_number;
            schedule.next_number += 1;
            schedule.plans.push(ScheduledFault { number, matcher: self.matcher, after: self.after, times, fault });
        });
    }
}

impl fmt::Debug for FaultBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultBuilder").field("operation", &self.matcher.operation).field("after", &self.after).finish()
    }
}
