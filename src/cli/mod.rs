use std::process::ExitCode;

/// Parses the arguments, runs the command, prints its error.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
