//! `include/vantay.h` is what cbindgen makes of the sources.

use std::path::PathBuf;

#[test]
fn the_header_is_the_one_of_these_sources() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(here.join("cbindgen.toml")).unwrap();
    let bindings = cbindgen::Builder::new().with_crate(&here).with_config(config).generate().unwrap();
    let mut made = Vec::new();
    bindings.write(&mut made);
    let made = String::from_utf8(made).unwrap();

    let path = here.join("../../include/vantay.h");
    if std::env::var_os("VANTAY_BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        kept == made,
        "include/vantay.h is not what cbindgen makes of bindings/c/src; write it anew with \
         `VANTAY_BLESS=1 cargo test -p vantay-c --test header`, and mind that a caller's code may break"
    );
}
