//! [`View`]s → bytes.

use super::{Compression, NAME, Standard, View};
use crate::formats::minutiae::UNKNOWN_VENDOR;
use crate::formats::minutiae::iso2011::capture_body;
use crate::formats::{FormatError, impression_of_2005};

/// Writes a record. In the standards of 2004 and 2005 all images have one resolution and one compression.
///
/// # Errors
/// No image or too many for the standard; images that differ in what the standard tells once; an impression that it has no
/// code of.
pub fn write(standard: Standard, views: &[View]) -> Result<Vec<u8>, FormatError> {
    let most = if standard == Standard::Iso2011 { 672 } else { 255 };
    let failed = |reason| Err(FormatError::Write { format: NAME, reason });
    let Some(first) = views.first().filter(|_| views.len() <= most) else {
        return failed(format!("{} images; 1 to {most} fit", views.len()));
    };
    if standard == Standard::Iso2011 {
        return write_2011(views);
    }
    if views.iter().any(|v| v.ppi != first.ppi || v.compression != first.compression) {
        return failed("images of different resolution or compression; one record of this standard tells one".into());
    }
    let mut body = Vec::new();
    for view in views {
        body.extend((14 + view.data.len() as u32).to_be_bytes());
        let views_of_finger = views.iter().filter(|v| v.position == view.position).count() as u8;
        // 254: no quality.
        body.extend([
            view.position,
            views_of_finger,
            view.number.saturating_add(1),
            view.quality.unwrap_or(254),
            impression_of_2005(NAME, view.impression)?,
        ]);
        body.extend(view.width.to_be_bytes());
        body.extend(view.height.to_be_bytes());
        body.push(0);
        body.extend(&view.data);
    }
    let is_incits = standard == Standard::Incits2004;
    let header = if is_incits { 36 } else { 32 };
    let mut out = b"FIR\x00010\0\0\0".to_vec();
    out.extend((header + body.len() as u32).to_be_bytes());
    // The product's vendor and type.
    if is_incits {
        out.extend([UNKNOWN_VENDOR, [0, 0]].concat());
    }
    // No device; level 31: 500 ppi, 8 bits (table of image acquisition levels).
    out.extend([0, 0, 0, 31]);
    out.push(views.len() as u8);
    out.extend(shared(first, standard)?);
    out.extend([0, 0]);
    out.extend(body);
    Ok(out)
}

fn write_2011(views: &[View]) -> Result<Vec<u8>, FormatError> {
    let mut body = Vec::new();
    let mut positions: Vec<u8> = views.iter().map(|v| v.position).collect();
    positions.sort_unstable();
    positions.dedup();
    for view in views {
        let mut one = capture_body(view.quality.unwrap_or(254));
        one.extend([view.position, view.number]);
        one.extend(shared(view, Standard::Iso2011)?);
        one.push(view.impression);
        one.extend(view.width.to_be_bytes());
        one.extend(view.height.to_be_bytes());
        one.extend((view.data.len() as u32).to_be_bytes());
        one.extend(&view.data);
        body.extend((4 + one.len() as u32).to_be_bytes());
        body.extend(one);
    }
    let mut out = b"FIR\x00020\0".to_vec();
    out.extend((16 + body.len() as u32).to_be_bytes());
    // At most 672.
    out.extend((views.len() as u16).to_be_bytes());
    out.extend([0, positions.len() as u8]);
    out.extend(body);
    Ok(out)
}

/// Units, resolutions, depth and compression.
fn shared(view: &View, standard: Standard) -> Result<Vec<u8>, FormatError> {
    // Whole pixels per inch, or per centimetre where these are nearer: 118 to the centimetre are 299.72 to the inch.
    let off = |per: f64| (per.round() / per - 1.0).abs();
    let (unit, per) = if off(view.ppi / 2.54) < off(view.ppi) { (2, view.ppi / 2.54) } else { (1, view.ppi) };
    let whole = per.round();
    if !(1.0..=65535.0).contains(&whole) {
        let reason = format!("{} ppi; 1 to 65535 fit", view.ppi);
        return Err(FormatError::Write { format: NAME, reason });
    }
    let mut out = vec![unit];
    for _ in 0..4 {
        out.extend((whole as u16).to_be_bytes());
    }
    let code = match (view.compression, standard) {
        (Compression::None, _) => 0,
        (Compression::Wsq, _) => 2,
        (Compression::Png, Standard::Iso2011) => 6,
        (Compression::Png, _) => 5,
        // What was read as JPEG or JPEG 2000.
        (Compression::Coded, _) => {
            if view.data.starts_with(b"\xff\xd8") {
                3
            } else {
                4
            }
        }
    };
    out.extend([8, code]);
    Ok(out)
}
