use std::fmt;

/// Which finger (ANSI/NIST-ITL 1-2011 table 8; ISO/IEC 19794-2:2005 table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum FingerPosition {
    #[default]
    Unknown = 0,
    RightThumb = 1,
    RightIndex = 2,
    RightMiddle = 3,
    RightRing = 4,
    RightLittle = 5,
    LeftThumb = 6,
    LeftIndex = 7,
    LeftMiddle = 8,
    LeftRing = 9,
    LeftLittle = 10,
}

impl FingerPosition {
    /// The ten fingers, in the order of their codes.
    pub const ALL: [FingerPosition; 10] = [
        FingerPosition::RightThumb,
        FingerPosition::RightIndex,
        FingerPosition::RightMiddle,
        FingerPosition::RightRing,
        FingerPosition::RightLittle,
        FingerPosition::LeftThumb,
        FingerPosition::LeftIndex,
        FingerPosition::LeftMiddle,
        FingerPosition::LeftRing,
        FingerPosition::LeftLittle,
    ];

    /// From the standard's code, 0 (unknown) to 10.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(FingerPosition::Unknown),
            1..=10 => Some(Self::ALL[usize::from(code) - 1]),
            _ => None,
        }
    }

    /// The standard's code.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Whether the two may be one finger: the same, or one of them unknown.
    pub fn may_be(self, other: Self) -> bool {
        self == other || self == FingerPosition::Unknown || other == FingerPosition::Unknown
    }

    /// This one where it is known, else the other.
    pub fn or(self, other: Self) -> Self {
        if self == FingerPosition::Unknown { other } else { self }
    }
}

impl fmt::Display for FingerPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 11] = [
            "unknown",
            "right thumb",
            "right index",
            "right middle",
            "right ring",
            "right little",
            "left thumb",
            "left index",
            "left middle",
            "left ring",
            "left little",
        ];
        f.write_str(NAMES[usize::from(self.code())])
    }
}
