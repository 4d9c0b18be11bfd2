use thiserror::Error;

/// Something that is not a template, and why.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum TemplateError {
    #[error("a template's image {name} is {value} px; 1 to {max} are taken")]
    Side { name: &'static str, value: usize, max: u16 },
    #[error("a template's quality is {value}; 0 to 100 are taken")]
    Quality { value: u8 },
    #[error("{descriptors} descriptors for {minutiae} minutiae; as many are taken, or none")]
    Descriptors { descriptors: usize, minutiae: usize },
    #[error("a block of a ridge map has a side of {value} px; 1 to {max} are taken")]
    RidgeBlock { value: u16, max: u16 },
    #[error("minutia {index}: its quality is {value}; 0 to 100 are taken")]
    MinutiaQuality { index: usize, value: u8 },
    #[error("minutia {index} at ({x}, {y}) px lies outside its image of {width} × {height} px")]
    Outside { index: usize, x: f32, y: f32, width: u16, height: u16 },
    #[error("not a template: it starts with {found:02x?}, a template starts with \"VTYT\"")]
    Magic { found: [u8; 4] },
    #[error("a template of format version {found}; this build reads version {supported}: update vantay")]
    Version { found: u8, supported: u8 },
    #[error("a template of {count} minutiae with {with} has {expected} bytes, this one has {actual}")]
    Length { count: usize, with: &'static str, expected: usize, actual: usize },
    #[error("a template has at least {expected} bytes, this one has {actual}")]
    TooShort { expected: usize, actual: usize },
    #[error("offset {offset}: {field} is {value}; {allowed} is taken")]
    Field { offset: usize, field: &'static str, value: u32, allowed: &'static str },
    #[error("the template's checksum is {expected:08x}, its bytes give {actual:08x}: it is damaged")]
    Checksum { expected: u32, actual: u32 },
    #[error("minutia {index} is out of order or stands twice: not written by this library")]
    Order { index: usize },
    #[error("minutiae in text, line {line}: {reason}")]
    Csv { line: usize, reason: String },
}
