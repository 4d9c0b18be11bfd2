//! A fused multiply-add in software: `a · b + c` rounded once, for CPUs that have no instruction for it.
//!
//! The product of two 24-bit significands is exact in `f64`. What remains is to round the sum once and not twice: first to
//! `f64` and then to `f32` goes wrong only where the first rounding lands on the middle between two `f32`, or where the
//! result is subnormal. There the sum is rounded to odd, after which a second rounding is innocuous (S. Boldo and
//! G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE
//! Transactions on Computers 57(4), 2008).

/// Bits of an `f64` significand that an `f32` has no room for.
const LOST_BITS: u64 = (1 << 29) - 1;
const MIDDLE: u64 = 1 << 28;
/// Bits of the smallest normal `f32`, 2⁻¹²⁶, as `f64`.
const SMALLEST_NORMAL: u64 = (1023 - 126) << 52;

/// Sums of exact products, and whether any of them needs [`careful`] rounding.
#[inline(always)]
pub(super) fn quick<const N: usize>(a: [f32; N], b: [f32; N], c: [f32; N]) -> ([f32; N], bool) {
    let mut out = [0.0; N];
    let mut doubtful = false;
    for i in 0..N {
        let sum = f64::from(a[i]) * f64::from(b[i]) + f64::from(c[i]);
        let bits = sum.to_bits();
        let magnitude = bits & !(1 << 63);
        doubtful |= bits & LOST_BITS == MIDDLE;
        // A sum of exactly zero is exact.
        doubtful |= magnitude.wrapping_sub(1) < SMALLEST_NORMAL - 1;
        out[i] = sum as f32;
    }
    (out, doubtful)
}

/// `a · b + c`, rounded once.
pub(super) fn careful(a: f32, b: f32, c: f32) -> f32 {
    let (product, addend) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + addend;
    if !sum.is_finite() {
        return sum as f32;
    }
    // What the sum lost, exactly (Knuth's TwoSum).
    let part = sum - product;
    let lost = (product - (sum - part)) + (addend - part);
    let bits = sum.to_bits();
    if lost == 0.0 || bits & 1 == 1 {
        return sum as f32;
    }
    // The sum is the even neighbour of the exact value: the other neighbour is odd.
    let away_from_zero = (lost > 0.0) == (sum > 0.0);
    f64::from_bits(if away_from_zero { bits + 1 } else { bits - 1 }) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_beside_a_middle_is_rounded_once() {
        let power = |n: i32| f32::from_bits(((n + 127) as u32) << 23);
        let ulp = power(-23);
        // 8384513 · 8392705 = 2⁴⁶ + 1: a hair above 2⁻²⁴, the middle between 1 and 1 + 2⁻²³.
        let above = (8_384_513.0 * power(-46), 8_392_705.0 * power(-24));
        // (1 + 2⁻²³)(1 − 2⁻²³) = 1 − 2⁻⁴⁶: a hair below.
        let below = (1.0 + ulp, (1.0 - ulp) * power(-24));
        let subnormal = |n: u32| f32::from_bits(n);
        for (a, b, c, once) in [
            (above.0, above.1, 1.0, 1.0 + ulp),
            (-above.0, above.1, -1.0, -1.0 - ulp),
            (below.0, below.1, 1.0 + ulp, 1.0 + ulp),
            (-below.0, below.1, -1.0 - ulp, -1.0 - ulp),
            (above.0, -above.1, 1.0 + 2.0 * ulp, 1.0 + ulp),
            (below.0 * power(-63), below.1 * power(-63), subnormal(0x40_0001), subnormal(0x40_0001)),
        ] {
            let twice = (f64::from(a) * f64::from(b) + f64::from(c)) as f32;
            assert_ne!(twice, once, "{a:e} * {b:e} + {c:e} is no hard case");
            assert_eq!(careful(a, b, c).to_bits(), once.to_bits(), "{a:e} * {b:e} + {c:e}");
            assert!(quick([a], [b], [c]).1, "{a:e} * {b:e} + {c:e} must not pass for an easy one");
        }
    }

    #[test]
    fn sums_that_are_exact_or_beyond_the_range_come_out_so() {
        let half = f32::MIN_POSITIVE / 2.0;
        for (a, b, c, expected) in [
            (f32::MIN_POSITIVE, -1.0, f32::MIN_POSITIVE, 0.0),
            (f32::MIN_POSITIVE * (1.0 + f32::EPSILON), 0.5, 0.0, half),
            (f32::MAX, 2.0, f32::MIN, f32::MAX),
            (f32::MAX, 2.0, 0.0, f32::INFINITY),
            (3.0, 7.0, -20.0, 1.0),
        ] {
            assert_eq!(careful(a, b, c).to_bits(), expected.to_bits(), "{a:e} * {b:e} + {c:e}");
        }
    }

    #[test]
    fn the_quick_way_tells_when_it_may_be_wrong() {
        let mut state = 1u32;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        for round in 0..2_000_000u32 {
            // Few significant bits make middles and cancellations common.
            let mask = if round % 2 == 0 { 0xffff_f000 } else { 0xffff_ffff };
            let mut number = || f32::from_bits((next() & mask & 0x80ff_ffff) | ((100 + next() % 54) << 23));
            let (a, b, c) = (number(), number(), number());
            let (quick, doubtful) = quick([a], [b], [c]);
            if !doubtful {
                assert_eq!(quick[0].to_bits(), careful(a, b, c).to_bits(), "{a:e} * {b:e} + {c:e}");
            }
        }
    }
}
