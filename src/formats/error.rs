use crate::ErrorKind;
use thiserror::Error;

/// A record of another system's that cannot be read or written, and why.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The record ends before a field does.
    #[error("{format}, offset {offset}: {field} takes {wanted} bytes, {left} are left: it is cut short")]
    Short {
        /// The format's name.
        format: &'static str,
        /// From the start of the record.
        offset: usize,
        /// The field's name in the standard.
        field: &'static str,
        /// Bytes that the field takes.
        wanted: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// A field has a value that the standard does not allow, or that is not read.
    #[error("{format}, offset {offset}: {field} is {value}; {allowed} is taken")]
    Field {
        /// The format's name.
        format: &'static str,
        /// From the start of the record.
        offset: usize,
        /// The field's name in the standard.
        field: &'static str,
        /// What stands there.
        value: String,
        /// What may stand there.
        allowed: &'static str,
    },
    /// What is to be written does not fit the format.
    #[error("{format} cannot hold this: {reason}")]
    Write {
        /// The format's name.
        format: &'static str,
        /// What does not fit, and the limit.
        reason: String,
    },
    /// The record says one thing and the caller another.
    #[error(
        "{format}: the record says {field} {record}, the caller {caller}: leave it out, or find out which is wrong"
    )]
    Conflict {
        /// The format's name.
        format: &'static str,
        /// What they differ in.
        field: &'static str,
        /// The record's value.
        record: String,
        /// The caller's value.
        caller: String,
    },
    /// The image in a record, or to be written, is not usable.
    #[error(transparent)]
    Image(#[from] crate::image::ImageError),
    /// The minutiae of a record are no template.
    #[error(transparent)]
    Template(#[from] crate::template::TemplateError),
}

impl FormatError {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            FormatError::Image(e) => e.kind(),
            FormatError::Template(_) => ErrorKind::Template,
            FormatError::Conflict { .. } => ErrorKind::Argument,
            FormatError::Short { format, .. }
            | FormatError::Field { format, .. }
            | FormatError::Write { format, .. } => {
                if Self::of_images(format) {
                    ErrorKind::Image
                } else {
                    ErrorKind::Template
                }
            }
        }
    }

    /// Where in the record the fault lies; 0 where that is not told.
    pub(super) fn offset(&self) -> usize {
        match self {
            FormatError::Short { offset, .. } | FormatError::Field { offset, .. } => *offset,
            _ => 0,
        }
    }

    fn of_images(format: &str) -> bool {
        [super::wsq::NAME, super::jpeg2000::NAME, super::finger_images::NAME].contains(&format)
    }
}
