mod arguments;
mod audit;
mod backup;
mod compact;
mod convert;
mod dedup;
mod delete;
mod demo;
mod drawing;
mod encounters;
mod enroll;
mod enrolment;
mod eval;
mod exchange;
mod exit;
mod explain;
mod extract;
mod fingers;
mod held;
mod identify;
mod info;
mod lines;
mod match_drawing;
mod matrix;
mod merge;
mod npy;
mod output;
mod plot;
mod progress;
mod reextract;
mod synth;
mod tally;
mod verify;

use arguments::{Arguments, Command};
use clap::Parser;
use exit::{Failure, told};
use std::process::ExitCode;
use vantay::engine::Engine;
use vantay::simd::Level;

/// Parses the arguments, runs the command, prints its error.
pub fn run() -> ExitCode {
    told(Arguments::try_parse().map_err(Failure::Clap).and_then(command))
}

fn command(arguments: Arguments) -> Result<(), Failure> {
    Level::from_env().map_err(vantay::Error::from)?;
    let engine = Engine::new(arguments.threads.map_or(0, usize::from))?;
    engine.run(|| run_command(arguments.command, arguments.json))?
}

fn run_command(command: Command, json: bool) -> Result<(), Failure> {
    match command {
        Command::Extract(options) => extract::run(&options, json),
        Command::Verify(options) => verify::run(&options, json),
        Command::Explain(options) => explain::run(&options, json),
        Command::Enroll(options) => enroll::run(&options, json),
        Command::Identify(options) => identify::run(&options, json),
        Command::Dedup(options) => dedup::run(&options, json),
        Command::Matrix(options) => matrix::run(&options, json),
        Command::Eval(options) => eval::run(&options, json),
        Command::Convert(options) => convert::run(&options, json),
        Command::Info(options) => info::run(&options, json),
        Command::Demo(options) => demo::run(&options, json),
        Command::Synth(options) => synth::run(&options, json),
        Command::Delete(options) => delete::run(&options, json),
        Command::Compact(options) => compact::run(&options, json),
        Command::Merge(options) => merge::run(&options, json),
        Command::Backup(options) => backup::run(&options, json),
        Command::Restore(options) => backup::restore(&options, json),
        Command::Export(options) => exchange::export(&options, json),
        Command::Import(options) => exchange::import(&options, json),
        Command::Reextract(options) => reextract::run(&options, json),
        Command::Audit(options) => audit::run(&options, json),
    }
}
