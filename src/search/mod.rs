//! Probe × gallery → candidates; gallery × gallery → duplicates.
