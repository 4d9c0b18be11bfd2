#![no_main]
//! Native templates: what reads is written the same, and can be compared with itself.
use libfuzzer_sys::fuzz_target;
use vantay::matching::{Matcher, Prepared};
use vantay::template::Template;

thread_local!(static MATCHER: std::cell::RefCell<Matcher> = std::cell::RefCell::new(Matcher::new()));

fuzz_target!(|bytes: &[u8]| {
    // With the right checksum, which no mutation would find.
    let Some((body, _)) = bytes.split_last_chunk::<4>() else { return };
    let bytes = [body, &crc32c::crc32c(body).to_le_bytes()].concat();
    let Ok(template) = Template::from_bytes(&bytes) else { return };
    let again = Template::from_bytes(&template.to_bytes()).expect("its own bytes");
    assert_eq!(again, template);
    let prepared = Prepared::new(&template);
    let score = MATCHER.with_borrow_mut(|matcher| matcher.compare(prepared.view(), prepared.view()));
    assert!(score.db().is_finite());
});
