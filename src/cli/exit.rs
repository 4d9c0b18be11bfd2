//! What can go wrong in a command, and the exit code that tells it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vantay::ErrorKind;

/// Shown below `vantay --help`.
pub const CODES: &str = "\
Exit codes:
  0  done
  1  no match (verify and identify, where --exit-code asks for it); a demo that did not find what it planted
  2  wrong arguments
  3  input that cannot be used: an image, a template, a line of a manifest; what was right is done
  4  a gallery that is damaged, or locked by another writer
  5  the operating system refused: no such file, no space, no right

Environment:
  VANTAY_CPU  scalar, avx2, avx512 or neon: the highest CPU level to use; results are the same at all";

/// Why a command did not end well.
#[derive(Debug)]
pub enum Failure {
    /// Told by clap itself; help and version are among these.
    Clap(clap::Error),
    /// Arguments that do not go together.
    Usage(String),
    /// An error of the library.
    Library(vantay::Error),
    /// A file of the command's own.
    Io(PathBuf, std::io::Error),
    /// The rest was done; so many inputs could not be used, each was named.
    Partial(usize),
    /// No match, and the caller wants the exit code to say so.
    NoMatch,
    /// The demo found other pairs than it planted; it has said so.
    Demo,
    /// Nobody reads our output any more.
    Pipe,
}

impl<E: Into<vantay::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Library(error.into())
    }
}

impl Failure {
    /// An error of the operating system on a file.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
        |source| Failure::Io(path.to_path_buf(), source)
    }

    /// `Ok` where nothing failed.
    pub fn partial(failed: usize) -> Result<(), Failure> {
        if failed == 0 { Ok(()) } else { Err(Failure::Partial(failed)) }
    }
}

/// Prints what went wrong on stderr, and gives the exit code.
pub fn told(result: Result<(), Failure>) -> ExitCode {
    let Err(failure) = result else { return ExitCode::SUCCESS };
    let (code, text) = match failure {
        Failure::Clap(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
        Failure::Pipe => return ExitCode::SUCCESS,
        Failure::NoMatch | Failure::Demo => return ExitCode::from(1),
        Failure::Usage(text) => (2, text),
        Failure::Partial(n) => (3, format!("{n} of the inputs could not be used, see above")),
        Failure::Io(path, source) => (5, format!("{}: {source}", path.display())),
        Failure::Library(error) => (code_of(error.kind()), error.to_string()),
    };
    super::output::tell(&format!("error: {text}"));
    ExitCode::from(code)
}

fn code_of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Argument => 2,
        ErrorKind::Damaged | ErrorKind::Locked => 4,
        ErrorKind::Io => 5,
        _ => 3,
    }
}
