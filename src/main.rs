//! The `vantay` command: thin over the library.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
