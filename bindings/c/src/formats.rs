//! The records that other systems speak.

use crate::argument::{Out, fill, handles, optional_ppi, position, reference, slice};
use crate::extract::vantay_extractor;
use crate::failure::{Failure, guard, vantay_status};
use crate::template::vantay_template;
use vantay_core::formats::minutiae::card::{self, Limits, Order, Size};
use vantay_core::formats::minutiae::{self, Standard, View};
use vantay_core::formats::{self, Content};

/// The standard of a minutiae record. Functions take the number as a byte.
#[repr(u8)]
pub enum vantay_standard {
    /// ISO/IEC 19794-2:2005, record format.
    Iso2005 = 0,
    /// ISO/IEC 19794-2:2011.
    Iso2011 = 1,
    /// ANSI INCITS 378-2004.
    Incits2004 = 2,
    /// ANSI INCITS 378-2009.
    Incits2009 = 3,
}

/// The order of the minutiae that a chip card asks for. Functions take the number as a byte.
#[repr(u8)]
pub enum vantay_card_order {
    /// The best first.
    Quality = 0,
    /// By x, then by y.
    Xy = 1,
    /// By y, then by x.
    Yx = 2,
    /// By the angle.
    Angle = 3,
    /// By the distance from the centre of mass.
    Polar = 4,
}

/// How many fingers' minutiae a record holds: ISO/IEC 19794-2, INCITS 378 or ANSI/NIST-ITL Type 9, wrapped in CBEFF or not. 0
/// for a record that holds other things.
///
/// Fails with VANTAY_STATUS_TEMPLATE for a record that its standard does not allow, with VANTAY_STATUS_ARGUMENT for bytes
/// that are no record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_record_count(bytes: *const u8, length: usize, count: *mut usize) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, bytes) = unsafe { (Out::new(count, "count")?, slice(bytes, length, "bytes")?) };
        out.set(record(bytes)?.minutiae()?.len());
        Ok(())
    })
}

/// The template at `index` of a record, from 0 in its order.
///
/// Fails as `vantay_record_count`, and with VANTAY_STATUS_ARGUMENT where the record has no such index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_from_record(
    bytes: *const u8,
    length: usize,
    index: usize,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, bytes) = unsafe { (Out::handle(template, "template")?, slice(bytes, length, "bytes")?) };
        let mut views = record(bytes)?.minutiae()?;
        if index >= views.len() {
            let message = format!("the record has the minutiae of {} fingers, none with index {index}", views.len());
            return Err(Failure::argument(message));
        }
        out.give(views.swap_remove(index).template.into());
        Ok(())
    })
}

/// Templates as one record of a `vantay_standard`, written to `buffer`; `*length` becomes the number of its bytes. With a
/// `buffer` of NULL only `*length` is set.
///
/// Fails with VANTAY_STATUS_TEMPLATE where the standard has no room for them, with VANTAY_STATUS_ARGUMENT where `capacity` is
/// too small; `*length` then tells what it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_record_from_templates(
    standard: u8,
    templates: *const *const vantay_template,
    count: usize,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (templates, out) = unsafe { (handles(templates, count, "templates")?, Out::new(length, "length")?) };
        // Views of one finger are counted.
        let mut seen = [0u8; 11];
        let view = |template: &vantay_template| {
            let count = &mut seen[usize::from(template.template.position().code()) % 11];
            *count = count.saturating_add(1);
            View { number: *count - 1, ..View::new(template.template.clone()) }
        };
        let views: Vec<View> = templates.into_iter().map(view).collect();
        let bytes = minutiae::write(standard_of(standard)?, &views)?;
        // SAFETY: as the header's first page asks for.
        unsafe { fill("record", &bytes, buffer, capacity, out) }
    })
}

/// The template of what a chip card holds (ISO/IEC 19794-2:2005, clause 8): three bytes a minutia where it is `compact`, else
/// five. The card tells neither the image's size nor the finger; `finger` is a `vantay_finger`.
///
/// Fails with VANTAY_STATUS_TEMPLATE for bytes that are no such minutiae.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_from_card(
    bytes: *const u8,
    length: usize,
    compact: bool,
    finger: u8,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, bytes) = unsafe { (Out::handle(template, "template")?, slice(bytes, length, "bytes")?) };
        out.give(card::read(bytes, size(compact), position(finger)?)?.into());
        Ok(())
    })
}

/// A template for a chip card, written to `buffer`: the best `most` minutiae in the order of a `vantay_card_order`, which runs
/// down where it is `descending`; `*length` becomes the number of bytes, never more than 1275. With a `buffer` of NULL
/// only `*length` is set.
///
/// Fails with VANTAY_STATUS_TEMPLATE for fewer than `least` minutiae, with VANTAY_STATUS_ARGUMENT where `capacity` is too
/// small; `*length` then tells what it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_template_to_card(
    template: *const vantay_template,
    compact: bool,
    least: u8,
    most: u8,
    order: u8,
    descending: bool,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (template, out) = unsafe { (reference(template, "template")?, Out::new(length, "length")?) };
        let limits = Limits { min: least, max: most, order: order_of(order)?, descending };
        let bytes = card::write(&template.template, size(compact), limits)?;
        // SAFETY: as the header's first page asks for.
        unsafe { fill("card's data", &bytes, buffer, capacity, out) }
    })
}

/// Which fingers a record holds images of, each once: a `vantay_finger` a byte, written to `buffer`; `*length` becomes their number,
/// never more than 11. With a `buffer` of NULL only `*length` is set.
///
/// Fails as `vantay_record_count`, with VANTAY_STATUS_IMAGE for an image's fields that its standard does not allow, and with
/// VANTAY_STATUS_ARGUMENT where `capacity` is too small; `*length` then tells what it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_record_fingers(
    bytes: *const u8,
    length_of_bytes: usize,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (out, bytes) = unsafe { (Out::new(length, "length")?, slice(bytes, length_of_bytes, "bytes")?) };
        let fingers: Vec<u8> = record(bytes)?.positions()?.into_iter().map(|p| p.code()).collect();
        // SAFETY: as the header's first page asks for.
        unsafe { fill("list of fingers", &fingers, buffer, capacity, out) }
    })
}

/// The template of a finger's image in a record: ISO/IEC 19794-4, INCITS 381, ANSI/NIST-ITL Type 4 or 14; the rolled image where
/// the finger is there plain and rolled. `finger` is a `vantay_finger`, VANTAY_FINGER_UNKNOWN for the only one of a record; a
/// `ppi` other than 0 must be the record's.
///
/// Fails with VANTAY_STATUS_ARGUMENT where the record has no image of that finger, and as `vantay_extract_encoded`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vantay_extract_record(
    extractor: *const vantay_extractor,
    bytes: *const u8,
    length: usize,
    ppi: f64,
    finger: u8,
    template: *mut *mut vantay_template,
) -> vantay_status {
    guard(|| {
        // SAFETY: pointers as the header's first page asks for.
        let (mut out, extractor, bytes) = unsafe {
            (Out::handle(template, "template")?, reference(extractor, "extractor")?, slice(bytes, length, "bytes")?)
        };
        let wanted = position(finger)?;
        let found = record(bytes)?.finger(wanted, optional_ppi(ppi))?;
        let found = found.ok_or_else(|| Failure::argument(format!("the record has no image of the {wanted}")))?;
        out.give(extractor.extract(&found.image, found.position.code())?);
        Ok(())
    })
}

fn record(bytes: &[u8]) -> Result<Content, Failure> {
    formats::read(bytes)?.ok_or_else(|| Failure::argument("the bytes begin as no record does that is known here"))
}

fn standard_of(code: u8) -> Result<Standard, Failure> {
    Ok(match code {
        0 => Standard::Iso2005,
        1 => Standard::Iso2011,
        2 => Standard::Incits2004,
        3 => Standard::Incits2009,
        _ => return Err(Failure::argument(format!("the standard is {code}; 0 to 3 is taken"))),
    })
}

fn order_of(code: u8) -> Result<Order, Failure> {
    Ok(match code {
        0 => Order::Quality,
        1 => Order::Xy,
        2 => Order::Yx,
        3 => Order::Angle,
        4 => Order::Polar,
        _ => return Err(Failure::argument(format!("the card's order is {code}; 0 to 4 is taken"))),
    })
}

fn size(compact: bool) -> Size {
    if compact { Size::Compact } else { Size::Normal }
}
