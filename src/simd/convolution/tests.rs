use super::*;
use proptest::prelude::*;

/// Every kernel that this CPU can run, also those that [`Convolver::new`] passes over for a better one.
fn kernels() -> Vec<(String, Convolver)> {
    let mut kernels: Vec<(String, Convolver)> =
        Level::available().into_iter().map(|l| (l.to_string(), Convolver::new(l))).collect();
    #[cfg(target_arch = "x86_64")]
    if Level::available().contains(&Level::Avx512) {
        let kernel = Convolver { level: Level::Avx512, kernel: avx512::row_with_bw };
        kernels.push(("avx512 without VNNI".into(), kernel));
    }
    #[cfg(target_arch = "aarch64")]
    kernels.push(("neon without sdot".into(), Convolver { level: Level::Neon, kernel: neon::row_without_dot }));
    kernels
}

/// A layer with what goes in.
#[derive(Debug)]
struct Case {
    shape: Shape,
    columns: usize,
    ground: u8,
    weights: Vec<i8>,
    bias: Vec<i32>,
    scale: Vec<f32>,
    /// Begins at any address.
    offset: usize,
    rows: Vec<Vec<u8>>,
    other: Vec<u8>,
}

impl Case {
    fn new(shape: Shape, columns: usize, seed: u32) -> Self {
        let Shape { outputs, inputs, kernel: (height, width), .. } = shape;
        let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
        let mut next = |below: u32| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state % below
        };
        // Now and then all as large as can be, where 16 bits would not do.
        let extreme = seed.is_multiple_of(4);
        let bytes = |count: usize, next: &mut dyn FnMut(u32) -> u32| -> Vec<u8> {
            (0..count).map(|_| if extreme { 255 } else { next(256) as u8 }).collect()
        };
        let weights = (0..outputs * height * width * inputs).map(|_| match extreme {
            true => [MAX_WEIGHT, -MAX_WEIGHT][(next(8) / 7) as usize],
            false => (next(129) as i16 - i16::from(MAX_WEIGHT)) as i8,
        });
        let weights = weights.collect();
        let offset = seed as usize % 4;
        let padded = outputs.next_multiple_of(BLOCK);
        Case {
            shape,
            columns,
            ground: [0, 128][seed as usize % 2],
            weights,
            bias: (0..outputs).map(|_| next(20_000) as i32 - 10_000).collect(),
            // Halves are common, so that ties show how they are rounded.
            scale: (0..outputs)
                .map(|_| [0.5, 0.25, 1.0 / 64.0, 0.001, next(1000) as f32 * 1e-5][next(5) as usize])
                .collect(),
            offset,
            rows: (0..height).map(|_| bytes(offset + shape.reach(columns.max(1)), &mut next)).collect(),
            other: bytes(offset + columns * padded, &mut next),
        }
    }

    fn sources(&self) -> Vec<&[u8]> {
        self.rows.iter().map(|r| &r[self.offset..]).collect()
    }

    /// The scaled sums as the definition says, and no faster.
    fn naive(&self) -> Vec<f32> {
        let Shape { outputs, inputs, spacing, kernel: (height, width), stride, dilation } = self.shape;
        let padded = outputs.next_multiple_of(BLOCK);
        let mut out = vec![0.0f32; self.columns * padded];
        for (x, o) in (0..self.columns).flat_map(|x| (0..outputs).map(move |o| (x, o))) {
            let mut sum = self.bias[o];
            for (ky, source) in self.sources().iter().enumerate() {
                for (kx, i) in (0..width).flat_map(|kx| (0..inputs).map(move |i| (kx, i))) {
                    let tap = i32::from(source[(x * stride + kx * dilation) * spacing + i]) - i32::from(self.ground);
                    sum += tap * i32::from(self.weights[((o * height + ky) * width + kx) * inputs + i]);
                }
            }
            out[x * padded + o] = sum as f32 * self.scale[o];
        }
        out
    }

    /// Every kernel against [`Case::naive`], to the bit; nothing is written beyond the row or between its columns.
    fn check(&self) {
        let filter = Filter::new(self.shape, &self.weights, &self.bias, &self.scale, self.ground);
        let (numbers, padded, columns) = (self.naive(), filter.outputs(), self.columns);
        let other = &self.other[self.offset..];
        for (name, convolver) in kernels() {
            let what = format!("{name}, {:?}, {columns} columns", self.shape);
            let mut out = vec![f32::MAX; self.offset + numbers.len() + 16];
            convolver.numbers(&filter, &self.sources(), &mut out[self.offset..], columns);
            let (row, beyond) = out[self.offset..].split_at(numbers.len());
            assert!(
                row.iter().zip(&numbers).all(|(a, b)| a.to_bits() == b.to_bits()),
                "{what}: {row:?}, not {numbers:?}"
            );
            assert!(beyond.iter().all(|&v| v == f32::MAX), "{what}: wrote beyond the row");
            for (pitch, then) in [(padded, Then::Clip), (padded, Then::Add(other)), (padded + 3, Then::Clip)] {
                let mut out = vec![77; self.offset + columns * pitch + padded + 16];
                convolver.row(&filter, &self.sources(), &mut out[self.offset..], pitch, columns, then);
                let mut expected = vec![77; out.len()];
                for (x, numbers) in numbers.chunks_exact(padded).enumerate() {
                    for (o, v) in numbers.iter().enumerate() {
                        let add = if let Then::Add(other) = then { f32::from(other[x * padded + o]) } else { 0.0 };
                        expected[self.offset + x * pitch + o] = (v.round_ties_even() + add).clamp(0.0, 255.0) as u8;
                    }
                }
                assert_eq!(out, expected, "{what}, pitch {pitch}, {then:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_kernel_agrees_with_the_naive_twin_on_any_shape(
        outputs in 1usize..=64, inputs in 1usize..=24, beside in 0usize..=9, height in 1usize..=MAX_KERNEL, width in 1usize..=5,
        stride in 1usize..=3, dilation in 1usize..=3, columns in 0usize..=20, seed in any::<u32>(),
    ) {
        let spacing = inputs + beside.saturating_sub(4);
        Case::new(Shape { outputs, inputs, spacing, kernel: (height, width), stride, dilation }, columns, seed).check();
    }
}

#[test]
fn every_kernel_agrees_with_the_naive_twin_on_the_networks_layers_at_every_width() {
    let shapes = [
        (16, 1, 1, 3, 2, 1),
        (32, 16, 16, 3, 2, 1),
        (16, 16, 32, 3, 1, 1),
        (48, 32, 32, 2, 2, 1),
        (48, 48, 48, 3, 1, 1),
        (48, 48, 48, 3, 1, 3),
        (32, 48, 48, 1, 1, 1),
        (32, 32, 32, 3, 1, 1),
        (9, 32, 32, 1, 1, 1),
        (8, 48, 48, 1, 1, 1),
        (128, 128, 128, 1, 1, 1),
    ];
    let square = |(outputs, inputs, spacing, side, stride, dilation)| Shape {
        outputs,
        inputs,
        spacing,
        kernel: (side, side),
        stride,
        dilation,
    };
    // All places of a minutia, of whose channels half are taken.
    let wide = Shape { outputs: 128, inputs: 8, spacing: 16, kernel: (1, 51), stride: 51, dilation: 1 };
    for (i, shape) in shapes.map(square).into_iter().chain([wide]).enumerate() {
        for columns in 0..=34 {
            Case::new(shape, columns, (i * 35 + columns) as u32).check();
        }
    }
}

#[test]
fn the_largest_sums_are_exact() {
    let shape = Shape { outputs: 48, inputs: 48, spacing: 48, kernel: (3, 3), stride: 1, dilation: 1 };
    for columns in [1, 8, 15] {
        Case::new(shape, columns, 4).check();
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
    let shape = Shape { outputs: 16, inputs: 4, spacing: 4, kernel: (1, 3), stride: 1, dilation: 1 };
    let filter = Filter::new(shape, &[1; 192], &[0; 16], &[1.0; 16], 0);
    Convolver::new(Level::Scalar).row(&filter, &[&[0; 23]], &mut [0; 64], 16, 4, Then::Clip);
}

#[test]
fn the_peak_counts_what_it_did() {
    for level in Level::available() {
        let (once, twice) = (peak(level, 10), peak(level, 20));
        assert!(once > 0 && twice == 2 * once, "{level}");
    }
}
