//! How good it is: the FVC and open-set protocols, DET curves, intervals.
