#![no_main]
//! ANSI/NIST-ITL transactions, their images and minutiae.
use libfuzzer_sys::fuzz_target;
use vantay::formats::ansi_nist::Transaction;

fuzz_target!(|bytes: &[u8]| {
    let Ok(transaction) = Transaction::read(bytes) else { return };
    let _ = transaction.minutiae();
    let _ = transaction.fingers();
    for (_, image) in transaction.images() {
        let _ = image.and_then(|i| i.decode(None));
    }
});
