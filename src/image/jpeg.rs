//! JPEG (ISO/IEC 10918-1) by `zune-jpeg`, with its SIMD switched off: it asks the CPU on its own, whatever `VANTAY_CPU` says, and
//! an image must decode to the same bytes on every machine.

use super::decode::{Decoded, check_memory, of_bytes};
use super::gray::check_sides;
use super::{ImageError, tag};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

const NAME: &str = "JPEG";

/// The image as grey pixels.
pub fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    whole(bytes)?;
    decode_with(bytes, DecoderOptions::default().set_use_unsafe(false))
}

fn decode_with(bytes: &[u8], options: DecoderOptions) -> Result<Decoded, ImageError> {
    let failed = |reason: String| ImageError::Decode { format: NAME, reason };
    // Sides are checked below, with a message of ours.
    let options = options.set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|e| failed(e.to_string()))?;
    let (Some((width, height)), Some(colours)) = (decoder.dimensions(), decoder.input_colorspace()) else {
        return Err(failed("no frame header".into()));
    };
    check_sides(width, height)?;
    let (wanted, channels) = if colours == ColorSpace::Luma { (ColorSpace::Luma, 1) } else { (ColorSpace::RGB, 3) };
    check_memory(NAME, width, height, (width * height * channels) as u64)?;
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(wanted));
    let samples = decoder.decode().map_err(|e| failed(e.to_string()))?;
    if samples.len() != width * height * channels {
        return Err(failed(format!("{} samples for {width} × {height} px", samples.len())));
    }
    let pixels = if channels == 1 { samples } else { of_bytes(&samples, channels) };
    Ok(Decoded { pixels, width, height, ppi: tag::jpeg(bytes), format: NAME })
}

/// The decoder paints what is missing grey; half a finger must not pass for a whole one. In entropy-coded data every ff
/// is followed by 00 or a restart marker (ISO/IEC 10918-1, B.1.1.5), so the markers are found by looking.
fn whole(bytes: &[u8]) -> Result<(), ImageError> {
    let last = |marker: u8| bytes.windows(2).rposition(|w| w == [0xff, marker]);
    match (last(0xda), last(0xd9)) {
        (Some(scan), Some(end)) if end > scan => Ok(()),
        _ => Err(ImageError::Decode { format: NAME, reason: "it is cut short: no end of image after its scan".into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    #[test]
    fn the_decoders_simd_gives_what_its_plain_code_gives() {
        for (channels, colour) in [(1usize, ExtendedColorType::L8), (3, ExtendedColorType::Rgb8)] {
            let pixels: Vec<u8> = (0..171 * 93 * channels).map(|i: usize| (i * i % 251 / 2 + i % 90) as u8).collect();
            for quality in [20, 75, 100] {
                let mut bytes = Vec::new();
                JpegEncoder::new_with_quality(&mut bytes, quality).write_image(&pixels, 171, 93, colour).unwrap();
                let plain = decode(&bytes).unwrap().pixels;
                let fast = decode_with(&bytes, DecoderOptions::default().set_use_unsafe(true)).unwrap().pixels;
                let worst = plain.iter().zip(&fast).map(|(a, b)| a.abs_diff(*b)).max();
                assert!(worst == Some(0), "{channels} channels, quality {quality}: {worst:?}");
            }
        }
    }
}
