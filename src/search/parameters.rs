//! The numbers of searching.

/// How many wrong subjects one identification may be expected to return: one search in a hundred of a person who is not
/// enrolled returns somebody (FPIR 1 %, the working point that `vantay eval` reports too).
pub const IDENTIFY_FALSE_MATCHES: f64 = 0.01;

/// How many false pairs a whole deduplication may be expected to report. Each costs an adjudicator's look; one in ten jobs
/// has one.
pub const DEDUP_FALSE_MATCHES: f64 = 0.1;

/// How many candidates an identification returns at most, where the caller does not say.
pub const CANDIDATES: usize = 20;

/// Records a side of the square that deduplication compares in one piece: a tile of 64 × 64 keeps two times 64 prepared
/// fingers (about 140 kB at 36 minutiae) in L2, and is some 40 ms of work, short enough to share out.
pub const TILE: usize = 64;

/// From which score on `vantay verify` calls one comparison a match, where the caller does not say, dB: one false match
/// in 10,000, a usual working point where a person claims to be somebody.
pub const VERIFY_THRESHOLD: f64 = 40.0;

/// So far below its match threshold a verification is adjudicated, where the caller does not say, dB: ten times as many
/// impostors are looked at as match.
pub const VERIFY_ADJUDICATED: f64 = 10.0;

/// How many wrong matches one identification may be expected to return without anybody looking: one in a hundred of those
/// that [`IDENTIFY_FALSE_MATCHES`] returns as candidates.
pub const IDENTIFY_UNSEEN_FALSE_MATCHES: f64 = 1e-4;

/// The share of records of two fingers that are thought to have them taken for each other. Comparing them crosswise costs a pair that
/// is exchanged 20 dB and every other pair 0.04 dB; ten times fewer would cost an exchanged pair 10 dB more.
pub const EXCHANGED: f64 = 0.01;
