//! Cosine and sine of directions by polynomials: the same bits on every machine, eight at a time.

use crate::simd::{Lanes, Simd};

/// Taylor's coefficients of sin(2πt); the error stays below 4e-6 for |t| ≤ ¼.
const SINE: [f32; 5] = [6.283_185_5, -41.341_7, 81.605_25, -76.705_86, 42.058_693];

/// Cosines and sines of eight turns from -½ to ½.
#[inline(always)]
pub(crate) fn cos_sin<S: Simd>(simd: S, turns: &[f32; 8]) -> ([f32; 8], [f32; 8]) {
    let sign_bit = simd.splat(-0.0);
    let (half, quarter) = (simd.splat(0.5), simd.splat(0.25));
    let turns = simd.load(turns);
    let size = turns.clear(sign_bit);
    // Beyond a quarter, sin(2πt) = sin(2π(±½ − t)).
    let far = quarter.less(size);
    let folded = half.or(turns.and(sign_bit)) - turns;
    let sine_of = folded.and(far).or(turns.clear(far));
    (polynomial(simd, quarter - size).to_array(), polynomial(simd, sine_of).to_array())
}

#[inline(always)]
fn polynomial<S: Simd>(simd: S, t: S::F32) -> S::F32 {
    let square = t * t;
    let mut sum = simd.splat(SINE[4]);
    for coefficient in [SINE[3], SINE[2], SINE[1], SINE[0]] {
        sum = sum * square + simd.splat(coefficient);
    }
    sum * t
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Job, Level, run};

    struct CosSin([f32; 8]);

    impl Job for CosSin {
        type Output = ([f32; 8], [f32; 8]);
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            cos_sin(simd, &self.0)
        }
    }

    #[test]
    fn every_direction_has_its_cosine_and_sine_at_every_level() {
        for start in (i16::MIN..=i16::MAX).step_by(8) {
            let turns: [f32; 8] = std::array::from_fn(|l| f32::from(start + l as i16) / 65536.0);
            let expected = run(Level::Scalar, CosSin(turns));
            for l in 0..8 {
                let angle = std::f64::consts::TAU * f64::from(turns[l]);
                assert!((f64::from(expected.0[l]) - angle.cos()).abs() < 5e-6, "{}", turns[l]);
                assert!((f64::from(expected.1[l]) - angle.sin()).abs() < 5e-6, "{}", turns[l]);
            }
            for level in Level::available() {
                assert_eq!(run(level, CosSin(turns)), expected, "{level}");
            }
        }
    }
}
