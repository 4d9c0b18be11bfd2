//! The C ABI of vantay.
