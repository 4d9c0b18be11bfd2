mod arguments;
mod base64;
mod convert;
mod dedup;
mod demo;
mod drawing;
mod encounters;
mod enroll;
mod eval;
mod exit;
mod extract;
mod fingers;
mod identify;
mod info;
mod matrix;
mod npy;
mod output;
mod progress;
mod synth;
mod verify;

use arguments::{Arguments, Command};
use clap::Parser;
use exit::{Failure, told};
use std::process::ExitCode;
use vantay::simd::Level;

/// Parses the arguments, runs the command, prints its error.
pub fn run() -> ExitCode {
    told(Arguments::try_parse().map_err(Failure::Clap).and_then(command))
}

fn command(arguments: Arguments) -> Result<(), Failure> {
    Level::from_env().map_err(vantay::Error::from)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads.map_or(0, usize::from));
    pool.build_global().map_err(|e| Failure::Usage(format!("--threads: {e}")))?;
    let json = arguments.json;
    match arguments.command {
        Command::Extract(options) => extract::run(&options, json),
        Command::Verify(options) => verify::run(&options, json),
        Command::Enroll(options) => enroll::run(&options, json),
        Command::Identify(options) => identify::run(&options, json),
        Command::Dedup(options) => dedup::run(&options, json),
        Command::Matrix(options) => matrix::run(&options, json),
        Command::Eval(options) => eval::run(&options, json),
        Command::Convert(options) => convert::run(&options, json),
        Command::Info(options) => info::run(&options, json),
        Command::Demo(options) => demo::run(&options, json),
        Command::Synth(options) => synth::run(&options, json),
    }
}
