//! A clock that moves by each sleep, and keeps how long it was slept on.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::{Clock, ManualClock};

#[derive(Debug, Clone, Default)]
pub struct Slept(pub ManualClock, Arc<Mutex<Vec<Duration>>>);

impl Slept {
    /// The sleeps since the last time, in order.
    pub fn take(&self) -> Vec<Duration> {
        std::mem::take(&mut self.1.lock().unwrap())
    }
}

impl Clock for Slept {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn wall(&self) -> Duration {
        self.0.wall()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.1.lock().unwrap().push(time);
        self.0.sleep(time)
    }
}
