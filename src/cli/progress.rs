use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A bar on standard error, where that is a terminal; nothing elsewhere.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar of so many steps.
    pub fn new(what: &'static str, steps: u64) -> Self {
        let target = match std::io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(steps), target).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg:12} {bar:40} {human_pos}/{human_len} {per_sec} {eta}") {
            bar.set_style(style);
        }
        Bar(bar)
    }

    /// A bar of so many steps of which some are done already.
    pub fn resumed(what: &'static str, steps: u64, done: u64) -> Self {
        let bar = Self::new(what, steps);
        bar.0.set_position(done);
        bar.0.reset_eta();
        bar
    }

    /// So many steps more are done; from any thread.
    pub fn add(&self, steps: u64) {
        self.0.inc(steps);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
