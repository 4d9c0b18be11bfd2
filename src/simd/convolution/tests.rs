use super::*;

/// A convolution of one row as its definition says it, and no faster.
fn naive(shape: Shape, weights: &[f32], bias: &[f32], sources: &[&[f32]], columns: usize, then: Then) -> Vec<f32> {
    let Shape { outputs, inputs, kernel: (height, width), stride, dilation } = shape;
    let padded = outputs.next_multiple_of(BLOCK);
    let mut out = vec![0.0f32; columns * padded];
    for x in 0..columns {
        for o in 0..padded {
            let mut sum = bias.get(o).copied().unwrap_or(0.0);
            for (ky, source) in sources.iter().enumerate() {
                for kx in 0..width {
                    for i in 0..inputs {
                        let tap = source[(x * stride + kx * dilation) * inputs + i];
                        let weight = weights.get(((o * height + ky) * width + kx) * inputs + i).copied().unwrap_or(0.0);
                        sum = fma::careful(tap, weight, sum);
                    }
                }
            }
            out[x * padded + o] = match then {
                Then::Nothing => sum,
                Then::Relu => sum.max(0.0),
                Then::Add(other) => sum + other[x * padded + o],
            };
        }
    }
    out
}

/// Numbers between −1 and 1 of very different sizes, so that every rounding shows.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    (0..count).map(|_| (next() as f32 / u32::MAX as f32 * 2.0 - 1.0) / (1u32 << (next() % 8)) as f32).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

/// Every level this CPU has against [`naive`]; slices begin at odd addresses, and nothing is written beyond the row.
fn check(shape: Shape, columns: usize) {
    let Shape { outputs, inputs, kernel: (height, width), stride, dilation } = shape;
    let weights = numbers(outputs * height * width * inputs, 1);
    let bias = numbers(outputs, 2);
    let filter = Filter::new(shape, &weights, &bias);
    let length = (columns.max(1) * stride + width * dilation) * inputs;
    let offset = columns % 4;
    let rows: Vec<Vec<f32>> = (0..height).map(|ky| numbers(offset + length, 3 + ky as u32)).collect();
    let sources: Vec<&[f32]> = rows.iter().map(|r| &r[offset..]).collect();
    let other = numbers(offset + columns * filter.outputs(), 4);
    for then in [Then::Nothing, Then::Relu, Then::Add(&other[offset..])] {
        let expected = naive(shape, &weights, &bias, &sources, columns, then);
        for level in Level::available() {
            let mut out = vec![f32::MAX; offset + expected.len() + 16];
            Convolver::new(level).row(&filter, &sources, &mut out[offset..], columns, then);
            let (row, beyond) = out[offset..].split_at(expected.len());
            assert_eq!(bits(row), bits(&expected), "{level} {shape:?} {columns} columns {then:?}");
            assert!(beyond.iter().all(|&v| v == f32::MAX), "{level} {shape:?} {columns} columns wrote beyond the row");
        }
    }
}

#[test]
fn every_level_agrees_with_the_naive_twin_at_every_width() {
    for columns in 0..=34 {
        check(Shape { outputs: 32, inputs: 3, kernel: (3, 3), stride: 1, dilation: 1 }, columns);
    }
}

#[test]
fn every_level_agrees_with_the_naive_twin_at_every_channel_count() {
    for outputs in 1..=80 {
        check(Shape { outputs, inputs: 5, kernel: (1, 1), stride: 1, dilation: 1 }, 9);
    }
    for inputs in 1..=50 {
        check(Shape { outputs: 17, inputs, kernel: (2, 2), stride: 2, dilation: 1 }, 7);
    }
}

#[test]
fn every_level_agrees_with_the_naive_twin_at_every_kernel_stride_and_dilation() {
    for height in 1..=MAX_KERNEL {
        for width in 1..=5 {
            for stride in 1..=3 {
                for dilation in 1..=3 {
                    check(Shape { outputs: 16, inputs: 2, kernel: (height, width), stride, dilation }, 13);
                }
            }
        }
    }
}

#[test]
fn a_level_that_the_cpu_lacks_is_lowered() {
    for level in [Level::Scalar, Level::Avx2, Level::Avx512, Level::Neon] {
        let got = Convolver::new(level).level();
        assert!(Level::available().contains(&got) && got <= level, "{level} became {got}");
    }
}

#[test]
#[should_panic(expected = "a source row is shorter")]
fn a_short_source_is_refused() {
    let shape = Shape { outputs: 16, inputs: 1, kernel: (1, 3), stride: 1, dilation: 1 };
    let filter = Filter::new(shape, &[1.0; 48], &[0.0; 16]);
    Convolver::new(Level::Scalar).row(&filter, &[&[0.0; 5]], &mut [0.0; 64], 4, Then::Nothing);
}
