//! Samples of any layout → 8-bit grey.
//!
//! Everything goes through 16 bits and back with one rounding, so that 8-bit grey stays exactly what it is.

/// Luma of ITU-R BT.601, in integers.
pub fn luma(r: u16, g: u16, b: u16) -> u16 {
    ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) + 500) / 1000) as u16
}

/// A grey of 16 bits, transparent by `alpha`, over white.
pub fn over_white(v: u16, alpha: u16) -> u16 {
    const WHITE: u64 = 0xffff;
    let (v, alpha) = (u64::from(v), u64::from(alpha));
    ((v * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE) as u16
}

/// 8 bits to 16: 255 becomes 65,535.
pub fn widen(v: u8) -> u16 {
    u16::from(v) * 257
}

/// 16 bits to 8, to the nearest.
pub fn narrow(v: u16) -> u8 {
    ((u32::from(v) + 128) / 257) as u8
}

/// Interleaved samples (1: grey, 2: grey and alpha, 3: red, green, blue, 4: with alpha) → grey.
pub fn to_gray(samples: &[u16], channels: usize) -> Vec<u8> {
    samples
        .chunks_exact(channels.max(1))
        .map(|s| match *s {
            [v] => narrow(v),
            [v, alpha] => narrow(over_white(v, alpha)),
            [r, g, b] => narrow(luma(r, g, b)),
            [r, g, b, alpha, ..] => narrow(over_white(luma(r, g, b), alpha)),
            [] => u8::MAX,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_8_bit_grey_survives_as_grey_as_colour_and_with_alpha() {
        for v in 0..=255 {
            let w = widen(v);
            assert_eq!(to_gray(&[w], 1), [v]);
            assert_eq!(to_gray(&[w, w, w], 3), [v]);
            assert_eq!(to_gray(&[w, 0xffff], 2), [v]);
            assert_eq!(to_gray(&[w, w, w, 0xffff], 4), [v]);
            assert_eq!(to_gray(&[w, 0], 2), [255]);
        }
    }

    #[test]
    fn colours_weigh_as_bt_601_says() {
        assert_eq!(to_gray(&[0xffff, 0, 0, 0, 0xffff, 0, 0, 0, 0xffff], 3), [76, 150, 29]);
    }

    #[test]
    fn half_transparent_black_is_half_grey() {
        assert_eq!(to_gray(&[0, 0x8000], 2), [127]);
    }

    #[test]
    fn sixteen_bits_go_to_the_nearest_eight() {
        assert_eq!(to_gray(&[0, 128, 129, 65406, 65407, 65535], 1), [0, 0, 1, 254, 255, 255]);
    }
}
