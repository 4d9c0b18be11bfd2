//! The Python bindings of vantay.
