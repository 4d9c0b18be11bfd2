use once_cell::race::OnceBox;
use std::fmt;
use thiserror::Error;

/// What instructions the kernels may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The baseline of the target, no run-time detection.
    Scalar,
    /// AVX2, FMA, POPCNT, BMI: x86-64-v3.
    Avx2,
    /// AVX-512 F, BW, DQ, VL; VNNI and VPOPCNTDQ are used where the CPU has them.
    Avx512,
    /// ARM64's NEON; `sdot` is used where the CPU has it.
    Neon,
}

/// `VANTAY_CPU` names no level.
#[derive(Debug, Clone, Error)]
#[error(
    "VANTAY_CPU is {0:?}; it takes scalar, avx2, avx512 or neon (a level this CPU lacks is lowered to what it has)"
)]
pub struct LevelError(String);

impl Level {
    /// The level that kernels run at in this process: the highest that the CPU has, or a lower one if `VANTAY_CPU` asks
    /// for it. An unknown name there is passed over (see [`Level::from_env`]). Asked once a process.
    pub fn current() -> Level {
        static LEVEL: OnceBox<Level> = OnceBox::new();
        *LEVEL.get_or_init(|| Box::new(Level::from_env().unwrap_or_else(|_| Level::detected())))
    }

    /// The level that `VANTAY_CPU` asks for, lowered to what this CPU has; the highest where the variable is unset.
    ///
    /// # Errors
    /// A name that is no level.
    pub fn from_env() -> Result<Level, LevelError> {
        let Some(name) = std::env::var_os("VANTAY_CPU").filter(|name| !name.is_empty()) else {
            return Ok(Level::detected());
        };
        let name = name.to_string_lossy();
        let wanted = [Level::Scalar, Level::Avx2, Level::Avx512, Level::Neon].into_iter().find(|l| l.name() == name);
        let wanted = wanted.ok_or_else(|| LevelError(name.into_owned()))?;
        Ok(wanted.lowered())
    }

    /// This level where the CPU has it, or else the highest below it that the CPU has.
    pub fn lowered(self) -> Level {
        Level::available().into_iter().rev().find(|&l| l <= self).unwrap_or(Level::Scalar)
    }

    /// All levels that this CPU can run, the lowest first.
    pub fn available() -> Vec<Level> {
        let mut levels = vec![Level::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("popcnt")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt")
            {
                levels.push(Level::Avx2);
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    levels.push(Level::Avx512);
                }
            }
        }
        #[cfg(target_arch = "aarch64")]
        levels.push(Level::Neon);
        levels
    }

    /// The name that `VANTAY_CPU` takes.
    pub fn name(self) -> &'static str {
        match self {
            Level::Scalar => "scalar",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
            Level::Neon => "neon",
        }
    }

    fn detected() -> Level {
        *Level::available().last().unwrap_or(&Level::Scalar)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
