use thiserror::Error;

/// `Result` with this crate's [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error of this crate: each area has an error of its own, this one holds them all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// An image could not be read, or is no usable image of a finger.
    #[error(transparent)]
    Image(#[from] crate::image::ImageError),
    /// Bytes or text are not a template.
    #[error(transparent)]
    Template(#[from] crate::template::TemplateError),
    /// Two templates cannot be compared.
    #[error(transparent)]
    Match(#[from] crate::matching::MatchError),
    /// A gallery could not be opened, read or written.
    #[error(transparent)]
    Gallery(#[from] crate::gallery::GalleryError),
    /// An audit chain cannot be written, or does not hold.
    #[error(transparent)]
    Audit(#[from] crate::audit::AuditError),
    /// An engine's threads cannot be started.
    #[error(transparent)]
    Engine(#[from] crate::engine::EngineError),
    /// A manifest has a line that is wrong.
    #[error(transparent)]
    Manifest(#[from] crate::manifest::ManifestError),
    /// A record of another system's could not be read or written.
    #[error(transparent)]
    Format(#[from] crate::formats::FormatError),
    /// Made-up fingers could not be asked for or written.
    #[error(transparent)]
    Synth(#[from] crate::synth::SynthError),
    /// Rates from which no decision follows.
    #[error(transparent)]
    Decision(#[from] crate::decision::DecisionError),
    /// A search that could find nobody.
    #[error(transparent)]
    Search(#[from] crate::search::SearchError),
    /// Samples that cannot be evaluated.
    #[error(transparent)]
    Eval(#[from] crate::eval::EvalError),
    /// The environment asks for a CPU level that does not exist.
    #[error(transparent)]
    Level(#[from] crate::simd::LevelError),
}

/// What kind of trouble an [`enum@Error`] is: the C status codes, the Python exceptions and the exit codes of the command
/// follow it, and the numbers stay as they are for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorKind {
    /// An argument is outside what the call takes.
    Argument = 1,
    /// The image cannot be used (format, size, ppi, nothing on it).
    Image = 2,
    /// Bytes or text that are not a template.
    Template = 3,
    /// Templates whose extractors cannot be compared.
    Incompatible = 4,
    /// A damaged, foreign or newer gallery file, or an audit chain that was changed.
    Damaged = 5,
    /// A gallery that another writer holds.
    Locked = 6,
    /// The operating system refused: no such file, no space, no right.
    Io = 7,
    /// A manifest line that is wrong.
    Manifest = 8,
}

impl ErrorKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [ErrorKind; 8] = [
        ErrorKind::Argument,
        ErrorKind::Image,
        ErrorKind::Template,
        ErrorKind::Incompatible,
        ErrorKind::Damaged,
        ErrorKind::Locked,
        ErrorKind::Io,
        ErrorKind::Manifest,
    ];
}

impl Error {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Image(e) => e.kind(),
            Error::Template(_) => ErrorKind::Template,
            Error::Match(_) => ErrorKind::Incompatible,
            Error::Gallery(e) => e.kind(),
            Error::Audit(e) => e.kind(),
            Error::Engine(e) => e.kind(),
            Error::Manifest(e) => e.kind(),
            Error::Format(e) => e.kind(),
            Error::Synth(e) => e.kind(),
            Error::Eval(_) | Error::Level(_) | Error::Decision(_) | Error::Search(_) => ErrorKind::Argument,
        }
    }
}
