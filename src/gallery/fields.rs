//! Little-endian fields in bytes, checked.

/// `N` bytes at an offset, where they are.
pub(super) fn array<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}

/// A number at an offset.
pub(super) trait Number: Sized {
    fn at(bytes: &[u8], offset: usize) -> Option<Self>;
}

macro_rules! number {
    ($($t:ty),*) => {$(
        impl Number for $t {
            fn at(bytes: &[u8], offset: usize) -> Option<Self> {
                array(bytes, offset).map(<$t>::from_le_bytes)
            }
        }
    )*};
}
number!(u8, u16, u32, u64, i64, u128);

/// A number at an offset below which the caller has checked the length; 0 beyond, so that no input can make it panic.
pub(super) fn get<T: Number + Default>(bytes: &[u8], offset: usize) -> T {
    T::at(bytes, offset).unwrap_or_default()
}

/// The next multiple of `unit`.
pub(super) fn align(n: usize, unit: usize) -> usize {
    n.next_multiple_of(unit)
}
